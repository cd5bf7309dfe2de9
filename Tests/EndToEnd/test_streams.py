"""`foretide streams`: of a running daemon and of a state folder; files of streams."""

import json
import os
import random
import struct
import time

from controlled import Controlled, run, sample, series
from daemon import receive


def read_safetensors(data):
    """The format as its documentation has it; the package itself where it is installed."""
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    body = data[8 + size:]
    tensors, end = {}, 0
    for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, stop = tensor["data_offsets"]
        assert start == end, "a hole or an overlap"
        end = stop
        count = 1
        for length in tensor["shape"]:
            count *= length
        assert stop - start == count * {"F32": 4, "U8": 1}[tensor["dtype"]]
        tensors[name] = (tensor["dtype"], tensor["shape"], body[start:stop])
    assert end == len(body)
    try:
        import safetensors
    except ImportError:
        return metadata, tensors
    theirs = {name: (value["dtype"], list(value["shape"]), bytes(value["data"]))
              for name, value in safetensors.deserialize(data)}
    assert theirs == tensors
    return metadata, tensors


def test_an_exported_file_is_safetensors_that_others_can_read(tmp_path):
    with Controlled(tmp_path, "model.hidden=8") as daemon:
        daemon.feed(series("s/1", 100) + [sample("s2", [1, 2])] * 5)
        path = tmp_path / "one.safetensors"
        daemon.streams("export", "s/1", "--output", path)
        data = path.read_bytes()
        assert daemon.streams("export", "s/1", "--output", "-").stdout == data
        metadata, tensors = read_safetensors(data)
        assert metadata["stream"] == "s/1" and metadata["seq"] == "100"
        assert json.loads(metadata["model"])["hidden"] == 8
        shapes = {name: shape for name, (_, shape, _) in tensors.items()}
        inputs = shapes["channels.0.rnn.weight_ih_l0"][1]
        assert shapes == {
            "channels.0.rnn.weight_ih_l0": [24, inputs], "channels.0.rnn.weight_hh_l0": [24, 8],
            "channels.0.rnn.bias_ih_l0": [24], "channels.0.rnn.bias_hh_l0": [24],
            "channels.0.head.weight": [1, 8], "channels.0.head.bias": [1],
            "channels.0.window.inputs": [17, inputs], "channels.0.window.hidden": [8],
            "channels.0.window.outputs": [17, 1],
            "channels.0.hidden": [8], "state": shapes["state"]}
        hidden = struct.unpack("<8f", tensors["channels.0.hidden"][2])
        assert all(-1 <= value <= 1 for value in hidden) and any(hidden)
        two = daemon.ask({"command": "export", "stream": "s2"})[1]
        assert "channels.1.head.bias" in read_safetensors(two)[1]


def test_export_then_import_into_an_empty_folder_gives_identical_forecasts(tmp_path):
    names = ["s1", "s2", "s/../3 ö"]
    (tmp_path / "copy").mkdir()
    (tmp_path / "live").mkdir()
    with Controlled(tmp_path, state=True) as daemon:
        for name in names:
            daemon.feed(series(name, 150))
        daemon.streams("export", "--all", "--output", tmp_path / "files")
        files = sorted(os.listdir(tmp_path / "files"))
        assert files == ["probe.safetensors", "s%2F..%2F3%20%C3%B6.safetensors",
                         "s1.safetensors", "s2.safetensors"]
        imported = run("streams", "import", tmp_path / "files",
                       "--state", tmp_path / "copy" / "state", check=0)
        assert sorted(imported.stdout.decode().splitlines()) == sorted(names + ["probe"])
        with Controlled(tmp_path / "copy", state=True) as copy, \
                Controlled(tmp_path / "live") as live:
            live.streams("import", *(tmp_path / "files" / file for file in files[1:]))
            for name in names:
                messages = series(name, 300)[150:]
                expected = daemon.feed(messages)
                assert [f["seq"] for f in expected] == list(range(151, 301))
                assert copy.feed(messages) == expected
                assert live.feed(messages) == expected


