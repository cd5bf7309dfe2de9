"""What was learned survives: clean stops, kills, full disks, damaged files."""

import collections
import json
import math
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest
import zmq

from daemon import PROGRAM, Daemon, free_endpoint

KILLS = int(os.environ.get("FORETIDE_TEST_KILLS", "10"))
INTERVAL = 0.3
# Between the copy of a state and its being on the disk, on a machine with other work.
WRITING = 1.0
RULES = ('streams=[{match="s1*", cell="lstm", hidden=8}, {match="s2*", cell="none"}, '
         '{match="s3*", cell="elman", loss="absolute", period=12}]')


def keeping(folder, *settings, interval=f"{int(INTERVAL * 1000)}ms", **environment):
    return Daemon(f"state.directory={folder}", f"state.checkpoint_interval={interval}", RULES,
                  *settings, **environment)


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
    return json.loads(payload)["seq"]


def rows(folder):
    database = sqlite3.connect(f"file:{folder}/state.db?mode=ro", uri=True)
    try:
        return dict(database.execute("select stream, sequence from stream"))
    finally:
        database.close()


def feed(streams, first, last):
    return [sample(stream, index) for index in range(first, last) for stream in streams]


def test_a_stop_and_a_start_in_the_middle_change_no_byte_of_the_output(tmp_path):
    streams = [f"s{number}" for number in range(20)]
    with Daemon(RULES) as daemon:
        uninterrupted = by_stream(Client(daemon).run(feed(streams, 1, 401)))
    parts = collections.defaultdict(list)
    newest = {}
    for first, last in [(1, 2), (2, 30), (30, 251), (251, 401)]:
        with keeping(tmp_path / "state") as daemon:
            client = Client(daemon, remembered=len(newest))
            assert client.newest == newest
            for stream, payloads in by_stream(client.run(feed(streams, first, last))).items():
                parts[stream] += payloads
                newest[stream] = payloads[-1]
    assert dict(parts) == uninterrupted
    assert {stream: seq for stream, seq in rows(tmp_path / "state").items()
            if stream != "probe"} == {stream: 400 for stream in streams}


def test_killed_under_load_it_goes_on_from_its_last_checkpoint(tmp_path):
    dice = random.Random(1)
    streams = [f"s{number}" for number in range(20)]
    published = {stream: {} for stream in streams}
    received_at = {stream: [] for stream in streams}
    killed_at = None
    mismatches = 0
    for _ in range(KILLS + 1):
        with keeping(tmp_path / "state") as daemon:
            kept = rows(tmp_path / "state") if killed_at else {}
            client = Client(daemon, remembered=len([name for name in kept if name != "probe"]))
            position = {stream: 0 for stream in streams}
            for stream, payload in client.newest.items():
                position[stream] = sequence(payload)
                assert published[stream].get(position[stream], payload) == payload
            for stream in streams:
                safe = [seq for at, seq in received_at[stream]
                        if at < killed_at - INTERVAL - WRITING]
                assert position[stream] >= max(safe, default=0)
                received_at[stream] = []
            end = time.monotonic() + dice.uniform(0.1, 2.5)
            in_flight = 0
            while time.monotonic() < end:
                while in_flight < 500:
                    for stream in streams:
                        position[stream] += 1
                        client.feed.send(sample(stream, position[stream]))
                        in_flight += 1
                for stream, payload in client.take(1):
                    in_flight -= 1
                    seq = sequence(payload)
                    received_at[stream].append((time.monotonic(), seq))
                    mismatches += published[stream].setdefault(seq, payload) != payload
            daemon.process.kill()
            daemon.process.wait()
            killed_at = time.monotonic()
    assert mismatches == 0
    longest = max(max(payloads, default=0) for payloads in published.values())
    assert longest > 100
    with Daemon(RULES) as daemon:
        uninterrupted = by_stream(Client(daemon).run(feed(streams, 1, longest + 1)))
    for stream in streams:
        for seq, payload in published[stream].items():
            assert payload == uninterrupted[stream][seq - 1], f"{stream} {seq}"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 12 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this user may not mount a tmpfs")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    with open(folder / "ballast", "wb") as ballast:
        try:
            while True:
                ballast.write(bytes(65536))
                ballast.flush()
        except OSError:
            pass


