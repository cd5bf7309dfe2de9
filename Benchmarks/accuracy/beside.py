#!/usr/bin/env python3
"""Scores what a series gains from what is beside it, on series that it makes itself.

usage: beside.py [--foretide PATH] [--seeds N] [--set key=value]...

- follows: a random walk, and a channel that has its values one step later with noise of a tenth of
  its step; alone, and as two channels of one stream.
- driven: x <- .8 x + u + noise of .3, u white noise of 1 known with the sample before; without the
  input, with it, and with it but for 100 steps.
- led: x <- x + (u - x)/2 + noise of .3, u a random walk; the same.

6,000 samples each. Writes results/beside.json: squared errors, means over the seeds; those of the
100 steps without the input are of these steps alone.
"""
import argparse
import csv
import json
import os
import random
import tempfile

import score

SAMPLES = 6000
MISSING = range(3000, 3100)


def walk(draw):
    values = [0.0]
    for _ in range(SAMPLES):
        values.append(values[-1] + draw.gauss(0, 1))
    return values


def follows(draw):
    leader = walk(draw)
    return {"follower": [leader[step - 1] + draw.gauss(0, 0.1) for step in range(1, SAMPLES + 1)],
            "leader": leader[1:]}


def driven(draw, leads):
    drive = walk(draw)[1:] if leads else [draw.gauss(0, 1) for _ in range(SAMPLES)]
    values = [0.0]
    for drive_now in drive[:-1]:
        now = values[-1]
        step = (drive_now - now) / 2 if leads else drive_now - 0.2 * now
        values.append(now + step + draw.gauss(0, 0.3))
    return {"x": values, "u": drive}


def write(path, columns, missing=()):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for step, row in enumerate(zip(*columns.values())):
            writer.writerow([row[0], "" if step in missing else row[1]])


def errors(foretide, path, column, settings, *more):
    rows = score.replay(foretide, path, [column], SAMPLES, settings, more=more)[0][column]
    # The first value has no forecast.
    return [(forecast - value) ** 2 for value, forecast, *_ in rows[1:]]


def measure(foretide, folder, seed, settings):
    path = os.path.join(folder, "series.csv")

    def mean(numbers):
        return sum(numbers) / len(numbers)

    write(path, follows(random.Random(seed)))
    alone = errors(foretide, path, "follower", settings)
    beside = errors(foretide, path, "follower", settings, "--column", "leader", "--multivariate")
    result = {"follows": {"without": mean(alone), "with": mean(beside)}}
    for name, leads in [("driven", False), ("led", True)]:
        columns = driven(random.Random(seed), leads)
        write(path, columns)
        without = errors(foretide, path, "x", settings)
        known = errors(foretide, path, "x", settings, "--input-column", "u")
        write(path, columns, MISSING)
        gap = errors(foretide, path, "x", settings, "--input-column", "u")
        # A forecast of step t is made of the input of step t - 1, and is at t - 1 here.
        steps = slice(MISSING.start, MISSING.stop)
        result[name] = {"without": mean(without), "with": mean(known),
                        "gap_without": mean(without[steps]), "gap_with": mean(gap[steps])}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--foretide", default=os.path.join(score.ROOT, ".build/release/foretide"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = [measure(arguments.foretide, folder, seed, arguments.set)
                for seed in range(1, arguments.seeds + 1)]
    result = {name: {key: round(sum(run[name][key] for run in runs) / len(runs), 4)
                     for key in runs[0][name]} for name in runs[0]}
    for name, figures in result.items():
        print(name, json.dumps(figures))
    with open(os.path.join(score.HERE, "results", "beside.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
