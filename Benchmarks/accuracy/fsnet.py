#!/usr/bin/env python3
"""Scores Foretide by the protocol of FSNet: one-step squared error on standardised channels.

usage: fsnet.py --data DIR [--foretide PATH] [--multivariate] [--set key=value]...

The protocol (FSNet, arXiv 2202.11672, kept by OneNet, LSTD and TOT) with a horizon of one: channels
are standardised by mean and deviation of the train rows, and the score is the mean squared error
over time and channels of the online rows. What those methods train on before, Foretide merely sees
as the beginning of the stream. Each channel is a stream of its own; with --multivariate all are the
channels of one. Writes results/fsnet.json or results/fsnet-multivariate.json.
"""
import argparse
import json
import os

import score
import series

# Rows in use, train rows, first online row. ETT: of 20 months of 30 days 4 are trained and 1 is
# validated on; of the other sets 20 % and 5 %.
SPLITS = {"ETTh2": (14_400, 2880, 3600), "ETTm1": (14_400, 2880, 3600),
          "WTH": (35_064, 7012, 8766), "exchange": (7588, 1517, 1897)}


def errors(data, foretide, file, multivariate, settings):
    rows, train, first = SPLITS[file.folder]
    values = file.values(data, rows)
    made, _ = score.replay(foretide, file.path(data), file.columns, rows, settings, multivariate)
    square = absolute = persistence = 0.0
    for column, truth in values.items():
        score.compare(truth, made[column], f"{file.folder}/{column}")
        mean = sum(truth[:train]) / train
        variance = sum((value - mean) ** 2 for value in truth[:train]) / train
        for index in range(first, rows):
            error = made[column][index][1] - truth[index]
            square += error ** 2 / variance
            absolute += abs(error) / variance ** 0.5
            persistence += (truth[index] - truth[index - 1]) ** 2 / variance
    count = len(values) * (rows - first)
    return {"mse": round(square / count, 4), "mae": round(absolute / count, 4),
            "persistence_mse": round(persistence / count, 4)}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--foretide", default=os.path.join(score.ROOT, ".build/release/foretide"))
    parser.add_argument("--multivariate", action="store_true")
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    result = {}
    for file in series.files():
        if file.folder in SPLITS:
            result[file.folder] = errors(arguments.data, arguments.foretide, file,
                                         arguments.multivariate, arguments.set)
            print(file.folder, json.dumps(result[file.folder]), flush=True)
    name = "fsnet-multivariate.json" if arguments.multivariate else "fsnet.json"
    with open(os.path.join(score.HERE, "results", name), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