def test_a_full_disk_costs_no_forecast_and_heals_by_itself(small_disk):
    streams = [f"s{number}" for number in range(6)]
    state = small_disk / "state"
    with keeping(state) as daemon:
        client = Client(daemon)
        client.run(feed(streams, 1, 50))
        deadline = time.monotonic() + 10
        while rows(state).get("s5", 0) < 49:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        fill(small_disk)
        first = 50
        deadline = time.monotonic() + 20
        while "A checkpoint failed" not in daemon.log():
            assert time.monotonic() < deadline
            client.run(feed(streams, first, first + 5))
            first += 5
            time.sleep(0.05)
        assert "SQLITE_FULL" in daemon.log() or "No space left" in daemon.log()
        client.run(feed(streams, first, first + 20))
        first += 20
        (small_disk / "ballast").unlink()
        daemon.wait_for("Checkpoints work again", timeout=5)
        client.run(feed(streams, first, first + 20))
        counters = daemon.counters()
        assert counters["checkpoint_failures"] >= 1
        assert counters["checkpoints"] >= 2
        assert daemon.process.returncode == 0
    assert rows(state)["s5"] == first + 19


def test_a_limit_on_the_size_of_files_does_not_end_it(tmp_path):
    folder = tmp_path / "state"
    with keeping(folder) as daemon:
        client = Client(daemon)
        client.run(feed(["s0"], 1, 20))
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
        client.run(feed(["s0", "s1", "s2"], 20, 40))
        deadline = time.monotonic() + 10
        while "A checkpoint failed" not in daemon.log():
            assert time.monotonic() < deadline, daemon.log()
            time.sleep(0.05)
        client.run(feed(["s0", "s1", "s2"], 40, 60))
        daemon.stop()
        assert daemon.process.returncode == 74
        assert "the state could not be written" in daemon.log()


def damage(path, dice):
    """Flips, zeroes, or cuts off some of the file."""
    content = bytearray(path.read_bytes())
    kind = dice.choice(["flip", "zero", "cut", "rubbish"])
    if kind == "flip":
        for _ in range(20):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    elif kind == "zero":
        start = dice.randrange(len(content)) & ~511
        content[start:start + 4096] = bytes(len(content[start:start + 4096]))
    elif kind == "cut":
        del content[dice.randrange(len(content)):]
    else:
        content[:] = dice.randbytes(len(content))
    path.write_bytes(content)
    return kind


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_database_is_served_from(tmp_path, seed):
    streams = [f"s{number}" for number in range(10)]
    with keeping(tmp_path / "state") as daemon:
        newest = by_stream(Client(daemon).run(feed(streams, 1, 40)))
    kind = damage(tmp_path / "state/state.db", random.Random(seed))
    # A stream that starts anew answers from its first value on.
    first = next(index for index in range(40, 100)
                 if not any(b"null" in message for message in feed(streams, index, index + 1)))
    start = time.monotonic()
    with keeping(tmp_path / "state") as daemon:
        assert time.monotonic() - start < 2
        restored = int(daemon.wait_for("Restored")["streams"])
        client = Client(daemon)
        for stream, payload in client.newest.items():
            assert payload == newest[stream][-1]
        assert restored >= len(client.newest), kind
        taken = client.run(feed(streams, first, first + 20))
        assert len(taken) == 200
    assert rows(tmp_path / "state").keys() >= set(streams)


def test_a_folder_that_cannot_be_used_ends_it_with_a_clear_message(tmp_path):
    def refusal(folder):
        environment = {"PATH": os.environ["PATH"]}
        command = [PROGRAM, "serve", "--set", f"state.directory={folder}"]
        for key in ["input.bind", "input.pull_bind", "output.bind"]:
            command += ["--set", f"{key}={free_endpoint()}"]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True,
                               timeout=10)
        return ended.returncode, ended.stderr

    folder = tmp_path / "state"
    with keeping(folder) as daemon:
        code, text = refusal(folder)
        assert code == 73
        assert f"process {daemon.process.pid} uses this state folder" in text
    (tmp_path / "file").write_text("")
    code, text = refusal(tmp_path / "file/state")
    assert code == 73 and "Not a directory" in text
    database = sqlite3.connect(folder / "state.db")
    database.executescript("update about set schema = 99; pragma user_version = 99")
    database.close()
    code, text = refusal(folder)
    assert code == 78 and "newer foretide" in text


