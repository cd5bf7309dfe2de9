"""The control socket and `foretide ctl`."""

import json
import os
import random
import stat
import threading
import time

import pytest
import zmq

from controlled import LIGHT, Controlled, run, sample, series
from daemon import Daemon, receive


def test_a_req_socket_gets_what_the_daemon_knows(tmp_path):
    with Controlled(tmp_path, "model.cell=none") as daemon:
        forecasts = daemon.feed(series("s1", 100) + series("s2", 50))
        status = daemon.result("status")
        assert status["pid"] == daemon.process.pid
        assert status["streams"] == 3  # The probe too.
        assert status["counters"]["input_rejected_total"]["json"] == 0
        assert status["latency_seconds"]["p50"] > 0
        assert status["state"] is None
        assert status["settings"]["last_reload_successful"] is True
        listed = {line["stream"]: line for line in daemon.result("list")["streams"]}
        newest = {forecast["stream"]: forecast for forecast in forecasts}
        for name in ("s1", "s2"):
            line = listed[name]
            assert line["seq"] == line["samples"] == newest[name]["seq"]
            assert line["ts"] == newest[name]["ts"]
            assert line["status"] == newest[name]["status"]
            assert line["mae"] == pytest.approx(newest[name]["mae"], rel=1e-6)
            assert daemon.result("forecast", stream=name) == newest[name]
        shown = daemon.result("show", stream="s1")
        assert shown["model"]["cell"] == "none" and shown["period"] == 12
        assert shown["forecast"] == newest["s1"]


def test_as_many_values_ahead_as_are_asked_for(tmp_path):
    with Controlled(tmp_path, *LIGHT, "model.horizon=3") as daemon:
        newest = daemon.feed(series("s", 100))[-1]
        assert [len(newest["path"][key]) for key in ("yhat", "yhat_lower", "yhat_upper")] == [3] * 3
        assert newest["path"]["yhat"][0] == newest["yhat"]
        assert daemon.result("forecast", stream="s") == newest
        far = daemon.result("forecast", stream="s", horizon=24)
        assert len(far["path"]["yhat"]) == 24 and far["seq"] == newest["seq"]
        assert far["path"]["yhat"][:3] == pytest.approx(newest["path"]["yhat"], rel=1e-2)
        assert "path" not in daemon.result("forecast", stream="s", horizon=1)
        text = daemon.ctl("forecast", "s", "--horizon", "5").stdout.decode()
        assert "path.yhat" in text


def test_bad_requests_get_an_error_and_harm_nobody(tmp_path):
    noise = random.Random(5)
    with Controlled(tmp_path, *LIGHT) as daemon:
        daemon.feed(series("s", 10))
        cases = [
            (b"", "malformed"), (b"{", "malformed"), (b"[]", "malformed"), (b"7", "malformed"),
            (b"\xff\xfe", "malformed"), (b"x" * 100_000, "malformed"),
            (b"[" * 5000, "malformed"), ({}, "unknown_command"),
            ({"command": 7}, "unknown_command"), ({"command": "stauts"}, "unknown_command"),
            ({"command": "status", "verbose": True}, "bad_argument"),
            ({"command": "show"}, "bad_argument"),
            ({"command": "show", "stream": 1}, "bad_argument"),
            ({"command": "show", "stream": ""}, "bad_argument"),
            ({"command": "show", "stream": "x" * 256}, "bad_argument"),
            ({"command": "show", "stream": "a\nb"}, "bad_argument"),
            ({"command": "list", "limit": 0}, "bad_argument"),
            ({"command": "forecast", "stream": "s", "horizon": 0}, "bad_argument"),
            ({"command": "forecast", "stream": "s", "horizon": 257}, "bad_argument"),
            ({"command": "show", "stream": "s", "horizon": 2}, "bad_argument"),
            ({"command": "list", "limit": 501}, "bad_argument"),
            ({"command": "list", "limit": "7"}, "bad_argument"),
            ({"command": "list", "after": "x"}, "bad_argument"),
            ({"command": "list", "after": "-1"}, "bad_argument"),
            ({"command": "list", "source": "moon"}, "bad_argument"),
            ({"command": "show", "stream": "nobody"}, "unknown_stream"),
            ({"command": "forecast", "stream": "nobody"}, "unknown_stream"),
            ({"command": "reset", "stream": "nobody"}, "unknown_stream"),
            ({"command": "export", "stream": "nobody"}, "unknown_stream"),
            ({"command": "import"}, "malformed"),
            ({"command": "checkpoint"}, "no_state"),
            ({"command": "list", "source": "state"}, "no_state"),
        ]
        for request, error in cases:
            assert daemon.refusal(request) == error, request
        assert daemon.refusal({"command": "status"}, b"more") == "malformed"
        assert daemon.refusal({"command": "import"}, b"rubbish") == "bad_file"
        assert daemon.refusal({"command": "import"}, b"") == "bad_file"
        assert daemon.refusal({"command": "import"}, b"{}", b"third") == "malformed"
        for _ in range(300):
            assert not daemon.ask(noise.randbytes(noise.randrange(200)))[0]["ok"]
        # A name past the end of the pages is no mistake.
        assert daemon.result("list", after="99999999")["streams"] == []
        dealer = daemon.socket(zmq.DEALER, daemon.control, LINGER=0)
        dealer.send_multipart([b"x"] * 500)
        dealer.send(b'{"command":"status"}')  # Without the empty frame of a REQ.
        assert dealer.poll(20_000) and json.loads(dealer.recv())["ok"]
        with daemon.context.socket(zmq.STREAM) as stream:
            stream.connect(daemon.control)
            stream.send_multipart([stream.getsockopt(zmq.ROUTING_ID) or b"", b""], zmq.NOBLOCK)
        assert len(daemon.feed(series("s", 20)[10:])) == 10
        assert daemon.result("show", stream="s")["seq"] == 20


