"""What shared weights are worth: 1,000 noisy sines that start one after another.

    make -C Benchmarks/shared

Prints three figures with their targets, for the experts persistence, ar8 and recurrent: the squared
error of the last hundred streams over their own first 300 samples, shared over own weights; the
samples learned a second with GRU-32 when all streams go on together, shared over own; the bytes of a
stream as `foretide check` counts them. Then, with --all, the same for other experts and sizes, and
what the process really takes.
"""

import argparse
import json
import math
import os
import random
import re
import subprocess
import tempfile

STREAMS, NEWEST, FIRST = 1000, 100, 300
NOISE, PERIODS = 0.3, (40, 60)
ALL_EXPERTS = ["persistence", "ar2", "ar8", "recurrent", "full"]
SMALL = ["persistence", "ar8", "recurrent"]
NET = ["persistence", "recurrent"]


def write(path, streams, every, rows):
    """A column a stream, each `every` rows later than the one before; the last hundred end after
    their first 300 samples."""
    dice = random.Random(7)
    columns = []
    for number in range(streams):
        period, phase = dice.uniform(*PERIODS), dice.uniform(0, math.tau)
        count = rows - number * every
        if every and number >= streams - NEWEST:
            count = FIRST
        columns.append([
            f"{math.sin(math.tau * step / period + phase) + dice.gauss(0, NOISE):.5f}"
            for step in range(count)])
    with open(path, "w") as file:
        file.write(",".join(f"s{number:03d}" for number in range(streams)) + "\n")
        for row in range(rows):
            file.write(",".join(
                column[row - number * every] if 0 <= row - number * every < len(column) else ""
                for number, column in enumerate(columns)) + "\n")


def command(foretide, path, weights, experts, hidden=24):
    return [foretide, "replay", path, "--json", "--set", f"model.weights={weights}",
            "--set", f"model.experts={json.dumps(experts)}", "--set", f"model.hidden={hidden}"]


def replay(foretide, path, weights, experts, hidden):
    done = subprocess.run(command(foretide, path, weights, experts, hidden), check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def error(result):
    return sum(stream["mse"] for stream in result["streams"][-NEWEST:]) / NEWEST


def peak_kilobytes(foretide, path, weights):
    """The largest resident set of a replay."""
    process = subprocess.Popen(
        command(foretide, path, weights, SMALL), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


def stream_bytes(foretide, folder):
    """What `foretide check` says that a stream takes, without its share of the net."""
    path = os.path.join(folder, "shared.toml")
    with open(path, "w") as file:
        file.write(f'[model]\nweights = "shared"\nexperts = {json.dumps(SMALL)}\n')
    text = subprocess.run([foretide, "check", path], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return int(re.search(r"^\*\s+([\d,]+)", text, re.MULTILINE)[1].replace(",", ""))


def print_bytes(foretide, folder):
    print(f"bytes of a stream with {' '.join(SMALL)}: {stream_bytes(foretide, folder):,} "
          "(at most 12,288)", flush=True)


def print_errors(foretide, path, every, kinds):
    write(path, STREAMS, every, (STREAMS - 1) * every + FIRST)
    print(f"error of the last {NEWEST} of {STREAMS} streams, one every {every} samples "
          "(ratio at most .8):")
    for experts, hidden in kinds:
        own, shared = (error(replay(foretide, path, weights, experts, hidden))
                       for weights in ("stream", "shared"))
        print(f"  {' '.join(experts):36} hidden {hidden}: own {own:.4f}, shared {shared:.4f}, "
              f"ratio {shared / own:.3f}", flush=True)


def print_speeds(foretide, path, rounds, kinds):
    write(path, STREAMS, 0, FIRST)
    print(f"samples a second, {STREAMS} streams in turn, GRU-32 (ratio at least 1.3):")
    for experts in kinds:
        best = {"stream": 0, "shared": 0}
        for _ in range(rounds):
            for weights in best:
                rate = replay(foretide, path, weights, experts, 32)["samples_per_second"]
                best[weights] = max(best[weights], rate)
        print(f"  {' '.join(experts):36} own {best['stream']:.0f}, shared {best['shared']:.0f}, "
              f"ratio {best['shared'] / best['stream']:.2f}", flush=True)


def print_memory(foretide, path):
    print(f"memory of a stream with {' '.join(SMALL)}, the nets with it, KiB:")
    for weights in ("shared", "stream"):
        sizes = []
        for streams in (STREAMS, 2 * STREAMS):
            write(path, streams, 0, 30)
            sizes.append(peak_kilobytes(foretide, path, weights))
        print(f"  {weights}: {(sizes[1] - sizes[0]) / STREAMS:.1f} for each further one, "
              f"{sizes[0]} in all with {STREAMS}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("foretide")
    parser.add_argument("--every", type=int, default=10, help="samples from start to start")
    parser.add_argument("--all", action="store_true", help="other experts and sizes too")
    parser.add_argument("--rounds", type=int, default=3, help="of which the fastest counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sines.csv")
        print_bytes(options.foretide, folder)
        print_speeds(options.foretide, path, options.rounds, [SMALL])
        print_errors(options.foretide, path, options.every, [(SMALL, 24)])
        if options.all:
            print_memory(options.foretide, path)
            print_speeds(options.foretide, path, options.rounds, [NET])
            kinds = [(NET, 24), (NET, 32), (SMALL, 32), (ALL_EXPERTS, 24)]
            print_errors(options.foretide, path, options.every, kinds)


if __name__ == "__main__":
    main()
