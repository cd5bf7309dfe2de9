"""`foretide replay` says the same every time, and the same as the daemon for the same samples."""

import csv
import datetime
import json
import math
import random
import re
import struct
import subprocess

import msgpack
import pytest
import zmq

from daemon import PROGRAM, Daemon, receive

ROWS = 700
START_MILLISECONDS = 1_763_692_800_250

SETTINGS = {
    "default": "",
    "lstm": '[model]\ncell = "lstm"\n',
    "absolute": '[model]\nloss = "absolute"\n',
    "rules": """
        [engine]
        seed = 7
        [[streams]]
        match = "w*"
        cell = "none"
        experts = ["persistence", "ar2", "ar8", "full"]
        [[streams]]
        match = "season"
        period = 24
        level = 0.8
        [[streams]]
        match = "outlier"
        data_range = [-1e3, 1e3]
        """,
}


def times():
    """Milliseconds since 1970 UTC: a duplicate, a late one, and a gap among even steps."""
    result = [START_MILLISECONDS + 500 * row for row in range(ROWS)]
    result[200] = result[199]
    result[250] = result[244]
    return result[:400] + [time + 40 * 500 for time in result[400:]]


def columns():
    """Values by the column's name; None where a cell is missing."""
    noise = random.Random(5)
    walk = [0.0]
    while len(walk) < ROWS:
        walk.append(walk[-1] + noise.gauss(0, 1))
    rows = range(ROWS)
    season = [10 * math.sin(2 * math.pi * row / 24) + noise.gauss(0, 1) for row in rows]
    return {
        "sine": [math.sin(2 * math.pi * row / 50) for row in rows],
        "season": season,
        "walk": walk,
        "wet, half": [None if row < 5 or row % 90 in (3, 4, 5) else y / 7
                      for row, y in zip(rows, season)],
        "outlier": [1e6 if row in (300, 301) else y + 50 for row, y in zip(rows, season)],
        "shift": [y + (80 if row >= 350 else 0) for row, y in zip(rows, season)],
        "stück": [3.25 if 450 <= row < 600 else y * 1e-7 for row, y in zip(rows, season)],
    }


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("replay") / "plant.csv"
    data = columns()
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ts", *data])
        for row, time in enumerate(times()):
            cells = ["" if y[row] is None else repr(y[row]) for y in data.values()]
            writer.writerow([f"{time / 1000:.3f}", *cells])
    return path


@pytest.fixture(params=SETTINGS)
def config(request, tmp_path):
    path = tmp_path / "foretide.toml"
    path.write_text(SETTINGS[request.param])
    return path


def replay(path, config, folder, *more):
    """What a replay writes: the scores without the time it took, the forecasts, the report."""
    folder.mkdir()
    forecasts, report = folder / "forecasts.csv", folder / "report.html"
    ended = subprocess.run(
        [PROGRAM, "replay", path, "--config", config, "--json",
         "--forecasts", forecasts, "--report", report, *more],
        capture_output=True, timeout=60, check=True)
    scores, found = re.subn(rb'"seconds":[^,]*,"samples_per_second":[^,]*,', b"", ended.stdout)
    assert found == 1
    return scores, forecasts.read_bytes(), report.read_bytes()


def replayed(path, config, folder, *more):
    """The rows of the forecasts by column."""
    rows = csv.DictReader(replay(path, config, folder, *more)[1].decode().splitlines())
    result = {}
    for row in rows:
        result.setdefault(row["stream"], []).append(row)
    return result


def as_json(name, samples):
    for time, y in samples:
        yield [json.dumps({"stream": name, "ts": time / 1000, "value": y}).encode()]


def as_json_with_topic(name, samples):
    for time, y in samples:
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=time)
        yield [name.encode(), json.dumps({"time": moment.isoformat() + "Z", "v": y}).encode()]


def as_json_batches(name, samples):
    for first in range(0, len(samples), 30):
        part = [[time / 1000, y] for time, y in samples[first:first + 30]]
        yield [json.dumps({"stream": name, "samples": part}).encode()]


def as_messagepack(name, samples):
    for time, y in samples:
        value = math.nan if y is None else y
        yield [msgpack.packb({"stream": name, "ts": time, "value": value})]


