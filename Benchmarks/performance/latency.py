#!/usr/bin/env python3
"""What the engine adds to a plain forwarder's latency over tcp at a fixed rate, and what its thread
spends on a message without a model, by `foretide bench`.

usage: latency.py FORETIDE [--rounds 5] [--rate 10000] [--json FILE]

In every round both have the same load within seconds of each other, and a difference is of one
round; the median round counts. The thread's time is of the closed loop, where it never waits; what
the forecaster takes of it, persistence alone, is measured by itself and shown beside.
"""
import argparse
import json
import statistics
import subprocess
import sys


def bench(foretide, *words):
    ended = subprocess.run([foretide, "bench", "--json", *words], check=True, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(ended.stdout)


def one_round(foretide, rate):
    rows = {(row["pipeline"], row["offered_per_second"]): row
            for row in bench(foretide, "--only", "end-to-end")["end_to_end"]
            if row["transport"] == "tcp"}
    ours, plain = rows["foretide", rate], rows["forwarder", rate]
    stream = bench(foretide, "--quick", "--only", "stream", "--set",
                   'model.experts=["persistence"]')["stream"]
    return {"lost": ours["lost"], "forwarder_p50_us": plain["p50_us"],
            "forwarder_p99_us": plain["p99_us"], "added_p50_us": ours["p50_us"] - plain["p50_us"],
            "added_p99_us": ours["p99_us"] - plain["p99_us"],
            "thread_ns_without_model": rows["persistence", None]["thread_ns_per_message"],
            "of_it_the_forecaster_ns": stream["us_per_sample"] * 1e3}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("foretide")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=int, default=10_000, choices=[1_000, 10_000, 50_000])
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    rounds = []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        rounds.append(one_round(options.foretide, options.rate))
    figures = {"rate": options.rate, "rounds": rounds,
               **{key: statistics.median(row[key] for row in rounds) for key in rounds[0]}}
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