def test_an_import_replaces_only_what_it_is_told_to(tmp_path):
    with Controlled(tmp_path, "model.cell=none") as daemon:
        daemon.feed(series("s1", 100))
        path = tmp_path / "s1.safetensors"
        daemon.streams("export", "s1", "--output", path)
        daemon.feed(series("s1", 120)[100:])
        assert b"already" in daemon.streams("import", path, check=73).stderr
        assert daemon.streams("import", path, "--name", "s9").stdout == b"s9\n"
        assert daemon.result("show", stream="s9")["seq"] == 100
        assert daemon.result("show", stream="s1")["seq"] == 120
        daemon.streams("import", path, "--replace")
        assert daemon.result("show", stream="s1")["seq"] == 100
        # A late subscriber sees where to resume.
        late = daemon.subscriber(b"s")
        newest = {f["stream"]: f["seq"] for f in receive(late, 2)}
        assert newest == {"s1": 100, "s9": 100}
        one, nine = daemon.feed(series("s1", 101)[100:] + series("s9", 101)[100:])
        assert one["seq"] == nine["seq"] == 101


def test_damaged_files_are_refused(tmp_path):
    noise = random.Random(7)
    with Controlled(tmp_path, "model.hidden=4") as daemon:
        daemon.feed(series("s1", 60))
        data = daemon.ask({"command": "export", "stream": "s1"})[1]
        size, = struct.unpack("<Q", data[:8])
        refused = 0
        for index in range(300):
            damaged = bytearray(data)
            # In the header a changed space, version or time may mean nothing.
            place = noise.randrange(8 + size, len(data)) if index % 3 else noise.randrange(8 + size)
            damaged[place] ^= 1 << noise.randrange(8)
            answer = daemon.ask({"command": "import", "stream": "new", "replace": True},
                                bytes(damaged))[0]
            if place >= 8 + size:
                assert answer["error"] == "bad_file", place
            refused += not answer["ok"]
        assert refused >= 200
        for cut in [0, 1, 7, 8, 9, size, len(data) - 1]:
            assert daemon.refusal({"command": "import"}, data[:cut]) == "bad_file"
        path = tmp_path / "damaged.safetensors"
        path.write_bytes(data[:-100])
        for place in (["--endpoint", daemon.control], ["--state", tmp_path / "folder"]):
            ended = run("streams", "import", path, *place, check=65)
            assert str(path) in ended.stderr.decode()
        assert run("streams", "import", tmp_path / "none", "--state", tmp_path / "folder",
                   check=66)
        assert len(daemon.feed(series("s1", 61)[60:])) == 1


def test_a_forgotten_stream_is_gone_from_memory_from_the_disk_and_for_new_subscribers(tmp_path):
    with Controlled(tmp_path, state=True) as daemon:
        daemon.feed(series("s1", 60) + series("s2", 60))
        daemon.result("checkpoint")
        assert daemon.streams("forget", "s1").stdout == b""
        assert daemon.refusal({"command": "show", "stream": "s1"}) == "unknown_stream"
        assert b"there is no stream" in daemon.streams("forget", "s1", check=66).stderr
        listed = json.loads(daemon.streams("list", "--json").stdout)
        assert [line["stream"] for line in listed] == ["probe", "s2"]
        late = daemon.subscriber(b"s")
        assert [forecast["stream"] for forecast in receive(late, 1)] == ["s2"]
        assert not late.poll(200)
        # A sample makes a new stream of it, which is kept like any other.
        assert daemon.feed(series("s1", 1))[0]["seq"] == 1
        assert daemon.feed(series("s2", 61)[60:])[0]["seq"] == 61
    with Controlled(tmp_path, state=True) as daemon:
        assert daemon.result("show", stream="s1")["seq"] == 1
        daemon.result("forget", stream="s1")
    with Controlled(tmp_path, state=True) as daemon:
        assert daemon.refusal({"command": "show", "stream": "s1"}) == "unknown_stream"
        assert daemon.result("show", stream="s2")["seq"] == 61


def test_streams_are_forgotten_while_everything_is_written(tmp_path):
    """Whatever is under way, a forgotten stream does not come back, and a new one is not lost."""
    noise = random.Random(3)
    with Controlled(tmp_path, "state.checkpoint_interval=100ms", "model.hidden=4",
                    state=True) as daemon:
        names = [f"s{index}" for index in range(12)]
        seq = {}
        for turn in range(40):
            feed = [name for name in names if noise.random() < 0.7]
            for forecast in daemon.feed([sample(name, turn % 5, ts=1000 + turn) for name in feed]):
                seq[forecast["stream"]] = seq.get(forecast["stream"], 0) + 1
                assert forecast["seq"] == seq[forecast["stream"]]
            for name in noise.sample(sorted(seq), min(3, len(seq))):
                daemon.result("forget", stream=name)
                del seq[name]
    with Controlled(tmp_path, "model.hidden=4", state=True) as daemon:
        listed = {line["stream"]: line["seq"] for line in daemon.result("list")["streams"]}
        listed.pop("probe")
        assert listed == seq


