#!/usr/bin/python3
"""How much a checkpoint is felt by those who wait for forecasts: latency from the sending of a sample
to the arrival of its forecast, while a checkpoint is under way and while none is, in one run.

    Benchmarks/state/checkpoint.py .build/release/foretide [--streams 10000] [--rate 20000]
        [--seconds 180] [--folder FOLDER] [--set key=value]...

Also: how fast a daemon with these streams is ready again. Needs a C compiler and libzmq.
"""

import argparse
import array
import bisect
import datetime
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time


def endpoint():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


class Daemon:
    def __init__(self, program, folder, settings):
        self.pull, self.output = endpoint(), endpoint()
        command = [program, "serve"]
        for setting in [f'input.bind=["{endpoint()}"]', f'input.pull_bind=["{self.pull}"]',
                        f'output.bind=["{self.output}"]', f"state.directory={folder}",
                        "log.level=debug", "log.format=json", *settings]:
            command += ["--set", setting]
        self.log = tempfile.NamedTemporaryFile("w+", prefix="foretide-log-")
        start = time.monotonic()
        self.process = subprocess.Popen(command, stderr=self.log)
        while not self.events("Ready"):
            if self.process.poll() is not None:
                sys.exit(pathlib.Path(self.log.name).read_text())
            time.sleep(0.002)
        self.seconds_to_ready = time.monotonic() - start

    def events(self, message):
        lines = pathlib.Path(self.log.name).read_text().splitlines()
        events = [json.loads(line) for line in lines if line.endswith("}")]
        return [event for event in events if event["message"] == message]

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        return time.monotonic() - start


def machine_seconds():
    """Processor time of everything."""
    fields = pathlib.Path("/proc/stat").read_text().split()[1:9]
    busy = sum(int(field) for index, field in enumerate(fields) if index not in (3, 4))
    return busy / os.sysconf("SC_CLK_TCK")


def checkpoints(daemon):
    """(begin, end) of each, seconds of the wall clock."""
    windows = []
    for event in daemon.events("Wrote a checkpoint"):
        end = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
        windows.append((end - float(event["seconds"]), end))
    return windows


def quantile(ordered, share):
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3


def describe(title, latencies):
    latencies = sorted(latencies)
    if not latencies:
        print(f"{title}: none")
        return None
    columns = [f"{name} {quantile(latencies, share):.2f} ms"
               for name, share in [("p50", .5), ("p99", .99), ("p99.9", .999), ("max", 1)]]
    print(f"{title}: {len(latencies)} forecasts, " + ", ".join(columns))
    return quantile(latencies, .99)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--streams", type=int, default=10000)
    parser.add_argument("--warm-up", type=int, default=60, help="samples of each stream before")
    parser.add_argument("--rate", type=int, default=20000)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--folder", help="where the state is kept; default: a temporary one here")
    parser.add_argument("--set", action="append", default=[], metavar="key=value")
    options = parser.parse_args()
    here = pathlib.Path(__file__).parent
    subprocess.run(["make", "-s"], cwd=here, check=True)
    with tempfile.TemporaryDirectory(dir=options.folder or ".") as folder:
        settings = [f"limits.max_streams={options.streams + 1}", *options.set]
        daemon = Daemon(options.program, folder, settings)
        records = array.array("d")
        before, all_before = daemon.processor_seconds(), machine_seconds()
        children_before = os.times()
        load = subprocess.run(
            [here / "load", daemon.pull, daemon.output, str(options.streams), str(options.warm_up),
             str(options.rate), str(options.seconds)], stdout=subprocess.PIPE, check=False)
        used = daemon.processor_seconds() - before
        children = os.times()
        load_used = (children.children_user + children.children_system
                     - children_before.children_user - children_before.children_system)
        others = machine_seconds() - all_before - used - load_used
        records.frombytes(load.stdout)
        windows = checkpoints(daemon)
        begins = [begin for begin, _ in windows]
        during, outside = [], []
        for index in range(0, len(records), 2):
            sent, latency = records[index], records[index + 1]
            at = bisect.bisect(begins, sent) - 1
            is_during = at >= 0 and sent < windows[at][1]
            # What was sent shortly before a checkpoint waits for it too.
            if not is_during and at + 1 < len(windows) and sent + latency > windows[at + 1][0]:
                is_during = True
            (during if is_during else outside).append(latency)
        print(f"{options.streams} streams, {options.rate} samples/s, {options.seconds} s, "
              f"processor {used:.0f} s (load {load_used:.0f} s, other programs {others:.0f} s); "
              "checkpoints of "
              + ", ".join(f"{end - begin:.1f} s" for begin, end in windows))
        ratio = [describe("no checkpoint", outside), describe("checkpoint", during)]
        if None not in ratio:
            print(f"p99 during a checkpoint / without: {ratio[1] / ratio[0]:.2f}")
        print(f"stopped in {daemon.stop():.1f} s, exit code {daemon.process.returncode}")
        daemon = Daemon(options.program, folder, settings)
        restored = daemon.events("Restored")[0]
        print(f"restored {restored['streams']} streams in {float(restored['seconds']):.2f} s, "
              f"ready {daemon.seconds_to_ready:.2f} s after exec")
        daemon.process.kill()
        daemon.process.wait()
    sys.exit(load.returncode)


if __name__ == "__main__":
    main()
