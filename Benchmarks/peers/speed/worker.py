"""What every peer of the speed comparison is: a process that is told which of its cases to time.

It prints one line, a JSON object with its versions and the cases that it has, when all of them are
compiled and warm; then, for each line `CASE SECONDS` that it reads, one with the times of that case.
"""
import json
import math
import sys
import time

WINDOW = 32
BLOCK_SECONDS = 200e-6
# Cell, hidden units, windows at once.
UPDATES = [(cell, hidden, batch) for cell, hidden in
           (("elman", 32), ("gru", 32), ("lstm", 32), ("gru", 128)) for batch in (1, 8)]


def update_name(kind, cell, hidden, batch):
    return f"{kind} {cell}-{hidden} B={batch}"


def window(batch):
    """What an update learns, over and over: inputs and targets as [time][window]."""
    def wave(time, lane):
        return math.sin(time / 5 + lane)
    return ([[wave(time, lane) for lane in range(batch)] for time in range(WINDOW)],
            [[wave(time + 1, lane) for lane in range(batch)] for time in range(WINDOW)])


def timed(work, seconds):
    """Microseconds of processor time that one run takes, of many: ten blocks of runs at least.

    Processor time, since what else runs on the machine is not the peer's fault.
    """
    start = time.process_time()
    work()
    runs = max(1, int(BLOCK_SECONDS / max(time.process_time() - start, 1e-6)))
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 10 or time.perf_counter() < end:
        start = time.process_time()
        for _ in range(runs):
            work()
        times.append((time.process_time() - start) / runs)
    times.sort()
    return {"median_us": times[len(times) // 2] * 1e6, "min_us": times[0] * 1e6,
            "runs": len(times) * runs}


def serve(versions, cases):
    """`cases`: name to function, one run of it."""
    for work in cases.values():
        for _ in range(5):
            work()
    print(json.dumps({"versions": versions, "cases": list(cases)}), flush=True)
    for line in sys.stdin:
        name, seconds = line.rstrip("\n").rsplit(" ", 1)
        print(json.dumps(timed(cases[name], float(seconds))), flush=True)
