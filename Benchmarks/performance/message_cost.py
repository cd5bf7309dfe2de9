#!/usr/bin/env python3
"""What the engine's thread spends on a message without a model, and how much of it is libzmq's.

usage: message_cost.py FORETIDE [--rounds 7] [--samples 300000] [--json FILE]

JSON samples over tcp from feed.c, in a closed loop, by turns through three programs:

- `forwarder`: forwarder.c, which passes frames on as they are;
- `libzmq`: forwarder.c with an answer of its own, as long as a forecast: receiving two frames and
  sending two, and nothing else, so the floor;
- `engine`: foretide serve with persistence alone and one worker.

A figure is the processor time of the one thread that owns the sockets (schedstat), in nanoseconds
for each message: the median of the rounds, and the least. `forecaster` is the time that persistence
takes of it, measured by itself (foretide bench). So `non_compute`, which is what the target is about,
is engine - forecaster, and `own` what of that is beyond libzmq.
"""
import argparse
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peers" / "load"))
from pipeline import PEERS, Foretide, Pipeline, free_endpoint, written  # noqa: E402

from latency import bench  # noqa: E402

# Of a forecast of persistence, on average.
ANSWER_BYTES = 280
MODEL = 'model.experts=["persistence"]'


class Forwarder(Pipeline):
    def __init__(self, *words):
        self.input, self.output = free_endpoint(), free_endpoint()
        super().__init__([PEERS / "forwarder", self.input, self.output, *words], {})


def nanoseconds(pipeline, name):
    """That the thread has had a processor."""
    for task in pathlib.Path(f"/proc/{pipeline.process.pid}/task").iterdir():
        if (task / "comm").read_text().strip() == name:
            return int((task / "schedstat").read_text().split()[0])
    sys.exit(f"there is no thread named {name}")


def per_message(pipeline, name, samples):
    before = nanoseconds(pipeline, name)
    pipeline.feed(n=samples)
    return (nanoseconds(pipeline, name) - before) / samples


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("foretide")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--samples", type=int, default=300_000)
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    engine = Foretide(options.foretide, MODEL, "engine.workers=1", 'control.bind=""')
    with Forwarder() as plain, Forwarder(str(ANSWER_BYTES)) as floor, engine:
        programs = {"forwarder": (plain, "forwarder"), "libzmq": (floor, "forwarder"),
                    "engine": (engine, "foretide-engine")}
        for pipeline, _ in programs.values():
            pipeline.feed(n=1_000)
        times = {name: [] for name in [*programs, "forecaster"]}
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            for name, (pipeline, thread) in programs.items():
                times[name].append(per_message(pipeline, thread, options.samples))
            stream = bench(options.foretide, "--quick", "--only", "stream", "--set", MODEL)
            times["forecaster"].append(stream["stream"]["us_per_sample"] * 1e3)
    figures = {}
    for label, choose in [("median_ns", statistics.median), ("least_ns", min)]:
        one = {name: round(choose(values)) for name, values in times.items()}
        one["non_compute"] = one["engine"] - one["forecaster"]
        one["own"] = one["non_compute"] - one["libzmq"]
        figures[label] = one
    written(options.json, figures)


if __name__ == "__main__":
    main()
