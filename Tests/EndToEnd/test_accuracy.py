"""What is forecast through the sockets is worth having, and stays so when samples go bad."""

import json
import math
import random

import pytest

from daemon import Daemon, run_through


def noisy_sine(count, seed, period=50, sigma=0.3):
    noise = random.Random(seed)
    return [math.sin(2 * math.pi * t / period) + noise.gauss(0, sigma) for t in range(count)]


def forecasts_of(daemon, name, values):
    """Forecasts made before each value was seen; the first is None."""
    publisher = daemon.publisher()
    subscriber = daemon.subscriber(name.encode())
    while not subscriber.poll(20):  # Until the subscription is there.
        publisher.send(json.dumps({"stream": name + "/hello", "value": 0}).encode())
    messages = [json.dumps({"stream": name, "ts": 1_763_692_800 + t, "value": y}).encode()
                for t, y in enumerate(values)]
    drained = []
    received = run_through(daemon, publisher, Only(subscriber, name.encode()), messages)
    publisher.close()
    subscriber.close()
    return [None] + [message["yhat"] for message in received[:-1]]


class Only:
    """A subscriber that passes one stream; prefixes of ZeroMQ also match longer names."""

    def __init__(self, subscriber, name):
        self.subscriber, self.name = subscriber, name

    def poll(self, timeout):
        return self.subscriber.poll(timeout)

    def recv_multipart(self):
        name, payload = self.subscriber.recv_multipart()
        return (name if name == self.name else b"probe"), payload


def relative_squared_error(values, forecasts, last):
    indices = range(len(values) - last, len(values))
    squared = sum((forecasts[t] - values[t]) ** 2 for t in indices)
    return squared / sum((values[t - 1] - values[t]) ** 2 for t in indices)


@pytest.mark.parametrize("cell, most", [
    ("gru", 0.62), ("elman", 0.65), ("lstm", 0.65), ("lstm_peephole", 0.65)])
def test_a_noisy_sine_is_forecast_better_than_by_persistence(cell, most):
    values = noisy_sine(10_000, seed=1)
    with Daemon(f"model.cell={cell}") as daemon:
        error = relative_squared_error(values, forecasts_of(daemon, "sine", values), 2_000)
    print(f"{cell}: {error:.3f} of persistence's squared error")
    assert error <= most


def fault(values, kind, at=1_000):
    """The values with a fault at `at`, and where it ends."""
    bad = list(values)
    if kind == "nan":
        bad[at] = math.nan
        return bad, at + 1
    if kind == "spike":
        bad[at] = 1e6
        return bad, at + 1
    bad[at:at + 300] = [bad[at - 1]] * 300
    return bad, at + 300


@pytest.mark.parametrize("kind", ["nan", "spike", "stuck"])
def test_a_fault_is_forgotten_within_ten_samples(kind):
    values = noisy_sine(1_600, seed=2)
    bad, end = fault(values, kind)
    with Daemon() as daemon:
        clean = forecasts_of(daemon, "clean", values)
        faulty = forecasts_of(daemon, "faulty", bad)
    assert all(math.isfinite(forecast) for forecast in faulty[1:])
    after = range(end + 10, end + 200)
    error = [sum(abs(run[t] - values[t]) for t in after) for run in (clean, faulty)]
    print(f"{kind}: {error[1] / error[0]:.3f} times the error of the clean run")
    assert error[1] <= 1.5 * error[0]
