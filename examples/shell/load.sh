#!/bin/sh
# Feeds foretide this machine's load, once a second, with nothing but a shell:
#     load.sh [COUNT]
# Every line on standard input of `foretide publish -` is a row, the first one names the streams.
# FORETIDE: the program; ENDPOINT: the daemon's input; INTERVAL: seconds between two samples.
count=${1:-0} # 0: for ever

rows() {
    echo "time,load1,runnable"
    index=0
    while [ "$count" -eq 0 ] || [ "$index" -lt "$count" ]; do
        read -r load1 _ _ processes _ </proc/loadavg
        echo "$(date +%s.%N),$load1,${processes%/*}"
        index=$((index + 1))
        sleep "${INTERVAL:-1}"
    done
}

rows | "${FORETIDE:-foretide}" publish - --rate max --prefix "$(hostname)/" \
    --endpoint "${ENDPOINT:-tcp://127.0.0.1:5555}"
