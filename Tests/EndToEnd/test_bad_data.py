"""What the daemon says about data that are late, impossible, or have changed for good."""

import json
import random

from daemon import Daemon, receive, run_through

START = 1_763_692_800


def sample(stream, index, value):
    return json.dumps({"stream": stream, "ts": START + index, "value": value}).encode()


def noise(count, seed):
    generator = random.Random(seed)
    return [generator.gauss(0, 1) for _ in range(count)]


def test_a_series_that_has_changed_is_logged_and_counted():
    values = [value + (60 if index >= 300 else 0) for index, value in enumerate(noise(400, 1))]
    with Daemon() as daemon:
        publisher = daemon.publisher()
        subscriber = daemon.subscriber(b"s")
        subscriber.poll(200)
        run_through(daemon, publisher, subscriber,
                    [sample("s/steady", index, value) for index, value in enumerate(noise(400, 2))])
        assert "A series has changed" not in daemon.log()
        run_through(daemon, publisher, subscriber,
                    [sample("s/jump", index, value) for index, value in enumerate(values)])
        event = daemon.wait_for("A series has changed")
        assert (event["kind"], event["stream"], event["level"]) == ("level", "s/jump", "notice")
        assert daemon.counters()["drifts.level"] == 1


def test_late_samples_are_forecast_in_the_order_of_their_times():
    times = [0, 1, 3, 2, 4, 6, 5, 7, 8, 9, 2, 10, 11]
    with Daemon("input.reorder=2500ms") as daemon:
        publisher = daemon.publisher()
        subscriber = daemon.subscriber(b"s")
        subscriber.poll(200)
        for time in times:
            publisher.send(sample("s", time, time))
        # 11 lets 8 go; the second 2 comes too late and is answered at once.
        answered = receive(subscriber, 10)
        assert [f["y"] for f in answered] == [0, 1, 2, 3, 4, 5, 6, 2, 7, 8]
        assert [f["seq"] for f in answered] == list(range(1, 11))
        counters = daemon.counters()
        assert [f["y"] for f in receive(subscriber, 3)] == [9, 10, 11]
        assert counters["samples_reordered"] == 2
        assert counters["samples_not_learned.late"] == 1


def test_a_value_outside_of_its_range_is_missing():
    rule = 'streams=[{match = "pump/*", data_range = [0, 100]}]'
    with Daemon(rule) as daemon:
        publisher = daemon.publisher()
        subscriber = daemon.subscriber(b"p")
        subscriber.poll(200)
        for index, value in enumerate([20, 21, 20, -999, 22]):
            publisher.send(sample("pump/1", index, value))
        answered = receive(subscriber, 5)
        assert [f["y"] for f in answered] == [20, 21, 20, None, 22]
        assert all(0 < f["yhat"] < 100 for f in answered)
        assert daemon.counters()["samples_not_learned.out_of_range"] == 1
