#!/usr/bin/env python3
"""Runs the peers over the public series and writes their scores, one JSON file a peer.

usage: run.py --data DIR [--results DIR] [--limit N] [PEER]...

Every peer starts cold, sees each value once and forecasts the next one. A missing value is replaced
by the peer's own forecast of it, as Foretide does. A forecast that is not finite, or a failure in
arithmetic, is replaced by persistence's and counted as diverged. Times are the processor time of
the peer's calls, on one core.
"""
import argparse
import importlib.metadata
import math
import multiprocessing
import os
import platform
import resource
import sys
import time
import warnings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "accuracy"))
import scores  # noqa: E402
import series  # noqa: E402
from peers import PEERS  # noqa: E402

FOOTPRINT_STREAMS, FOOTPRINT_SAMPLES, FOOTPRINT_SEASON = 20, 400, 24


def forecasts(peer, values):
    """The peer's forecasts, its intervals where it has any, seconds, and how many were replaced."""
    result, intervals = [math.nan] * len(values), [None] * len(values)
    forecast, seconds, diverged = None, 0.0, 0
    for index, value in enumerate(values):
        if forecast is not None:
            result[index] = forecast
            intervals[index] = interval
        seen = forecast if math.isnan(value) else value
        if seen is None:
            continue
        start = time.process_time()
        try:
            forecast = peer(seen)
        except (ArithmeticError, ValueError):
            forecast = math.nan
        seconds += time.process_time() - start
        if not abs(forecast) < 1e100:
            forecast, diverged = seen, diverged + 1
        interval = peer.interval() if hasattr(peer, "interval") else None
    return result, intervals, seconds, diverged


def generated(count):
    return [10 + 5 * math.sin(2 * math.pi * i / 24) + (i * 7919 % 101) / 50 for i in range(count)]


def footprint(make, connection):
    """KiB of the process with one stream, and of each further stream."""
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 1024

    def run():
        peer = make(FOOTPRINT_SEASON)
        for value in values:
            peer(value)
        return peer

    values = generated(FOOTPRINT_SAMPLES)
    kept = [run()]
    first = resident()
    kept += [run() for _ in range(FOOTPRINT_STREAMS)]
    connection.send((round(first), round((resident() - first) / FOOTPRINT_STREAMS)))


def measured_footprint(make):
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=footprint, args=(make, there))
    process.start()
    there.close()
    result = here.recv()
    process.join()
    return {"process_kib": result[0], "stream_kib": result[1]}


def run(name, data, limit):
    peer = PEERS[name]
    limit = min(limit, peer.limit)
    memory = measured_footprint(peer.make)  # Before this process imports anything of the peer's.
    result, seconds, samples = {}, 0.0, 0
    for file in series.files():
        for column, values in file.values(data, limit).items():
            model = peer.make(file.season)
            made, intervals, spent, diverged = forecasts(model, values)
            seconds, samples = seconds + spent, samples + len(values)
            key = file.series_name(column)
            result[key] = scores.score(values, made) | {"diverged": diverged}
            if any(intervals):
                early = scores.interval_score(values[:2000], intervals)
                result[key] |= {name + "_2000": value for name, value in early.items()}
        print(f"{name}: {file.name}, {seconds:.0f} s", file=sys.stderr, flush=True)
    versions = {package: importlib.metadata.version(package) for package in peer.packages}
    return {"title": peer.title, "settings": peer.settings, "limit": limit,
            "versions": versions | {"python": platform.python_version()},
            "samples": samples, "microseconds": seconds / samples * 1e6,
            "memory": memory, "series": result}


def write(name, arguments):
    result = run(name, arguments.data, arguments.limit)
    scores.write(os.path.join(arguments.results, name + ".json"), result)
    errors = [each["mse"] for each in result["series"].values()]
    print(f"{name}: {scores.geometric_mean(errors):.4f} of persistence's squared error, "
          f"{result['microseconds']:.1f} us a sample", flush=True)


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--results", default=os.path.join(HERE, "results"))
    parser.add_argument("--limit", type=int, default=series.LIMIT)
    parser.add_argument("peers", nargs="*", metavar="PEER", help=", ".join(PEERS))
    arguments = parser.parse_args()
    os.makedirs(arguments.results, exist_ok=True)
    for name in arguments.peers or PEERS:  # Each in a process of its own: fresh memory, same seeds.
        process = multiprocessing.get_context("fork").Process(target=write, args=(name, arguments))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{name}: exit {process.exitcode}")


if __name__ == "__main__":
    main()