def test_a_thousand_requests_in_flight_are_all_answered(tmp_path):
    with Controlled(tmp_path, *LIGHT) as daemon:
        daemon.feed(series("s", 10))
        slow = daemon.socket(zmq.DEALER, daemon.control, LINGER=0, RCVHWM=1)
        for _ in range(3000):  # Never read: its answers are dropped, and nobody waits for it.
            slow.send_multipart([b"", b'{"command":"list"}'])
        dealer = daemon.socket(zmq.DEALER, daemon.control, LINGER=0, RCVHWM=0, SNDHWM=0)
        clients = [daemon.socket(zmq.REQ, daemon.control, LINGER=0) for _ in range(100)]
        for client in clients:
            client.send(b'{"command":"show","stream":"s"}')
        sent = answered = 0
        while answered < 3000:
            while sent < 3000 and sent - answered < 1000:  # All the time a thousand on their way.
                dealer.send_multipart([b"", b'{"command":"status"}'])
                sent += 1
            assert dealer.poll(20_000), (sent, answered, daemon.log())
            assert json.loads(dealer.recv_multipart()[1])["ok"]
            answered += 1
        for client in clients:
            assert client.poll(20_000) and json.loads(client.recv())["ok"]
        assert len(daemon.feed(series("s", 20)[10:])) == 10


def test_ten_thousand_streams_are_listed_while_samples_flow(tmp_path):
    names = [f"s{index:05}" for index in range(10_000)]
    with Controlled(tmp_path, *LIGHT) as daemon:
        feed = daemon.socket(zmq.PUSH, daemon.pull)
        subscriber = daemon.subscriber(b"s")
        time.sleep(0.2)
        for name in names:
            feed.send(sample(name, 1, ts=1000))
        receive(subscriber, len(names), timeout=60)
        sent, stop = [0], threading.Event()

        def flow():
            while not stop.is_set():
                feed.send(sample(names[sent[0] % 10_000], sent[0] % 7, ts=1001 + sent[0]))
                sent[0] += 1
                time.sleep(0.0005)

        thread = threading.Thread(target=flow)
        thread.start()
        try:
            for _ in range(3):
                listed = json.loads(daemon.streams("list", "--json").stdout)
                assert [line["stream"] for line in listed if line["stream"] != "probe"] == names
                assert all(line["in_memory"] and line["seq"] >= 1 for line in listed)
        finally:
            stop.set()
            thread.join()
        assert len(receive(subscriber, sent[0], timeout=60)) == sent[0]