def test_streams_that_have_left_memory_are_there_for_every_command(tmp_path):
    with Controlled(tmp_path, "limits.max_streams=2", state=True) as daemon:
        path = tmp_path / "s1.safetensors"
        publisher = daemon.publisher()
        for name in ("s1", "s2", "s3"):  # A new name must come three times to make room.
            for message in series(name, 60):
                publisher.send(message)
            deadline = time.monotonic() + 20
            while True:
                answer = daemon.ask({"command": "show", "stream": name})[0]
                if answer["ok"] and answer["result"]["ts"] == 1_700_000_059:
                    break
                assert time.monotonic() < deadline, daemon.log()
                time.sleep(0.01)
        daemon.result("checkpoint")
        listed = {line["stream"]: line for line in
                  json.loads(daemon.streams("list", "--json").stdout)}
        assert sorted(listed) == ["probe", "s1", "s2", "s3"]
        assert not listed["s1"]["in_memory"] and listed["s3"]["in_memory"]
        assert daemon.result("show", stream="s1")["ts"] == 1_700_000_059
        assert daemon.result("forecast", stream="s1")["ts"] == 1_700_000_059
        daemon.streams("export", "s1", "--output", path)
        assert b"already" in daemon.streams("import", path, check=73).stderr
        daemon.streams("import", path, "--name", "s4")
        daemon.result("reset", stream="s2")
        assert daemon.result("show", stream="s2")["status"] == "warming"
        daemon.result("forget", stream="s1")
        assert daemon.refusal({"command": "show", "stream": "s1"}) == "unknown_stream"
        listed = json.loads(daemon.streams("list", "--json").stdout)
        assert [line["stream"] for line in listed] == ["probe", "s2", "s3", "s4"]


def test_a_state_folder_can_be_read_and_changed_without_a_daemon(tmp_path):
    with Controlled(tmp_path, state=True) as daemon:
        daemon.feed(series("s1", 120) + series("s2", 80))
        daemon.result("checkpoint")
        live = json.loads(daemon.streams("list", "--json").stdout)
        state = daemon.state

        def offline(*arguments, check=0):
            return run("streams", *arguments, "--state", state, check=check)

        # Reading does not need the lock; changing does.
        while_running = json.loads(offline("list", "--json").stdout)
        assert while_running == [{key: value for key, value in line.items() if key != "in_memory"}
                                 for line in live]
        for command in (["forget", "s1"], ["reset", "s1"]):
            refused = offline(*command, check=73)
            assert f"process {daemon.process.pid} uses this state folder" in refused.stderr.decode()
    listed = json.loads(offline("list", "--json").stdout)
    assert [(line["stream"], line["seq"]) for line in listed if line["stream"] != "probe"] == [
        ("s1", 120), ("s2", 80)]
    assert listed[1]["ts"] == 1_700_000_119 and listed[1]["period"] == 12
    assert json.loads(offline("show", "s1", "--json").stdout)["forecast"]["seq"] == 120
    offline("export", "s1", "--output", tmp_path / "s1.safetensors")
    offline("reset", "s1")
    assert json.loads(offline("show", "s1", "--json").stdout)["status"] == "warming"
    offline("forget", "s2", "probe")
    assert b"there is no stream" in offline("show", "s2", check=66).stderr
    assert b"already" in offline("import", tmp_path / "s1.safetensors", check=73).stderr
    offline("import", tmp_path / "s1.safetensors", "--name", "s3")
    with Controlled(tmp_path, state=True) as daemon:
        one, = daemon.feed(series("s1", 121)[120:])
        assert one["seq"] == 121 and one["status"] == "warming"
        assert daemon.feed(series("s2", 1))[0]["seq"] == 1
        assert daemon.feed(series("s3", 121)[120:])[0]["status"] == "ok"


def test_a_folder_without_a_state_is_an_error(tmp_path):
    for command in (["list"], ["show", "s"], ["export", "s", "--output", "-"]):
        ended = run("streams", *command, "--state", tmp_path / "nothing")
        assert ended.returncode in (66, 74), ended.stderr
        assert str(tmp_path) in ended.stderr.decode()
    assert not os.path.exists(tmp_path / "nothing")
