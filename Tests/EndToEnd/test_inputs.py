"""Exogenous inputs, from a client's bytes to the stream that has them."""

import csv
import json
import random
import subprocess

import msgpack
import pytest

from controlled import Controlled
from daemon import PROGRAM, Daemon, receive
from test_streams import read_safetensors

START = 1_763_692_800


def samples(stream, count, first=0):
    """A series that follows an input, which is null, left out or missing altogether at times."""
    noise = random.Random(f"{stream} {first}")
    for index in range(first, first + count):
        inputs = {"outside": noise.gauss(0, 1), "load": index % 7}
        if index % 11 == 5:
            inputs["outside"] = None
        if index % 13 == 6:
            del inputs["load"]
        sample = {"stream": stream, "ts": START + index, "value": noise.gauss(5, 1)}
        if index % 17 != 8:
            sample["inputs"] = inputs
        yield sample


def as_batch(samples):
    """The same samples, evenly spaced, as one object."""
    samples = [{"inputs": {}, **sample} for sample in samples]
    return {"stream": samples[0]["stream"], "t0": samples[0]["ts"], "dt": 1,
            "values": [sample["value"] for sample in samples],
            "inputs": {name: [sample["inputs"].get(name) for sample in samples]
                       for name in ("outside", "load")}}


def connected(daemon):
    """A publisher, and a subscriber whose subscription the daemon has: it gave the cached probe."""
    publisher, subscriber = daemon.publisher(), daemon.subscriber()
    assert subscriber.poll(10_000)
    return publisher, subscriber


