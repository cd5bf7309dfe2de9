#!/usr/bin/env python3
"""Scores Foretide on the public series: one step ahead, online, from a cold start.

usage: score.py --data DIR [--foretide PATH] [--name NAME] [--only TEXT] [--set key=value]...

Runs `foretide replay FILE --column C --limit 12000 --forecasts F` on each file, checks that the
values in F are those of the file, and computes every score from F, never from what the program
says of itself. Prints a line a series and a summary; writes results/NAME.json (not with --only),
from which tables.py makes the tables of docs/accuracy.md. Python 3.9 or newer; no packages.
"""
import argparse
import csv
import math
import os
import resource
import subprocess
import sys
import tempfile
import time

import scores
import series

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
FOOTPRINT_STREAMS, FOOTPRINT_SAMPLES = 100, 400


def replay(foretide, path, columns, limit, settings, multivariate=False, more=()):
    """{column: [(value, forecast, lower, upper)]} and the processor seconds of the whole program.

    What is missing or not there yet is NaN.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "forecasts.csv")
        command = [foretide, "replay", path, "--limit", str(limit), "--json", "--forecasts", out]
        for column in columns:
            command += ["--column", column]
        command += ["--multivariate"] if multivariate else []
        command += more
        for setting in settings:
            command += ["--set", setting]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\nexit {done.returncode}: {done.stderr[-800:]}")
        rows = {}
        with open(out, newline="") as file:
            for row in csv.DictReader(file):
                rows.setdefault(row["stream"].split("/")[-1], []).append(tuple(
                    series.number(row[key]) for key in ("y", "yhat", "yhat_lower", "yhat_upper")))
    return rows, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(values, rows, what):
    """Stops when the values in the forecasts file are not those of the data."""
    if len(rows) != len(values):
        raise SystemExit(f"{what}: {len(rows)} forecasts for {len(values)} values")
    for index, (value, row) in enumerate(zip(values, rows)):
        if math.isnan(value) != math.isnan(row[0]) or abs(value - row[0]) > 1e-6 * abs(value):
            raise SystemExit(f"{what}, row {index}: {row[0]} in the forecasts, {value} in the data")
        if index and not math.isnan(value + values[index - 1]) and math.isnan(row[1]):
            raise SystemExit(f"{what}, row {index}: no forecast of a value that is there")


def footprint(foretide, settings):
    """KiB of the program with one stream and of each further stream, with generated values."""
    def resident(streams):
        command = [foretide, "replay", "-", "--json"]
        for setting in settings:
            command += ["--set", setting]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        process.stdin.write((",".join(f"s{i}" for i in range(streams)) + "\n").encode())
        for t in range(FOOTPRINT_SAMPLES):
            value = f"{10 + 5 * math.sin(2 * math.pi * t / 24) + t * 7919 % 101 / 50:.4f}"
            process.stdin.write((",".join([value] * streams) + "\n").encode())
        process.stdin.flush()
        ticks = -1
        while ticks != (ticks := processor_ticks(process.pid)):  # Until it waits for more.
            time.sleep(0.5)
        with open(f"/proc/{process.pid}/statm") as file:
            pages = int(file.read().split()[1])
        process.stdin.close()
        if process.wait():
            raise SystemExit(f"{' '.join(command)}: exit {process.returncode}")
        return pages * resource.getpagesize() / 1024
    one, many = resident(1), resident(1 + FOOTPRINT_STREAMS)
    return {"process_kib": round(one), "stream_kib": round((many - one) / FOOTPRINT_STREAMS)}


def processor_ticks(process):
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def measure(foretide, data, settings, only):
    version = subprocess.run([foretide, "--version"], capture_output=True, text=True, check=True)
    result, seconds, samples = {}, 0.0, 0
    for file in series.files():
        if only not in file.name:
            continue
        values = file.values(data)
        rows, spent = replay(foretide, file.path(data), file.columns, series.LIMIT, settings)
        seconds, samples = seconds + spent, samples + sum(map(len, values.values()))
        for column, truth in values.items():
            key, own = file.series_name(column), rows[column]
            compare(truth, own, key)
            each = scores.score(truth, [row[1] for row in own])
            intervals = [None if math.isnan(row[2]) else row[2:] for row in own]
            early = scores.interval_score(truth[:2000], intervals)
            result[key] = each | scores.interval_score(truth, intervals) | {
                name + "_2000": value for name, value in early.items()}
            print(f"{key:45s} squared {each['mse']:.4f}  absolute {each['mae']:.4f}  first 500 "
                  f"{each['mse_500']:.3f}  coverage {result[key]['coverage']:.3f}  Winkler "
                  f"{result[key]['winkler']:.3f}", flush=True)
    return {"title": "Foretide", "settings": " ".join(settings), "limit": series.LIMIT,
            "versions": {"foretide": version.stdout.split()[-1]},
            "samples": samples, "microseconds": seconds / samples * 1e6,
            "memory": footprint(foretide, settings), "series": result}


def summary(result):
    each = list(result["series"].values())
    mean = {key: scores.geometric_mean([one[key] for one in each])
            for key in ("mse", "mae", "mse_500", "winkler")}
    inside = sum(0.88 <= one["coverage"] <= 0.92 for one in each)
    return (f"{len(each)} series, relative to persistence: squared {mean['mse']:.4f} (worst "
            f"{max(one['mse'] for one in each):.3f}), absolute {mean['mae']:.4f} (worst "
            f"{max(one['mae'] for one in each):.3f}), first 500 {mean['mse_500']:.4f} (worst "
            f"{max(one['mse_500'] for one in each):.3f}); coverage in .88-.92 on {inside}; "
            f"Winkler {mean['winkler']:.4f}; {result['microseconds']:.1f} us a sample")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--foretide", default=os.path.join(ROOT, ".build/release/foretide"))
    parser.add_argument("--name", default="foretide")
    parser.add_argument("--only", default="")
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    start = time.monotonic()
    result = measure(arguments.foretide, arguments.data, arguments.set, arguments.only)
    print(summary(result))
    print(f"{time.monotonic() - start:.0f} s in all", file=sys.stderr)
    if not arguments.only:
        scores.write(os.path.join(HERE, "results", arguments.name + ".json"), result)


if __name__ == "__main__":
    main()
