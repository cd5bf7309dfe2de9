#!/usr/bin/env python3
"""`foretide serve` under a steady load for a while, and its speed beside that of a daemon of pyzmq
and PyTorch (torch_daemon.py) on the same feed.

usage: sustained.py FORETIDE [--rate 100000] [--seconds 60] [--streams 1000] [--rounds 3]
                    [--set KEY=VALUE]... [--json FILE]

Steady: an open loop, JSON singles of all streams in turn from one C publisher over tcp at a fixed
rate; ends with 1 when one forecast is missing. Speed: a closed loop, 1,000 samples on the way at
most, each of the two daemons by turns, after 24 samples of every stream; the rest of the machine
belongs to the feed.
"""
import argparse
import statistics
import sys
import time

from pipeline import Foretide, TorchDaemon, finish, watch, written

FILL = 24  # Samples of each stream until its window is full and it learns.


def steady(options):
    with Foretide(options.foretide, *options.set) as daemon:
        feed = daemon.start_feed(n=int(options.rate * options.seconds), r=options.rate,
                                 s=options.streams)
        memory = watch(daemon, feed)
        outcome = finish(feed)
        used = daemon.processor_seconds()
    settled = next((size for second, size in memory if second >= 10), memory[-1][1])
    return {**outcome, "rss_after_10_s": settled, "rss_at_end": memory[-1][1],
            "rss_growth": memory[-1][1] / settled - 1,
            "cpu_us_per_sample": used / outcome["samples"] * 1e6,
            "kept_up": outcome["seconds"] < 1.02 * options.seconds}


def measured(daemon, samples, streams, first):
    return daemon.feed(n=samples, s=streams, w=1000, p="speed/", f=first)["messages_per_second"]


def speeds(options):
    """Samples a second of both, round by round."""
    with Foretide(options.foretide, *options.set) as ours, TorchDaemon() as theirs:
        time.sleep(3)  # PyTorch is loaded.
        first = FILL * options.streams
        print("making both learn every stream", file=sys.stderr)
        for daemon in (ours, theirs):
            daemon.feed(n=first, s=options.streams, w=1000, p="speed/", f=0)
        rounds = []
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            rounds.append((
                measured(ours, 300_000, options.streams, first + number * 300_000),
                measured(theirs, 2_000, options.streams, first + number * 2_000)))
    return {"foretide_per_second": statistics.median(row[0] for row in rounds),
            "torch_daemon_per_second": statistics.median(row[1] for row in rounds),
            "ratio": statistics.median(row[0] / row[1] for row in rounds),
            "ratios": [row[0] / row[1] for row in rounds]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("foretide")
    parser.add_argument("--rate", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--streams", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3, help="0: no comparison")
    parser.add_argument("--set", action="append", default=[], help="a setting of foretide")
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    figures = {"steady": steady(options)}
    if options.rounds:
        figures["speed"] = speeds(options)
    written(options.json, figures)


if __name__ == "__main__":
    main()
