"""`engine.workers`: what is published does not depend on the number of threads."""

import json
import random
import signal
import struct
import time

import pytest
import zmq

from controlled import Controlled
from daemon import Daemon
from state import Client, by_stream, keeping, rows, sample, sequence

WORKERS = [1, 2, 4]
STREAMS = [f"s{number}" for number in range(40)]


def arrays(first, last, streams=STREAMS):
    """Messages of many samples, in no order of streams, so that every round has work for several
    threads: with values that are missing, late, twice there, and of the wrong number."""
    dice = random.Random(first)
    samples = [json.loads(sample(stream, index)) for index in range(first, last)
               for stream in dice.sample(streams, len(streams))]
    for _ in range(len(samples) // 50):
        place = dice.randrange(1, len(samples))
        samples.insert(place, dict(samples[dice.randrange(max(0, place - 200), place)]))
        samples.insert(place, {"stream": dice.choice(streams), "ts": 1, "value": [1, 2, 3, 4]})
    messages = []
    while samples:
        count = dice.choice([1, 3, 20, 64, 300])
        messages.append(json.dumps(samples[:count]).encode())
        samples = samples[count:]
    return messages


def push(client, messages):
    """Everything that is published for the messages, in its order."""
    taken = []
    for message in messages:
        client.feed.send(message)
        taken += client.take()
    # The last message is answered when a probe behind it is.
    client.feed.send(b'{"stream":"end","ts":1,"value":1}')
    deadline = time.monotonic() + 120
    while not taken or taken[-1][0] != "end":
        assert time.monotonic() < deadline
        taken += client.take(20)
    return taken[:-1]


@pytest.mark.parametrize("output, weights", [("json", "stream"), ("json", "shared"),
                                             ("msgpack", "stream"), ("binary", "stream")])
def test_the_same_bytes_in_the_same_order(output, weights):
    published = []
    for workers in WORKERS:
        with Daemon(f"engine.workers={workers}", f"output.format={output}",
                    f"model.weights={weights}") as daemon:
            published.append(push(Client(daemon), arrays(1, 60)))
            counters = daemon.counters()
            # How many probes were sent is not the same each time.
            counters["samples"] -= counters["forecasts"]
            published[-1] += sorted((name, value) for name, value in counters.items()
                                    if name.startswith(("samples", "updates")))
    assert len(published[0]) > (1000 if output == "binary" else 2000)
    assert published[1] == published[0]
    assert published[2] == published[0]


def test_binary_batches_of_many_streams():
    def batch(stream, first):
        dice = random.Random(f"{stream} {first}")
        values = [stream + dice.gauss(0, 1) for _ in range(30)]
        head = struct.pack("<4sBBHIIQqq", b"TSB1", 1, 0, 1, len(values), 0, first,
                           (1_763_692_800 + first) * 10**9, 10**9)
        return [f"s{stream}".encode(), head + struct.pack(f"<{len(values)}d", *values)]

    published = []
    for workers in WORKERS:
        with Daemon(f"engine.workers={workers}", "output.format=binary") as daemon:
            client = Client(daemon)
            taken = []
            for first in range(0, 300, 30):
                for stream in range(20):
                    client.feed.send_multipart(batch(stream, first))
            deadline = time.monotonic() + 60
            while len(taken) < 200:
                assert time.monotonic() < deadline
                taken += client.take(20)
            published.append(taken)
    assert published[1] == published[0]
    assert published[2] == published[0]


def test_streams_that_leave_and_come_back(tmp_path):
    published = []
    for workers in WORKERS:
        with Daemon(f"engine.workers={workers}", f"state.directory={tmp_path / str(workers)}",
                    "limits.max_streams=25", "state.checkpoint_interval=200ms",
                    'model.experts=["ar8", "recurrent"]', "model.hidden=8") as daemon:
            client = Client(daemon)
            push(client, [])  # So that the stream that marks the end is no new one later.
            taken = push(client, arrays(1, 40))
            counters = daemon.counters()
            assert counters["streams_evicted.returning"] > 100, daemon.log()
            assert counters["samples_rejected.too_many_streams"] > 100
            counters["samples"] -= counters["forecasts"]
            published.append((taken, {name: value for name, value in counters.items()
                                      if name.startswith(("samples", "streams_"))}))
    assert published[1] == published[0]
    assert published[2] == published[0]


def test_a_state_goes_on_under_another_number_of_workers(tmp_path):
    messages = [arrays(first, first + 15) for first in (1, 16, 31)]
    with Daemon("engine.workers=1") as daemon:
        client = Client(daemon)
        whole = [push(client, part) for part in messages]
    assert len(whole[0]) > 500
    for order in ([4, 1, 2], [2, 4, 1]):
        folder = tmp_path / str(order[0])
        for workers, part, expected in zip(order, messages, whole):
            with keeping(folder, f"engine.workers={workers}", rules=None,
                         interval="100ms") as daemon:
                # What is remembered is not to come between the answers.
                client = Client(daemon, remembered=len(set(rows(folder)) - {"probe"}))
                assert push(client, part) == expected


@pytest.mark.parametrize("workers", [2, 4])
def test_killed_it_goes_on_from_a_checkpoint(tmp_path, workers):
    folder = tmp_path / "state"
    with Daemon("engine.workers=1") as daemon:
        expected = by_stream(Client(daemon).run(
            [sample(stream, index) for index in range(1, 121) for stream in STREAMS]))
    dice = random.Random(workers)
    for _ in range(4):
        with keeping(folder, f"engine.workers={workers}", rules=None, interval="100ms") as daemon:
            kept = rows(folder)
            client = Client(daemon, remembered=len(set(kept) & set(STREAMS)))
            for stream in set(kept) & set(STREAMS):
                assert client.newest[stream] == expected[stream][kept[stream] - 1]
            for index in range(1, 121):
                client.feed.send(json.dumps([json.loads(sample(stream, index))
                                             for stream in STREAMS
                                             if kept.get(stream, 0) < index]).encode())
            end = time.monotonic() + dice.uniform(0.05, 0.4)
            while time.monotonic() < end:
                for stream, payload in client.take(1):
                    assert payload == expected[stream][sequence(payload) - 1]
            daemon.process.kill()
            daemon.process.wait()


def test_new_settings_concern_every_worker(tmp_path):
    published = []
    for workers in WORKERS:
        folder = tmp_path / str(workers)
        folder.mkdir()
        with Controlled(folder, f"engine.workers={workers}", config="") as daemon:
            client = Client(daemon)
            taken = push(client, arrays(1, 20))
            daemon.file.write_text('[[streams]]\nmatch = "s1*"\ncell = "lstm"\nhidden = 7\n'
                                   '[[streams]]\nmatch = "s2*"\nlevel = 0.5\n')
            assert daemon.result("reload")["streams"]["adapted"] == 22
            taken += push(client, arrays(20, 40))
            daemon.result("reset", stream="s3")
            daemon.result("forget", stream="s4")
            taken += push(client, arrays(40, 50))
            shown = [daemon.result("show", stream=name) for name in ("s1", "s2", "s3", "s4")]
            published.append((taken, shown))
    assert published[1] == published[0]
    assert published[2] == published[0]


def test_a_sender_waits_for_slow_workers_and_nothing_is_lost():
    """A net that takes long, and queues that hold little: PUSH waits where PUB would drop."""
    with Daemon("engine.workers=2", "model.hidden=64", "model.stride=1",
                "input.high_water_mark=50") as daemon:
        client = Client(daemon)
        feed = daemon.socket(zmq.PUSH, daemon.pull, SNDHWM=50, SNDBUF=4096)
        sent, waited, taken = 0, 0, []
        while sent < 6000:
            try:
                feed.send(sample(f"s{sent % 40}", sent // 40 + 1), zmq.DONTWAIT)
                sent += 1
            except zmq.Again:
                waited += 1
                taken += client.take(5)
        deadline = time.monotonic() + 120
        while len(taken) < sent:
            assert time.monotonic() < deadline, f"{len(taken)} of {sent}"
            taken += client.take(20)
        assert waited > 0
        for payloads in by_stream(taken).values():
            assert [sequence(payload) for payload in payloads] == list(range(1, 151))


def test_the_end_answers_what_had_arrived():
    with Daemon("engine.workers=4", 'model.experts=["ar8"]') as daemon:
        client = Client(daemon)
        messages = arrays(1, 100)
        for message in messages:
            client.feed.send(message)
        first = []
        while not first:
            first += client.take(10)
        daemon.process.send_signal(signal.SIGTERM)
        daemon.process.wait(timeout=10)
        assert "Stopped before all input" not in daemon.log()
        stopped = next(event for event in daemon.events() if event["message"] == "Stopped")
        refused = sum(value for name, value in stopped.items() if name.startswith("samples_rej"))
        # A stream that begins with missing values has no forecast at first.
        assert 0 <= stopped["samples"] - stopped["forecasts"] - refused < 5
        assert stopped["samples"] > 3900
        # The probes' answers were taken before, one at least.
        assert 3800 < len(first) + len(client.take(500)) < stopped["forecasts"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_feed_in_order_is_answered_in_order_with_models_at_the_edge_of_being_shared(workers):
    """`ar8` takes some 3 us a sample, below which threads do not pay: what has been gathered for
    them is answered before what comes after it, whichever way the next message goes."""
    dice = random.Random(1)
    messages, count = [], 0
    while count < 100_000:
        size = dice.choice([3, 20, 64, 100, 300])
        messages.append(json.dumps([
            {"stream": f"s{index % 8}", "ts": 1763692800 + index // 8,
             "value": round(dice.gauss(0, 1), 3)}
            for index in range(count, count + size)]).encode())
        count += size
    with Daemon(f"engine.workers={workers}", "model.cell=none",
                'model.experts=["persistence", "ar8"]') as daemon:
        client = Client(daemon)
        newest, answered = {}, 0

        def take(wait):
            nonlocal answered
            for name, payload in client.take(wait):
                time_of_sample = json.loads(payload)["ts"]
                assert time_of_sample > newest.get(name, 0)
                newest[name] = time_of_sample
                answered += 1

        for message in messages:
            client.feed.send(message)
            take(0)
        deadline = time.monotonic() + 60
        while answered < count and time.monotonic() < deadline:
            take(50)
        assert answered == count
        assert daemon.counters().get("samples_not_learned.late", 0) == 0
