"""What happens beside each other: streams that leave while they are written, other programs that
read, states that nobody can read."""

import contextlib
import shutil
import sqlite3
import struct
import subprocess
import threading
import time

import pytest

import state
from daemon import Daemon
from state import RULES, TORTURE
from test_eviction import Client, keeping, rows


@contextlib.contextmanager
def locked(folder):
    """No transaction of the daemon gets through: each waits a quarter of a second and fails."""
    database = sqlite3.connect(folder / "state.db", isolation_level=None)
    database.execute("begin immediate")
    yield
    database.execute("rollback")
    database.close()


def wait_for(condition, timeout=30):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_stream_that_leaves_while_it_is_being_written_comes_back_as_it_was(tmp_path):
    with keeping(tmp_path / "calm") as daemon:
        client = Client(daemon)
        expected = [client.ask("a", index) for index in range(40)]
    folder = tmp_path / "state"
    with keeping(folder, "limits.max_streams=3", interval="100ms") as daemon:
        client = Client(daemon)
        others = iter(range(1000))
        for index in range(0, 40, 4):
            with locked(folder):
                for ahead in range(4):
                    assert client.ask("a", index + ahead) == expected[index + ahead], index
                # Time to be copied for the checkpoint that cannot be written.
                time.sleep(0.15)
                for _ in range(2):
                    name = f"small{next(others)}"
                    for again in range(3):
                        client.ask(name, again)
        counted = daemon.counters()
        assert counted["streams_returned"] >= 9
        assert counted["checkpoint_failures"] >= 1
    assert rows(folder)["a"] == 40


def test_checkpoints_go_on_whoever_leaves_meanwhile(tmp_path):
    folder = tmp_path / "state"
    names = [f"s{number}" for number in range(30)]
    with keeping(folder, "limits.max_streams=12", interval="100ms") as daemon:
        client = Client(daemon)
        for index in range(60 if TORTURE == 0 else 600):
            for name in names:
                client.ask(name, index)
        newest = client.ask("s0", 10_000)
        wait_for(lambda: rows(folder).get("s0") == state.sequence(newest))


def test_after_a_restart_who_was_used_last_is_the_last_to_leave(tmp_path):
    folder = tmp_path / "state"
    with keeping(folder, interval="100ms") as daemon:
        client = Client(daemon)
        # The order of the rows is another one than that of their use.
        for name in ["c", "b", "a", "c"]:
            before = rows(folder).get(name, 0)
            client.ask(name, 1)
            wait_for(lambda: rows(folder).get(name, 0) > before)
    with keeping(folder, "limits.max_streams=4") as daemon:
        client = Client(daemon)
        assert [client.ask("new", index) is None for index in range(3)] == [True, True, False]
        assert client.ask("c", 2) and client.ask("a", 2)
        assert daemon.counters()["streams_returned"] == 0


def crc32c(content):
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def make_useless(folder, stream):
    """Gives a stream a state that is none, with the checksums of that, as the oldest one."""
    def number(value):
        return struct.pack("<BQ", 1, value & 0xFFFFFFFFFFFFFFFF)

    def optional(value, form):
        return bytes(9) if value is None else b"\1" + struct.pack(form, value)

    state = b"FTST\1\0\0\0 and what no program writes"
    database = sqlite3.connect(folder / "state.db")
    (name, partition, samples, seq, last_time, mae, mase, updated_at, settings, form, forecast) = \
        database.execute(
            "select stream, partition, samples, sequence, last_time, mae, mase, updated_at, "
            "settings, format, forecast from stream where stream = ?", (stream,)).fetchone()
    name = name.encode()
    updated_at -= 1_000_000_000
    row = (number(len(name)) + name + number(partition) + number(settings) + number(form)
           + number(samples) + number(seq) + optional(last_time, "<q") + optional(mae, "<d")
           + optional(mase, "<d") + number(updated_at) + number(len(forecast)) + forecast
           + number(crc32c(state)))
    database.execute("update state set state = ? where id = (select id from stream "
                     "where stream = ?)", (state, stream))
    database.execute("update stream set updated_at = ?, state_crc = ?, crc = ? where stream = ?",
                     (updated_at, crc32c(state), crc32c(row), stream))
    database.commit()
    database.close()
    return state


@pytest.mark.parametrize("room", [10, 2])
def test_a_state_that_cannot_be_read_is_put_into_quarantine(tmp_path, room):
    folder = tmp_path / "state"
    with keeping(folder) as daemon:
        client = Client(daemon)
        for index in range(20):
            for name in "abc":
                client.ask(name, index)
    useless = make_useless(folder, "a")
    # With little room it is found when its next sample comes.
    with keeping(folder, f"limits.max_streams={room}") as daemon:
        client = Client(daemon)
        event = daemon.wait_for("Restored")
        assert event.get("refused") == ("1" if room == 10 else None)
        wait_for(lambda: client.ask("a", 20) is not None)
        assert state.sequence(client.ask("a", 21)) <= 3
        assert state.sequence(client.ask("b", 20)) == 21
        assert daemon.counters()["streams_quarantined"] == 1
    database = sqlite3.connect(folder / "state.db")
    assert database.execute("select stream, sequence, state from quarantine").fetchall() == \
        [("a", 20, useless)]
    database.close()


def test_sqlite3_answers_while_samples_come_and_checkpoints_are_written(tmp_path):
    if shutil.which("sqlite3") is None:
        pytest.skip("needs sqlite3")
    folder = tmp_path / "state"
    # A stream that begins without a value has no forecast of it. And one is the probe.
    streams = [name for name in (f"s{number}" for number in range(10_400 if TORTURE else 300))
               if b"null" not in state.sample(name, 1)][:9_999]
    seconds, faults = [], []

    def ask():
        query = ["sqlite3", str(folder / "state.db"), "select stream, mae, samples from stream"]
        start = time.monotonic()
        answer = subprocess.run(query, capture_output=True, text=True, timeout=60)
        seconds.append(time.monotonic() - start)
        found = {name: int(samples) for name, _, samples in
                 (line.split("|") for line in answer.stdout.splitlines())}
        if answer.returncode or answer.stderr or found.keys() - {"probe"} != set(streams) \
                or min(found[name] for name in streams) < 1:
            faults.append((answer.returncode, answer.stderr, len(found)))

    with state.keeping(folder, "log.level=debug", rules=RULES) as daemon:
        client = state.Client(daemon)
        client.run(state.feed(streams, 1, 3))
        wait_for(lambda: len(rows(folder)) > len(streams), timeout=60)
        is_fed = threading.Event()

        def written():
            return daemon.log().count("Wrote a checkpoint")

        def keep_asking():
            while not is_fed.is_set() or len(seconds) < 10:
                try:
                    ask()
                except (ValueError, subprocess.TimeoutExpired) as error:
                    faults.append(error)
                time.sleep(0.02)

        before = written()
        asking = threading.Thread(target=keep_asking, daemon=True)
        asking.start()
        index = 3
        while index < 10 or written() < before + 3:
            client.run(state.feed(streams, index, index + 1))
            index += 1
        is_fed.set()
        asking.join()
        # To write all of them once more is not what is asked here.
        daemon.process.kill()
        daemon.process.wait()
    print(f"{len(seconds)} answers of {len(streams)} streams, the longest took "
          f"{max(seconds) * 1e3:.0f} ms")
    assert not faults