def as_binary(name, samples):
    for first in range(0, len(samples), 64):
        part = samples[first:first + 64]
        header = struct.pack(
            "<4sBBHIIQqq", b"TSB1", 1, 0, 1, len(part), 1, first, 0, 0)
        nanoseconds = [time * 1_000_000 for time, _ in part]
        values = [math.nan if y is None else y for _, y in part]
        yield [name.encode(), header + struct.pack(f"<{len(part)}q", *nanoseconds)
               + struct.pack(f"<{len(part)}d", *values)]


def as_senml(name, samples):
    for first in range(0, len(samples), 10):
        part = samples[first:first + 10]
        base = part[0][0] / 1000
        records = [{"t": (time - part[0][0]) / 1000, "v": y} for time, y in part]
        yield [json.dumps([{"bn": name, "bt": base}] + records).encode()]


FORMATS = {
    "sine": as_json_with_topic, "season": as_json, "walk": as_binary, "wet, half": as_messagepack,
    "outlier": as_json_batches, "shift": as_senml, "stück": as_binary,
}


def published(config, feeds, count):
    """The daemon's forecasts by stream, of feeds that are sent side by side.

    feeds: (socket type, messages); each has a socket of its own.
    """
    with Daemon(FORETIDE_CONFIG=str(config)) as daemon:
        subscriber = daemon.subscriber()
        hello = daemon.publisher()
        while not subscriber.poll(20):
            hello.send(b'{"stream":"probe","value":1}')
        open_feeds = []
        for kind, messages in feeds:
            push = kind == zmq.PUSH
            socket = daemon.socket(kind, daemon.pull) if push else daemon.publisher()
            open_feeds.append((socket, iter(messages)))
        while open_feeds:
            for feed in list(open_feeds):
                message = next(feed[1], None)
                if message is None:
                    open_feeds.remove(feed)
                else:
                    feed[0].send_multipart(message)
        received = receive(subscriber, count, timeout=60)
        lost = [event for event in daemon.events() if "lost" in event["message"].lower()]
        assert not lost, lost
    result = {}
    for message in received:
        result.setdefault(message["stream"], []).append(message)
    return result


def first_value(values):
    """Where a column starts: missing cells are None, or empty."""
    return next(index for index, value in enumerate(values) if value not in (None, ""))


def number(text):
    return None if text == "" else float(text)


def compare(rows, messages, pick=lambda value: value):
    """Every published forecast is the one that the replay had for the next row."""
    first = first_value([row["y"] for row in rows])
    assert len(messages) == len(rows) - first
    for index, message in enumerate(messages):
        row = rows[first + index]
        y = pick(message["y"])
        # What a rule's data_range excludes is published as missing.
        assert y == number(row["y"]) or y is None and row["y"] == "1000000"
        assert message["ts"] == float(row["ts"])
        if index + 1 < len(messages):
            forecast = rows[first + index + 1]
            for key in ("yhat", "yhat_lower", "yhat_upper"):
                assert pick(message[key]) == number(forecast[key]), (index, key)


def test_two_replays_of_a_file_are_the_same_byte_for_byte(table, config, tmp_path):
    assert replay(table, config, tmp_path / "a") == replay(table, config, tmp_path / "b")


def test_the_daemon_publishes_what_replay_forecasts(table, config, tmp_path):
    rows = replayed(table, config, tmp_path / "replay")
    data = columns()
    assert list(rows) == list(data)
    moments = times()
    feeds = []
    for place, (name, values) in enumerate(data.items()):
        messages = FORMATS[name](name, list(zip(moments, values)))
        feeds.append((zmq.PUB if place % 2 else zmq.PUSH, messages))
    # Missing values before a stream's first value get no message.
    count = sum(ROWS - first_value(y) for y in data.values())
    messages = published(config, feeds, count)
    for name in data:
        compare(rows[name], messages[name])


def test_the_daemon_publishes_what_replay_forecasts_of_several_channels(table, config, tmp_path):
    rows = replayed(table, config, tmp_path / "replay", "--multivariate")
    data = columns()
    texts = [json.dumps({"stream": "plant", "ts": time / 1000, "values": dict(zip(data, sample))})
             for time, sample in zip(times(), zip(*data.values()))]
    messages = published(config, [(zmq.PUSH, [[text.encode()] for text in texts])], ROWS)["plant"]
    assert messages[0]["channels"] == list(data)
    for place, name in enumerate(data):
        compare_channel(rows[name], messages, place)


def compare_channel(rows, messages, place):
    """As `compare`; a channel without a value yet is forecast as soon as the others are."""
    first = first_value([row["y"] for row in rows])
    compare(rows[first:], messages[first:], pick=lambda values: values[place])


