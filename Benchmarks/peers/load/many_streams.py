#!/usr/bin/env python3
"""Very many streams of a small model: what they take against what `foretide check` says, and
whether they are answered at a steady rate.

usage: many_streams.py FORETIDE [--streams 100000] [--rate 100000] [--seconds 30] [--json FILE]

First a closed loop of 24 samples of each stream, after which all learn, then an open loop at the
rate. Ends with 1 when one forecast is missing.
"""
import argparse
import os
import subprocess
import time

from pipeline import Foretide, written

MODEL = ["model.hidden=16", 'model.experts=["persistence", "ar8", "recurrent"]',
         "limits.memory=1TiB"]
FILL = 24


def estimate(foretide, settings):
    """Bytes of a stream, as `foretide check` prints them."""
    words = [word for setting in settings for word in ("--set", setting)]
    text = subprocess.run([foretide, "check", "--no-environment", *words], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    row = next(line for line in text.splitlines() if line.startswith("*"))
    return int(row.split()[1].replace(",", "")), text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("foretide")
    parser.add_argument("--streams", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    # Two more, for the probes of the two feeds.
    settings = [*MODEL, f"limits.max_streams={options.streams + 2}"]
    bytes_each, text = estimate(options.foretide, settings)
    print(text, end="")
    first = FILL * options.streams
    with Foretide(options.foretide, *settings) as daemon:
        time.sleep(1)
        before = daemon.resident()
        fill = daemon.feed(n=first, s=options.streams, p="many/", f=0)
        filled = daemon.resident()
        steady = daemon.feed(n=options.rate * options.seconds, r=options.rate, s=options.streams,
                             p="many/", f=first)
        after = daemon.resident()
    counted = options.streams * bytes_each
    written(options.json, {
        "streams": options.streams, "bytes_each": bytes_each, "estimate": counted,
        "rss_before": before, "rss_filled": filled, "rss_after": after,
        "rss_per_estimate": (after - before) / counted,
        "filled_per_second": fill["messages_per_second"], "steady": steady,
        "kept_up": steady["seconds"] < 1.02 * options.seconds,
        "processors": os.cpu_count()})


if __name__ == "__main__":
    main()
