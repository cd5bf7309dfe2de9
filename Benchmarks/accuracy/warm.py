#!/usr/bin/env python3
"""Scores what `foretide fit` is worth: the first half of each series is fitted, the second replayed.

usage: warm.py --data DIR [--foretide PATH] [--epochs N] [--set key=value]... [--only SERIES]

The second half is forecast three times: cold; going on where the history ends (`--warm-start`); and
at another time, with its own past unknown, which is how any other series begins with that file.
Series as of score.py. Writes results/warm.json, but not with --only.
"""
import argparse
import csv
import json
import math
import os
import subprocess
import tempfile

import score
import series

WAYS = ["cold", "continued", "elsewhere"]


def write(path, columns, first):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in list(zip(*columns.values()))[first:]:
            # A line of one empty cell would be none.
            writer.writerow(["NA" if math.isnan(value) else repr(value) for value in row])


def scores(foretide, path, *more):
    output = subprocess.run([foretide, "replay", path, "--json", *more], check=True,
                            capture_output=True).stdout
    return {each["stream"]: (each["rel_mse_first500"], each["rel_mse"])
            for each in json.loads(output)["streams"]}


def measure(foretide, columns, epochs, settings):
    """By column and way: relative squared error of the first 500 forecasts, and of all."""
    half = len(next(iter(columns.values()))) // 2
    with tempfile.TemporaryDirectory() as folder:
        whole, second = os.path.join(folder, "whole.csv"), os.path.join(folder, "second.csv")
        write(whole, columns, 0)
        write(second, columns, half)
        models = os.path.join(folder, "models")
        os.mkdir(models)
        subprocess.run([foretide, "fit", whole, "--limit", str(half), "--epochs", str(epochs),
                        "--output", models, *settings], check=True, stdout=subprocess.DEVNULL)
        warm = ["--warm-start", models, *settings]
        made = [scores(foretide, whole, "--skip", str(half), *settings),
                scores(foretide, whole, "--skip", str(half), *warm),
                scores(foretide, second, *warm)]
    return {column: {way: each[column] for way, each in zip(WAYS, made)} for column in columns}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--foretide", default=os.path.join(score.ROOT, ".build/release/foretide"))
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--only")
    arguments = parser.parse_args()
    settings = [part for setting in arguments.set for part in ("--set", setting)]
    result = {}
    for file in series.files():
        wanted = {column: values for column, values in file.values(arguments.data).items()
                  if arguments.only in (None, file.series_name(column))}
        if not wanted:
            continue
        made = measure(arguments.foretide, wanted, arguments.epochs, settings)
        for column, ways in made.items():
            name = file.series_name(column)
            result[name] = {way: [round(error, 4) for error in errors]
                            for way, errors in ways.items()}
            print(name, json.dumps(result[name]), flush=True)
    if arguments.only is None:
        with open(os.path.join(score.HERE, "results", "warm.json"), "w") as file:
            json.dump(result, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
