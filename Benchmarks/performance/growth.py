#!/usr/bin/env python3
"""How the cost of a stream's sample and its memory grow with the model's settings, by `foretide
bench --only stream` with one setting changed at a time, and which part of the model takes how much.

usage: growth.py FORETIDE [--rounds 3] [--json FILE]

All of it in every round, one after the other; a figure is the median of the rounds.
"""
import argparse
import json
import statistics
import subprocess
import sys

SERIES = {
    "hidden": [8, 16, 24, 32, 48, 64, 96, 128],
    "window": [8, 16, 32, 64],
    "stride": [1, 2, 4, 8],
    "cell": ["none", "elman", "gru", "lstm", "lstm_peephole"],
}
# Each has the ones before it.
EXPERTS = ["persistence", "ar2", "ar8", "recurrent", "full"]


def stream(foretide, settings):
    words = [word for setting in settings for word in ("--set", setting)]
    ended = subprocess.run(
        [foretide, "bench", "--quick", "--json", "--only", "stream", *words], check=True,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(ended.stdout)["stream"]


def cases():
    for key, values in SERIES.items():
        for value in values:
            yield key, value, [f"model.{key}={value}"]
    for count in range(1, len(EXPERTS) + 1):
        yield "experts", EXPERTS[count - 1], [f"model.experts={json.dumps(EXPERTS[:count])}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("foretide")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    measured = {}
    for number in range(options.rounds):
        for key, value, settings in cases():
            print(f"round {number + 1}: {key} {value}", file=sys.stderr)
            measured.setdefault((key, value), []).append(stream(options.foretide, settings))
    rows = [{"setting": key, "value": value, "bytes": rounds[0]["bytes"],
             **{name: statistics.median(one[name] for one in rounds)
                for name in ("us_per_sample", "forecast_us", "learn_us")}}
            for (key, value), rounds in measured.items()]
    for row in rows:
        print(f"{row['setting']:8} {row['value']!s:14} {row['us_per_sample']:8.2f} us"
              f" {row['bytes']:10,} bytes")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
