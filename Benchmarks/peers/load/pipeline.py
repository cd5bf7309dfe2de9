"""Processes that take samples and give forecasts, and the feed that loads them."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

PEERS = pathlib.Path(__file__).resolve().parents[1]
# So that a run that is ended ends what it started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


def free_endpoint():
    """A loopback endpoint that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


class Pipeline:
    """A running process with one input and one output. Use as a context manager."""

    def __init__(self, command, environment):
        self.command, self.environment, self.feeds = command, environment, []

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, env={**os.environ, **THREADS, **self.environment})
        return self

    def __exit__(self, *_):
        for feed in self.feeds:
            feed.kill()
            feed.wait()
        self.process.terminate()
        self.process.wait(timeout=30)

    def resident(self):
        """Bytes of memory in use."""
        pages = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def processor_seconds(self):
        """Of all its threads."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1]
        return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def start_feed(self, **options):
        """A running feed; options as in feed.c, by their letters."""
        words = [word for key, value in options.items() for word in (f"-{key}", str(value))]
        self.feeds.append(subprocess.Popen(
            [PEERS / "feed", *words, self.input, self.output], text=True, stdout=subprocess.PIPE))
        return self.feeds[-1]

    def feed(self, **options):
        """What a feed measured. Ends the run when messages were lost."""
        return finish(self.start_feed(**options))


def finish(feed):
    text = feed.communicate()[0]
    if not text:
        sys.exit("the feed failed")
    outcome = json.loads(text)
    if outcome["lost"]:
        sys.exit(f"messages were lost: {text}")
    return outcome


class Foretide(Pipeline):
    def __init__(self, program, *settings):
        self.input, self.output = free_endpoint(), free_endpoint()
        words = [word for setting in settings for word in ("--set", setting)]
        super().__init__([program, "serve", *words], {
            "FORETIDE_INPUT_BIND": json.dumps([self.input]), "FORETIDE_INPUT_PULL_BIND": "[]",
            "FORETIDE_OUTPUT_BIND": json.dumps([self.output]), "FORETIDE_LOG_LEVEL": "warning"})


class TorchDaemon(Pipeline):
    def __init__(self):
        self.input, self.output = free_endpoint(), free_endpoint()
        super().__init__([sys.executable, PEERS / "load" / "torch_daemon.py", self.input,
                          self.output], {})


def watch(pipeline, feed, seconds=1.0):
    """Resident bytes once a `seconds` while a feed runs: [(since start, bytes)]."""
    begin, rows = time.monotonic(), []
    while feed.poll() is None:
        rows.append((time.monotonic() - begin, pipeline.resident()))
        time.sleep(seconds)
    return rows


def written(path, figures):
    """Prints the figures, and writes them to a file where one is given."""
    text = json.dumps(figures, indent=1)
    print(text)
    if path:
        pathlib.Path(path).write_text(text + "\n", encoding="utf-8")
