#!/bin/sh
# Prints a line for every sample that its forecast's interval did not hold:
#     alarm.sh [STREAM]...
# FORETIDE: the program; ENDPOINT: the daemon's output; COUNT: end after so many forecasts.
"${FORETIDE:-foretide}" watch --json ${COUNT:+--count "$COUNT"} \
    --endpoint "${ENDPOINT:-tcp://127.0.0.1:5556}" "$@" |
    sed -nE 's/.*"stream":("[^"]*").*"y":([^,]*),.*/&\n\1 \2/
        s/.*"anomaly_score":([1-9][0-9.]*).*\n(.*)/\2 is \1 times off/p'