def test_only_its_user_may_connect_and_nobody_can_steal_it(tmp_path):
    with Controlled(tmp_path, *LIGHT) as daemon:
        path = daemon.control.removeprefix("ipc://")
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        second = run("serve", "--set", f'control.bind="{daemon.control}"',
                     "--set", 'input.bind=["tcp://127.0.0.1:*"]', "--set", "input.pull_bind=[]",
                     "--set", 'output.bind=["tcp://127.0.0.1:*"]', check=69)
        assert str(daemon.process.pid) in second.stderr.decode()
        daemon.result("status")
    assert not os.path.exists(path)
    with Controlled(tmp_path, "control.access=group", *LIGHT) as daemon:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o660


def test_ctl_finds_the_daemon_in_the_runtime_folder(tmp_path):
    with Daemon(*LIGHT, XDG_RUNTIME_DIR=str(tmp_path)) as daemon:
        assert daemon.wait_for("Ready")["control"] == f"ipc://{tmp_path}/foretide/control.sock"
        assert stat.S_IMODE(os.stat(tmp_path / "foretide").st_mode) == 0o700
        status = run("ctl", "status", "--json", XDG_RUNTIME_DIR=str(tmp_path), check=0)
        assert json.loads(status.stdout)["pid"] == daemon.process.pid
        # A second daemon of this user has no control socket, and serves.
        with Daemon(*LIGHT, XDG_RUNTIME_DIR=str(tmp_path)) as second:
            assert "control.bind" in second.wait_for("There is no control socket: give it a place "
                                                     "of its own with control.bind")["message"]


def test_nobody_to_ask_is_69_at_once_and_says_what_to_do(tmp_path):
    for command in (["ctl", "status"], ["streams", "list"]):
        ended = run(*command, "--endpoint", f"ipc://{tmp_path}/nobody", check=69)
        assert b"start `foretide serve`" in ended.stderr
        ended = run(*command, XDG_RUNTIME_DIR=str(tmp_path), check=69)
        assert f"{tmp_path}/foretide/control.sock".encode() in ended.stderr
    silent = zmq.Context().socket(zmq.ROUTER)
    silent.bind(f"ipc://{tmp_path}/silent")
    ended = run("ctl", "status", "--endpoint", f"ipc://{tmp_path}/silent", "--timeout", "0.3",
                check=69)
    assert b"no answer" in ended.stderr
    silent.close()


def test_ctl_prints_what_a_person_can_read(tmp_path):
    with Controlled(tmp_path, *LIGHT, state=True) as daemon:
        daemon.feed(series("s", 30))
        assert f"process {daemon.process.pid}" in daemon.ctl("status").stdout.decode()
        assert "forecasts_total" in daemon.ctl("status").stdout.decode()
        assert "2 streams" in daemon.ctl("checkpoint").stdout.decode()
        assert "yhat" in daemon.ctl("forecast", "s").stdout.decode()
        assert json.loads(daemon.ctl("forecast", "s", "--json").stdout)["seq"] == 30
        assert b"there is no stream" in daemon.ctl("forecast", "nobody", check=66).stderr
        heading, *rows = daemon.streams("list").stdout.decode().splitlines()
        assert heading.split()[:3] == ["stream", "status", "samples"]
        assert [row.split()[0] for row in rows] == ["probe", "s"]
        assert "model.cell" in daemon.streams("show", "s").stdout.decode()
        assert daemon.ctl("stop").stdout == b"stopping\n"
        assert daemon.process.wait(timeout=10) == 0


@pytest.mark.parametrize("arguments, message", [
    (["ctl"], "Usage"),
    (["ctl", "bogus"], "bogus"),
    (["ctl", "forecast"], "stream"),
    (["ctl", "status", "--timeout", "0"], "--timeout"),
    (["streams", "export"], "--all"),
    (["streams", "export", "--all"], "--output"),
    (["streams", "export", "a", "b", "--output", "-"], "one stream"),
    (["streams", "list", "--state", "x", "--endpoint", "ipc://y"], "either"),
    (["ctl", "status", "--endpoint", "nowhere"], "expected tcp://"),
])
def test_mistakes_on_the_command_line_say_what_was_expected(arguments, message):
    ended = run(*arguments)
    assert ended.returncode in ((0,) if message == "Usage" else (64,))
    assert message.lower() in (ended.stderr + ended.stdout).decode().lower()
