#!/bin/sh
# Message rate of `foretide serve` without a model, JSON in and JSON out, as a share of the plain C
# forwarder's, measured alternately on the same machine: the median ratio of ROUNDS rounds.
#
#   Benchmarks/peers/compare.sh .build/release/foretide [rounds 5] [samples 500000]
#
# cpu is what the pipeline's own threads used for one message, which a busy machine hardly changes.
set -eu
foretide=$(realpath "${1:?usage: compare.sh FORETIDE [ROUNDS [SAMPLES]]}")
rounds=${2:-5}
samples=${3:-500000}
cd "$(dirname "$0")"
make -s programs

ports="tcp://127.0.0.1:6655 tcp://127.0.0.1:6656"
# shellcheck disable=SC2086
./forwarder $ports & forwarder=$!
"$foretide" serve --set 'model.experts=["persistence"]' --set 'input.bind=["tcp://127.0.0.1:6755"]' \
    --set 'input.pull_bind=[]' --set 'output.bind=["tcp://127.0.0.1:6756"]' & daemon=$!
results=$(mktemp)
trap 'kill $forwarder $daemon 2>/dev/null; rm -f "$results"' EXIT

ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# measure NAME PROCESS INPUT OUTPUT
measure() {
    before=$(ticks "$2")
    line=$(./feed -n "$samples" "$3" "$4")
    after=$(ticks "$2")
    rate=${line##*:}
    cpu=$(( (after - before) * 1000000000 / $(getconf CLK_TCK) / samples ))
    echo "$1 ${rate%\}} messages/s, cpu $cpu ns/message" | tee -a "$results"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    # shellcheck disable=SC2086
    measure forwarder "$forwarder" $ports
    measure foretide "$daemon" tcp://127.0.0.1:6755 tcp://127.0.0.1:6756
    round=$((round + 1))
done

# The ratio of each round, whose two runs follow each other on a machine whose speed drifts; then the
# median round.
awk '{ sub(",", "", $5) }
     $1 == "forwarder" { rate = $2; cpu = $5 }
     $1 == "foretide" { printf "%.3f %.2f\n", $2 / rate, $5 / cpu }' "$results" | sort -n |
    awk '{ ratio[NR] = $1; cpu[NR] = $2 } END {
        middle = int((NR + 1) / 2)
        printf "foretide/forwarder: %.2f of the rate in the median round (%.2f to %.2f), ",
            ratio[middle], ratio[1], ratio[NR]
        printf "%.1f times the cpu\n", cpu[middle]
    }'
