"""A foretide daemon under test, and pyzmq clients that talk to it as any user's would."""

import collections
import itertools
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time

import zmq

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("FORETIDE", str(ROOT / ".build/release/foretide"))


# Below those that the kernel gives to clients, and to anybody who asks for any; another start in
# each process, for several may run at once.
_ports = itertools.cycle(range(20_000, 32_000))
for _ in range(random.randrange(12_000)):
    next(_ports)


def free_endpoint():
    """A loopback endpoint that nothing listens on, another one each time."""
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return f"tcp://127.0.0.1:{port}"


class Daemon:
    """`foretide serve` on endpoints of its own. Use as a context manager; it must stop cleanly."""

    def __init__(self, *settings, **environment):
        self.input, self.output, self.pull = (free_endpoint() for _ in range(3))
        self.settings = settings
        self.environment = environment
        self.log_file = tempfile.NamedTemporaryFile(prefix="foretide-log-", delete=False)

    def __enter__(self):
        command = [PROGRAM, "serve"]
        for setting in self.settings:
            command += ["--set", setting]
        environment = {
            "FORETIDE_INPUT_BIND": json.dumps([self.input]),
            "FORETIDE_OUTPUT_BIND": json.dumps([self.output]),
            "FORETIDE_INPUT_PULL_BIND": json.dumps([self.pull]),
            "FORETIDE_LOG_FORMAT": "json",
            "PATH": os.environ["PATH"],
            **self.environment,
        }
        self.process = self.launch(command, environment)
        try:
            self.wait_for("Ready")
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise
        self.context = zmq.Context()
        return self

    def launch(self, command, environment):
        return subprocess.Popen(command, env=environment, stderr=self.log_file)

    def __exit__(self, *exception):
        self.context.destroy(linger=0)
        if self.process.poll() is None:
            seconds = self.stop()
            if exception == (None, None, None):
                assert self.process.returncode == 0, self.log()
                assert seconds < 5.0, f"took {seconds:.2f} s to stop"
        self.log_file.close()
        os.unlink(self.log_file.name)

    def stop(self, how=signal.SIGTERM):
        """Ends the daemon; returns how long it took."""
        start = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=10)
        return time.monotonic() - start

    def log(self):
        return pathlib.Path(self.log_file.name).read_text()

    def events(self):
        """The log's lines as objects."""
        return [json.loads(line) for line in self.log().splitlines()]

    def wait_for(self, message, timeout=10):
        """The first log line with this message."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for line in self.log().splitlines():
                if line.endswith("}") and json.loads(line)["message"] == message:
                    return json.loads(line)
            assert self.process.poll() is None, f"ended early:\n{self.log()}"
            time.sleep(0.01)
        raise AssertionError(f"no '{message}' in the log:\n{self.log()}")

    def counters(self):
        """Stops the daemon; the counters that it logs at the end, those at 0 left out."""
        self.stop()
        stopped = next(event for event in self.events() if event["message"] == "Stopped")
        return collections.Counter(
            {name: value for name, value in stopped.items() if isinstance(value, (int, float))})

    def socket(self, kind, endpoint, **options):
        made = self.context.socket(kind)
        for name, value in options.items():
            made.setsockopt(getattr(zmq, name), value)
        made.connect(endpoint)
        return made

    def subscriber(self, prefix=b""):
        return self.socket(zmq.SUB, self.output, SUBSCRIBE=prefix, RCVHWM=100000)

    def publisher(self):
        """A PUB with default options, connected, its subscription known."""
        publisher = self.socket(zmq.PUB, self.input)
        listener = self.subscriber(b"probe")
        deadline = time.monotonic() + 10
        while not listener.poll(20):
            assert time.monotonic() < deadline, f"no forecast for a probe:\n{self.log()}"
            publisher.send(b'{"stream":"probe","value":1}')
        listener.close()
        return publisher


def receive(subscriber, count, timeout=20, skip=b"probe"):
    """The next `count` forecasts as objects, those of the stream `skip` left out."""
    received = []
    deadline = time.monotonic() + timeout
    while len(received) < count:
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not subscriber.poll(remaining * 1000):
            raise AssertionError(f"{len(received)} of {count} forecasts in {timeout} s")
        name, payload = subscriber.recv_multipart()
        if name != skip:
            received.append(json.loads(payload))
    return received


def run_through(daemon, publisher, subscriber, messages, in_flight=200):
    """Sends every message as fast as the daemon answers; returns the forecasts in order."""
    received = []
    for index, message in enumerate(messages):
        publisher.send(message)
        if index - len(received) >= in_flight:
            received += receive(subscriber, 1)
    return received + receive(subscriber, len(messages) - len(received))
