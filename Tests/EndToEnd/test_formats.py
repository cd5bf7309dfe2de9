"""Twenty thousand samples of twenty streams, at 5,000 a second, in every input format."""

import json
import math
import struct
import time

import msgpack
import pytest
import zmq

from daemon import Daemon, receive

STREAMS = [f"plant/sensor{index:02}" for index in range(20)]
SAMPLES = 20_000
RATE = 5_000
START = 1_763_692_800.0


def value(stream, index):
    return 20 + stream + math.sin(index / 8 + stream) + 0.1 * math.sin(index * 12.9898 + stream)


def singles():
    """(stream number, stream, index, time, value), the streams interleaved."""
    for index in range(SAMPLES // len(STREAMS)):
        for number, name in enumerate(STREAMS):
            yield number, name, index, START + index * 0.1, value(number, index)


def json_messages():
    for _, name, _, ts, y in singles():
        yield [json.dumps({"stream": name, "ts": ts, "value": y}).encode()]


def msgpack_messages():
    for _, name, _, ts, y in singles():
        yield [msgpack.packb({"stream": name, "ts": ts, "value": y})]


def text_messages():
    for _, name, _, _, y in singles():
        yield [name.encode(), repr(y).encode()]


def sequence_messages():
    for number, name, index, ts, y in singles():
        yield [name.encode(), json.dumps({"ts": ts, "value": y}).encode(), struct.pack("<I", index)]


def batch_messages():
    for first in range(0, SAMPLES // len(STREAMS), 100):
        for number, name in enumerate(STREAMS):
            header = struct.pack("<4sBBHIIQqq", b"TSB1", 1, 0, 1, 100, 0, first,
                                 int((START + first * 0.1) * 1e9), 100_000_000)
            values = [value(number, first + index) for index in range(100)]
            yield [name.encode(), header + struct.pack("<100d", *values)]


FORMATS = {
    "json": (json_messages, zmq.PUB),
    "msgpack": (msgpack_messages, zmq.PUB),
    "tsb1": (batch_messages, zmq.PUB),
    "text": (text_messages, zmq.PUB),
    "sequence": (sequence_messages, zmq.PUB),
    "push": (json_messages, zmq.PUSH),
}


@pytest.mark.parametrize("format", FORMATS)
def test_every_sample_gets_its_forecast(format):
    make, kind = FORMATS[format]
    messages = list(make())
    samples_per_message = SAMPLES / len(messages)
    with Daemon() as daemon:
        publisher = daemon.publisher()
        if kind == zmq.PUSH:
            publisher = daemon.socket(zmq.PUSH, daemon.pull)
        subscriber = daemon.subscriber(b"plant/")
        time.sleep(0.2)  # A SUB has no way to learn that its subscription has arrived.
        forecasts = []
        start = time.monotonic()
        for index, message in enumerate(messages):
            publisher.send_multipart(message)
            due = start + (index + 1) * samples_per_message / RATE
            while time.monotonic() < due:
                forecasts += drain(subscriber)
        forecasts += receive(subscriber, SAMPLES - len(forecasts))
        time.sleep(0.1)
        assert drain(subscriber) == [], "more forecasts than samples"
        check(forecasts)
        counters = daemon.counters()
        assert counters["input_lost"] == 0
        assert not [name for name in counters if "rejected" in name or "dropped" in name]


def drain(subscriber):
    received = []
    while subscriber.poll(0):
        received.append(json.loads(subscriber.recv_multipart()[1]))
    return received


def check(forecasts):
    assert len(forecasts) == SAMPLES
    expected = {name: 1 for name in STREAMS}
    for forecast in forecasts:
        name = forecast["stream"]
        assert forecast["seq"] == expected[name]
        index = expected[name] - 1
        assert forecast["y"] == pytest.approx(value(STREAMS.index(name), index), rel=1e-12)
        for key in ("yhat", "yhat_lower", "yhat_upper"):
            assert math.isfinite(forecast[key])
        assert forecast["yhat_lower"] <= forecast["yhat"] <= forecast["yhat_upper"]
        expected[name] += 1
    assert set(expected.values()) == {SAMPLES // len(STREAMS) + 1}
