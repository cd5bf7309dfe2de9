"""What the tests of the state share: streams whose samples can be sent again, and their client."""

import collections
import functools
import json
import math
import os
import random
import sqlite3
import time

import zmq

from daemon import Daemon

# How often the tests that break things do so; 0: the short form. Only the long one judges times.
TORTURE = int(os.environ.get("FORETIDE_TORTURE", "0"))
INTERVAL = 0.3
RULES = ('streams=[{match="s1*", cell="lstm", hidden=8}, {match="s2*", cell="none"}, '
         '{match="s3*", cell="elman", loss="absolute", period=12}]')


def keeping(folder, *settings, interval=f"{int(INTERVAL * 1000)}ms", rules=RULES, **environment):
    """A daemon with a state folder."""
    return Daemon(f"state.directory={folder}", f"state.checkpoint_interval={interval}",
                  *([rules] if rules else []), *settings, **environment)


@functools.lru_cache(maxsize=200_000)
def sample(stream, index):
    """The index-th sample of a stream, from 1: the same whenever it is asked for."""
    number = int(stream[1:])
    dice = random.Random(number * 1_000_003 + index)
    if dice.random() < 0.02:
        value = None
    else:
        value = round(number + math.sin(index * math.tau / 12) + dice.gauss(0, 0.2), 6)
    if number % 5 == 4:
        value = [value, round(dice.gauss(5, 1), 6)]
    return json.dumps({"stream": stream, "ts": 1_763_692_800 + index, "value": value}).encode()


def feed(streams, first, last):
    return [sample(stream, index) for index in range(first, last) for stream in streams]


class Client:
    """Pushes samples and takes every forecast; what the daemon remembered is in `newest`."""

    def __init__(self, daemon, remembered=0):
        self.feed = daemon.socket(zmq.PUSH, daemon.pull, SNDHWM=1000)
        self.forecasts = daemon.subscriber(b"")
        self.newest = {}
        deadline = time.monotonic() + 10
        is_joined = False
        while not is_joined or len(self.newest) < remembered:
            assert time.monotonic() < deadline, f"{len(self.newest)} streams remembered"
            if not is_joined:
                self.feed.send(b'{"stream":"probe","value":1}')
            while self.forecasts.poll(20):
                name, payload = self.forecasts.recv_multipart()
                if name == b"probe":
                    is_joined = True
                else:
                    self.newest[name.decode()] = payload

    def take(self, milliseconds=0):
        """The forecasts that are there, as (stream, payload)."""
        taken = []
        while self.forecasts.poll(milliseconds):
            name, payload = self.forecasts.recv_multipart()
            if name != b"probe":
                taken.append((name.decode(), payload))
        return taken

    def run(self, messages, in_flight=500):
        """Sends all of them and takes a forecast for each."""
        taken = []
        sent = 0
        deadline = time.monotonic() + 120
        while len(taken) < len(messages):
            assert time.monotonic() < deadline, f"{len(taken)} of {len(messages)} forecasts"
            while sent < len(messages) and sent - len(taken) < in_flight:
                self.feed.send(messages[sent])
                sent += 1
            taken += self.take(1)
        assert len(taken) == len(messages)
        return taken


def by_stream(taken):
    """Payloads in order, by stream."""
    streams = collections.defaultdict(list)
    for name, payload in taken:
        streams[name].append(payload)
    return dict(streams)


def sequence(payload):
    """`seq`, without reading the rest."""
    start = payload.index(b'"seq":') + 6
    return int(payload[start:payload.index(b",", start)])


def rows(folder):
    """The sequence number of every stream in the database."""
    database = sqlite3.connect(f"file:{folder}/state.db?mode=ro", uri=True)
    try:
        return dict(database.execute("select stream, sequence from stream"))
    finally:
        database.close()