FORMS = {
    "json": lambda samples: [json.dumps(sample).encode() for sample in samples],
    "msgpack": lambda samples: [msgpack.packb(sample) for sample in samples],
    "arrays": lambda samples: [json.dumps(samples[at:at + 50]).encode()
                               for at in range(0, len(samples), 50)],
    "batches": lambda samples: [msgpack.packb(as_batch(samples[at:at + 50]))
                                for at in range(0, len(samples), 50)],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_with_inputs_is_forecast_and_its_stream_lists_them(tmp_path, form):
    with Controlled(tmp_path) as daemon:
        publisher, subscriber = connected(daemon)
        for message in FORMS[form](list(samples("s", 200))):
            publisher.send(message)
        forecasts = receive(subscriber, 200)
        assert [forecast["seq"] for forecast in forecasts] == list(range(1, 201))
        assert all(isinstance(forecast["yhat"], float) for forecast in forecasts)
        assert not any("inputs" in forecast or "channels" in forecast for forecast in forecasts)
        shown = daemon.result("show", stream="s")
        assert shown["input_names"] == ["outside", "load"]
        assert shown["channels"] == 1 and shown["model"]["inputs"] == []
        assert "input_names" not in daemon.result("show", stream="probe")
        counters = daemon.counters()
        assert counters["inputs_unknown"] == 0 and counters["samples_missing"] == 0
        assert not [name for name in counters if "rejected" in name]


@pytest.mark.parametrize("given", [[], ["load", "wind"]])
def test_the_names_survive_a_kill_and_every_later_byte_is_the_same(tmp_path, given):
    setting = f"model.inputs={json.dumps(given)}"
    names = given or ["outside", "load"]
    feeds = [list(samples("s", 60, first)) for first in (0, 60)]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    def lines(daemon, part):
        return daemon.feed([json.dumps(sample).encode() for sample in part])

    with Controlled(tmp_path / "one", setting, state=True) as daemon:
        expected = [lines(daemon, part) for part in feeds]
    with Controlled(tmp_path / "two", setting, state=True) as daemon:
        assert lines(daemon, feeds[0]) == expected[0]
        daemon.ctl("checkpoint")
        daemon.process.kill()
        daemon.process.wait()
    with Controlled(tmp_path / "two", setting, state=True) as daemon:
        assert daemon.result("show", stream="s")["input_names"] == names
        assert lines(daemon, feeds[1]) == expected[1]
        assert daemon.result("show", stream="s")["input_names"] == names
        daemon.streams("reset", "s")
        assert daemon.result("show", stream="s")["input_names"] == names


def test_an_exported_stream_says_its_inputs_and_keeps_them(tmp_path):
    file = tmp_path / "s.safetensors"
    with Controlled(tmp_path) as daemon:
        daemon.feed([json.dumps(sample).encode() for sample in samples("s", 30)])
        daemon.streams("export", "s", "--output", file)
        metadata = read_safetensors(file.read_bytes())[0]
        assert json.loads(metadata["input_names"]) == ["outside", "load"]
        assert json.loads(metadata["channel_names"]) == []
        daemon.streams("import", file, "--name", "s2")
        assert daemon.result("show", stream="s2")["input_names"] == ["outside", "load"]


def test_inputs_that_are_none_are_counted_and_the_feed_goes_on(tmp_path):
    bad = [({"inputs": 7}, "inputs"), ({"inputs": [1, 2]}, "inputs"),
           ({"inputs": {"load": "high"}}, "inputs"), ({"inputs": {"load": {"a": 1}}}, "inputs"),
           ({"inputs": {"": 1}}, "input_name"), ({"inputs": {"a\nb": 1}}, "input_name"),
           ({"inputs": {"x" * 256: 1}}, "input_name"),
           ({"inputs": {f"x{i}": i for i in range(64)}}, "too_many_values")]
    with Daemon() as daemon:
        publisher, subscriber = connected(daemon)
        good = list(samples("s", len(bad)))
        for (extra, _), sample in zip(bad, good):
            publisher.send_json({"stream": "s", "value": 99, **extra})
            publisher.send(msgpack.packb({"stream": "s", "value": 99, **extra}))
            publisher.send_json(sample)
        publisher.send_json({"stream": "s", "t0": 1, "dt": 1, "values": [99, 99],
                             "inputs": {"load": [1]}})
        forecasts = receive(subscriber, len(bad))
        assert [forecast["y"] for forecast in forecasts] == [sample["value"] for sample in good]
        counters = daemon.counters()
        for reason in {reason for _, reason in bad}:
            expected = 2 * sum(other == reason for _, other in bad) + (reason == "inputs")
            assert counters[f"input_rejected.{reason}"] == expected, reason


def test_inputs_of_another_name_are_ignored_and_counted(tmp_path):
    with Controlled(tmp_path, config='[model]\ninputs = ["load"]\n') as daemon:
        publisher, subscriber = connected(daemon)
        feed = list(samples("s", 40))
        unknown = sum("outside" in sample.get("inputs", {}) for sample in feed[:30])
        for sample in feed[:30]:
            publisher.send_json(sample)
        assert len(receive(subscriber, 30)) == 30
        assert daemon.result("show", stream="s")["input_names"] == ["load"]
        assert daemon.result("status")["counters"]["inputs_unknown_total"] == unknown
        # Other names come with a reload, and stay when none are named any more.
        for names in (["outside", "load"], []):
            daemon.file.write_text(f"[model]\ninputs = {json.dumps(names)}\n")
            daemon.ctl("reload")
            assert daemon.result("show", stream="s")["input_names"] == ["outside", "load"]
        for sample in feed[30:]:
            publisher.send_json(sample)
        assert len(receive(subscriber, 10)) == 10
        assert daemon.counters()["inputs_unknown"] == unknown


def test_the_daemon_forecasts_what_replay_does_with_columns_as_inputs(tmp_path):
    rows = list(samples("temp", 300))
    table = tmp_path / "plant.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ts", "outside", "temp", "load"])
        for row in rows:
            inputs = row.get("inputs", {})
            writer.writerow([row["ts"], inputs.get("outside"), row["value"], inputs.get("load")])
    options = ["--input-column", "outside", "--input-column", "load"]
    run = subprocess.run(
        [PROGRAM, "replay", table, *options, "--forecasts", tmp_path / "out.csv"],
        capture_output=True, timeout=60, check=True)
    assert b"Inputs of every stream: outside, load" in run.stderr
    with (tmp_path / "out.csv").open() as file:
        replayed = list(csv.DictReader(file))
    assert {row["stream"] for row in replayed} == {"temp"}
    with Controlled(tmp_path) as daemon:
        _, subscriber = connected(daemon)
        sent = subprocess.run(
            [PROGRAM, "publish", table, *options, "--rate", "max", "--endpoint", daemon.input],
            capture_output=True, timeout=60, check=True)
        assert b"Sending 1 stream " in sent.stderr
        forecasts = receive(subscriber, 300)
        assert daemon.result("show", stream="temp")["input_names"] == ["outside", "load"]
    for forecast, row in zip(forecasts, replayed[1:]):
        assert [forecast[key] for key in ("yhat", "yhat_lower", "yhat_upper")] == [
            float(row[key]) for key in ("yhat", "yhat_lower", "yhat_upper")]