def run(*arguments):
    return subprocess.run([PROGRAM, "replay", *arguments], capture_output=True, text=True,
                          timeout=60)


@pytest.mark.parametrize("text, options, code, message", [
    ("a,b\n", [], 65, "no rows below the header"),
    ("a,b\n1,2\n3,x\n", [], 65, ':3: column b: "x" is not a number'),
    ("a,b\n1,2\n3\n", [], 65, ":3: 1 fields, expected 2"),
    ("a,b\n1,2\n", ["--column", "c"], 64, "column c: not in the file, which has a, b"),
    ("a,b\n1,2\n", ["--column", "b", "--column", "2"], 64, "column b: asked for twice"),
    ("a,b\n1,2\n", ["--time-column", "c"], 64, "column c: not in the file"),
    ("a,b\n1,2\n", ["--report", "/nonexistent/r.html"], 73, "/nonexistent/r.html: cannot create"),
    ("a,b\n1,2\n", ["--forecasts", "/dev/full"], 74, "/dev/full: cannot write: No space left"),
])
def test_mistakes_have_their_exit_code_and_say_where(tmp_path, text, options, code, message):
    path = tmp_path / "in.csv"
    path.write_text(text)
    ended = run(path, *options)
    assert ended.returncode == code, ended.stderr
    assert ended.stderr.startswith("foretide: ") and message in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("option", ["--forecasts", "--report"])
def test_the_file_that_is_read_is_never_overwritten(tmp_path, option):
    path = tmp_path / "in.csv"
    path.write_text("a\n1\n2\n")
    link = tmp_path / "link.html"
    link.symlink_to(path)
    assert run(path, option, link).returncode == 73
    assert path.read_text() == "a\n1\n2\n"
    both = tmp_path / "both"
    assert run(path, "--forecasts", both, "--report", both).returncode == 73


def test_what_is_left_out_and_what_comes_late_is_told(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("ts,temp,state\n" + "".join(
        f"2016-07-01 00:{minute:02},{minute},on\n" for minute in [*range(30), 3, 4]))
    ended = run(path, "--json")
    assert ended.stderr.splitlines() == [
        "foretide: Left out because they hold words: state",
        "foretide: 2 of 32 rows are not later than one before them: nothing is learned from these"]
    assert [stream["stream"] for stream in json.loads(ended.stdout)["streams"]] == ["temp"]


def test_several_values_ahead(table, tmp_path):
    def run(*options):
        out = tmp_path / "forecasts.csv"
        replay = subprocess.run(
            [PROGRAM, "replay", str(table), "--json", "--forecasts", str(out), *options],
            capture_output=True, check=True, timeout=120)
        return json.loads(replay.stdout)["streams"], list(csv.DictReader(open(out)))

    next_scores, next_rows = run()
    scores, rows = run("--horizon", "3")
    assert [row.pop("horizon") for row in rows] == ["1", "2", "3"] * len(next_rows)
    assert rows[::3] == next_rows
    assert all("horizons" not in score for score in next_scores)
    for score, expected in zip(scores, next_scores):
        horizons = score.pop("horizons")
        assert score == expected
        assert [each["horizon"] for each in horizons] == [1, 2, 3]
        assert horizons[0]["mse"] == pytest.approx(expected["mse"], rel=1e-9)
        made = [(float(row["y"]), float(row["yhat"])) for row in rows[2::3]
                if row["stream"] == score["stream"] and row["y"] and row["yhat"]]
        errors = [(y - forecast) ** 2 for y, forecast in made]
        assert horizons[2]["mse"] == pytest.approx(sum(errors) / len(errors), rel=0.05)


def test_json_has_the_promised_fields_in_their_order(table):
    result = json.loads(run(table, "--limit", "300", "--json").stdout)
    assert list(result) == ["samples", "seconds", "samples_per_second", "streams"]
    assert result["samples"] == 300 * 7
    promised = [
        "stream", "samples", "period", "mse", "mae", "persistence_mse", "persistence_mae",
        "rel_mse", "rel_mae", "rel_mse_last75", "rel_mse_first500", "coverage", "level",
        "winkler", "experts"]
    for stream in result["streams"]:
        assert [key for key in stream if key in promised] == promised
        assert stream["experts"]["persistence"] == 1
        assert stream["rel_mse"] == pytest.approx(stream["mse"] / stream["persistence_mse"])
