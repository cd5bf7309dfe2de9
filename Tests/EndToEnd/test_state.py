"""What was learned survives: clean stops, kills, full disks, damaged files."""

import collections
import time

import pytest

from daemon import Daemon
from state import RULES, Client, by_stream, feed, keeping, rows, sequence


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