def test_without_a_folder_nothing_is_kept_and_systemd_may_name_one(tmp_path):
    with Daemon() as daemon:
        Client(daemon).run(feed(["s0"], 1, 10))
    with Daemon(STATE_DIRECTORY=str(tmp_path / "named")) as daemon:
        Client(daemon).run(feed(["s0"], 1, 10))
    assert rows(tmp_path / "named")["s0"] == 9
    with keeping(tmp_path / "given", STATE_DIRECTORY=str(tmp_path / "unused")) as daemon:
        Client(daemon).run(feed(["s0"], 1, 10))
    assert rows(tmp_path / "given")["s0"] == 9
    assert not (tmp_path / "unused").exists()


def test_without_restore_each_stream_starts_anew(tmp_path):
    with keeping(tmp_path / "state") as daemon:
        first = Client(daemon).run(feed(["s0"], 1, 30))
    with keeping(tmp_path / "state", "state.restore=false") as daemon:
        client = Client(daemon)
        assert client.newest == {}
        assert client.run(feed(["s0"], 1, 30)) == first


def test_at_the_limit_the_streams_heard_of_last_are_restored(tmp_path):
    with keeping(tmp_path / "state", interval="100ms") as daemon:
        client = Client(daemon)
        client.run(feed(["s0", "s1"], 1, 10))
        time.sleep(0.5)
        client.run(feed(["s2", "s3", "s4"], 1, 10))
    with keeping(tmp_path / "state", "limits.max_streams=3") as daemon:
        event = daemon.wait_for("Restored")
        assert (event["streams"], event["left"]) == ("3", "3")
        forecasts = daemon.subscriber(b"s")
        newest = [forecasts.recv_multipart()[0] for _ in range(3) if forecasts.poll(5000)]
        assert newest == [b"s2", b"s3", b"s4"]
    assert rows(tmp_path / "state").keys() >= {"s0", "s1"}


def test_what_has_been_silent_for_longer_than_the_retention_is_deleted(tmp_path):
    folder = tmp_path / "state"
    with keeping(folder, "state.retention=2s", interval="100ms") as daemon:
        client = Client(daemon)
        client.run(feed(["s0"], 1, 10))
        deadline = time.monotonic() + 15
        index = 1
        while "s0" in rows(folder) or index < 5:
            assert time.monotonic() < deadline
            client.run(feed(["s1"], index, index + 1))
            index += 1
            time.sleep(0.1)
        assert "s1" in rows(folder)


@pytest.mark.parametrize("form", ["msgpack", "binary"])
def test_after_a_change_of_format_late_subscribers_get_the_new_one(tmp_path, form):
    with keeping(tmp_path / "state") as daemon:
        Client(daemon).run(feed(["s0"], 1, 10))
    with keeping(tmp_path / "state", f"output.format={form}") as daemon:
        late = daemon.subscriber(b"s")
        assert late.poll(5000)
        remembered = late.recv_multipart()[1]
        assert remembered[:1] not in b"{"
        client = Client(daemon, remembered=1)
        assert client.newest["s0"] == remembered
        if form == "msgpack":
            msgpack = pytest.importorskip("msgpack")
            assert msgpack.unpackb(remembered)["seq"] == 9
        else:
            assert remembered[:4] == b"TSB1"
    with keeping(tmp_path / "state") as daemon:
        assert sequence(Client(daemon, remembered=1).newest["s0"]) == 9


def test_late_samples_that_wait_to_be_put_in_order_are_kept_too(tmp_path):
    streams = ["s0", "s3"]
    with Daemon(RULES) as daemon:
        uninterrupted = by_stream(Client(daemon).run(feed(streams, 1, 60)))
    parts = collections.defaultdict(list)
    for first, last in [(1, 30), (30, 60)]:
        with keeping(tmp_path / "state", "input.reorder=5s") as daemon:
            client = Client(daemon)
            for message in feed(streams, first, last):
                client.feed.send(message)
            time.sleep(0.3)
            daemon.stop()
            for stream, payload in client.take(100):
                if payload not in parts[stream]:
                    parts[stream].append(payload)
    assert dict(parts) == uninterrupted
