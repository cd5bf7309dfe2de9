"""A daemon with a control socket, for the tests of it."""

import json
import os
import random
import subprocess
import time

import zmq

from daemon import PROGRAM, Daemon, receive

LIGHT = ("model.cell=none", 'model.experts=["persistence"]')


def run(*arguments, check=None, **environment):
    ended = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=120,
                           env={"PATH": os.environ["PATH"], **environment})
    if check is not None:
        assert ended.returncode == check, ended.stderr.decode()
    return ended


def sample(stream, value, **more):
    return json.dumps({"stream": stream, "value": value, **more}).encode()


def series(stream, count, seed=1):
    """Samples of a noisy saw, the same for the same arguments."""
    noise = random.Random(f"{stream} {seed}")
    return [sample(stream, index % 12 + noise.gauss(0, 0.3), ts=1_700_000_000 + index)
            for index in range(count)]


class Controlled(Daemon):
    """A daemon with a control socket, and perhaps a state folder and a configuration file."""

    def __init__(self, folder, *settings, state=False, config=None, **environment):
        self.control = f"ipc://{folder}/control.sock"
        settings += (f'control.bind="{self.control}"',)
        if state:
            self.state = folder / "state"
            settings += (f'state.directory="{self.state}"',)
        if config is not None:
            self.file = folder / "foretide.toml"
            self.file.write_text(config)
            environment["FORETIDE_CONFIG"] = str(self.file)
        super().__init__(*settings, **environment)

    def ask(self, request, *attachments, timeout=30):
        """One request from a REQ socket of its own; the answer and the frames behind it."""
        client = self.socket(zmq.REQ, self.control, LINGER=0)
        payload = request if isinstance(request, bytes) else json.dumps(request).encode()
        client.send_multipart([payload, *attachments])
        assert client.poll(timeout * 1000), f"no answer to {request}\n{self.log()}"
        answer, *files = client.recv_multipart()
        client.close()
        return (json.loads(answer), *files)

    def result(self, command, **arguments):
        answer = self.ask({"command": command, **arguments})[0]
        assert answer["ok"], answer
        return answer["result"]

    def refusal(self, request, *attachments):
        answer = self.ask(request, *attachments)[0]
        assert not answer["ok"] and answer["message"], answer
        return answer["error"]

    def ctl(self, *arguments, check=0):
        return run("ctl", *arguments, "--endpoint", self.control, check=check)

    def streams(self, *arguments, check=0):
        return run("streams", *arguments, "--endpoint", self.control, check=check)

    def feed(self, messages):
        """The forecasts of the messages, as they were published."""
        if not hasattr(self, "clients"):
            self.clients = self.publisher(), self.subscriber(b"s")
            time.sleep(0.2)
        publisher, subscriber = self.clients
        for message in messages:
            publisher.send(message)
        samples = [json.loads(message) for message in messages]
        wanted = {(sample["stream"], sample.get("ts")) for sample in samples}
        forecasts = []
        while len(forecasts) < len(messages):
            forecast, = receive(subscriber, 1)
            # What new subscribers are given from the cache comes to this one too.
            if {(forecast["stream"], forecast["ts"]), (forecast["stream"], None)} & wanted:
                forecasts.append(forecast)
        return forecasts
