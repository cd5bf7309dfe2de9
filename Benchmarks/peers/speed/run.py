#!/usr/bin/env python3
"""Foretide and its peers at the same work, interleaved in one run on one core: in every round each
of them has its turn, and a ratio is of the medians of the rounds.

usage: run.py FORETIDE [--rounds 3] [--seconds 1.0] [--core N] [--without WORKER]... [--json FILE]

Workers: torch, jax, onnx, per-sample. Peers that are compiled take minutes for that at first.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

from worker import UPDATES, update_name

HERE = os.path.dirname(os.path.abspath(__file__))
WORKERS = {"torch": "torch_update.py", "jax": "jax_update.py", "onnx": "onnx_step.py",
           "per-sample": "per_sample.py"}
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}


class Worker:
    """A peer's process; it waits while others have their turn."""

    def __init__(self, name):
        print(f"starting {name}", file=sys.stderr)
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, WORKERS[name])], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **THREADS})
        told = self.read()
        self.cases, self.versions = told["cases"], told["versions"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args[1]} ended with {self.process.wait()}")
        return json.loads(line)

    def time(self, case, seconds):
        self.process.stdin.write(f"{case} {seconds}\n")
        self.process.stdin.flush()
        return self.read()["median_us"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def ours(foretide):
    """Microseconds of Foretide's cases, and the figures that they are from."""
    parts = [word for part in ("update", "step", "stream") for word in ("--only", part)]
    ended = subprocess.run([foretide, "bench", "--json", *parts], check=True, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    figures = json.loads(ended.stdout)
    times = {update_name("update", row["cell"], row["hidden"], row["batch"]): row["median_us"]
             for row in figures["update"]}
    times["step gru-32"] = figures["step_ns"] / 1e3
    times["sample"] = figures["stream"]["us_per_sample"]
    return times, figures


def our_case(case):
    """Which of ours does what a peer's case does."""
    kind, *shape = case.split(" ")
    if kind in ("eager", "compiled", "scan"):
        return " ".join(["update", *shape])
    return "step gru-32" if kind == "step" else "sample"


def table(result):
    peers = result["peers"]
    print(f"{'peer':34} {'its µs':>10} {'ours µs':>10} {'ratio':>8}   ratios of the rounds")
    for row in peers:
        rounds = " ".join(f"{ratio:.1f}" for ratio in row["ratios"])
        print(f"{row['peer'] + ', ' + row['case']:34} {row['us']:10.2f} {row['ours_us']:10.3f}"
              f" {row['ratio']:8.1f}   {rounds}")
    print(f"peak {result['fma_peak_gflops']:.0f} GFLOP/s ({result['isa']}); shares of it:")
    for name, share in result["shares_of_peak"].items():
        print(f"  {name:24} {100 * share:5.1f} %")


def compare(options):
    os.sched_setaffinity(0, {options.core})
    workers = {name: Worker(name) for name in WORKERS if name not in options.without}
    rounds = []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        times = {(name, case): worker.time(case, options.seconds)
                 for name, worker in workers.items() for case in worker.cases}
        rounds.append((*ours(options.foretide), times))
    for worker in workers.values():
        worker.stop()
    return result(rounds, workers)


def result(rounds, workers):
    peers = []
    for name, worker in workers.items():
        for case in worker.cases:
            pairs = [(times[name, case], own[our_case(case)]) for own, _, times in rounds]
            theirs, own = (statistics.median(column) for column in zip(*pairs))
            peers.append({"peer": name, "case": case, "us": theirs, "ours_us": own,
                          "ratio": theirs / own, "ratios": [a / b for a, b in pairs]})
    figures = [figures for _, figures, _ in rounds]
    shares = {}
    for cell, hidden, batch in sorted({(row["cell"], row["hidden"], row["batch"])
                                       for row in figures[0]["update"]}):
        shares[update_name("update", cell, hidden, batch)] = statistics.median(
            row["share_of_peak"] for one in figures for row in one["update"]
            if (row["cell"], row["hidden"], row["batch"]) == (cell, hidden, batch))
    return {"rounds": len(rounds), "isa": figures[0]["isa"],
            "fma_peak_gflops": statistics.median(one["fma_peak_gflops"] for one in figures),
            "versions": {key: value for worker in workers.values()
                         for key, value in worker.versions.items()},
            "peers": peers, "shares_of_peak": shares}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("foretide")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each case in each round")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--without", action="append", default=[], choices=list(WORKERS))
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    figures = compare(options)
    table(figures)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
