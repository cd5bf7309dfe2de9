"""The daemon among clients that come late, go away, and send rubbish."""

import json
import os
import random
import signal
import socket
import subprocess
import time

import pytest
import zmq

from daemon import PROGRAM, Daemon, free_endpoint, receive, run_through


def sample(stream, value, **more):
    return json.dumps({"stream": stream, "value": value, **more}).encode()


def test_a_late_subscriber_gets_the_newest_forecast_of_each_stream_at_once():
    with Daemon() as daemon:
        publisher = daemon.publisher()
        first = daemon.subscriber(b"s")
        time.sleep(0.2)
        messages = [sample(f"s{index % 5}", index, ts=1_763_692_800 + index)
                    for index in range(500)]
        run_through(daemon, publisher, first, messages)
        for _ in range(2):  # The second late subscriber no less than the first.
            late = daemon.subscriber(b"s")
            start = time.monotonic()
            newest = receive(late, 5, timeout=2)
            assert time.monotonic() - start < 0.5
            assert sorted((f["stream"], f["seq"]) for f in newest) == [
                (f"s{index}", 100) for index in range(5)]
            late.close()
        one = daemon.subscriber(b"s3")
        assert [f["stream"] for f in receive(one, 1, timeout=2)] == ["s3"]


def test_forecasts_resume_when_the_publisher_is_replaced():
    with Daemon() as daemon:
        publisher = daemon.publisher()
        subscriber = daemon.subscriber(b"s")
        time.sleep(0.2)
        publisher.send(sample("s", 1))
        receive(subscriber, 1)
        publisher.close(linger=0)
        context = zmq.Context()
        restarted = context.socket(zmq.PUB)
        restarted.connect(daemon.input)
        start = time.monotonic()
        while not subscriber.poll(5):
            restarted.send(sample("s", 2))
            assert time.monotonic() - start < 0.5, "no forecast within half a second"
        assert receive(subscriber, 1)[0]["seq"] == 2
        context.destroy(linger=0)


def test_rubbish_on_the_port_is_counted_and_the_feed_goes_on():
    noise = random.Random(3)
    host, port = "127.0.0.1", None
    with Daemon() as daemon:
        port = int(daemon.input.rsplit(":", 1)[1])
        publisher = daemon.publisher()
        subscriber = daemon.subscriber(b"s")
        time.sleep(0.2)
        with socket.create_connection((host, port)) as http:
            http.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for _ in range(20):
            with socket.create_connection((host, port)) as garbage:
                garbage.sendall(noise.randbytes(500))
        for payload in (b"\x80\x04\x95pickle", b"{broken", b"", b"\xff" * 100):
            publisher.send(payload)
        publisher.send_multipart([b"frame"] * 50)
        large = daemon.socket(zmq.PUSH, daemon.pull, LINGER=0)
        large.send(b"x" * (2 << 20))
        received = run_through(daemon, publisher, subscriber,
                               [sample("s", index) for index in range(200)])
        assert [forecast["seq"] for forecast in received] == list(range(1, 201))
        time.sleep(0.2)
        counters = daemon.counters()
        # libzmq takes some garbage for messages of its oldest protocol, so there may be more.
        for reason in ("pickle", "json", "empty", "unrecognised", "frames"):
            assert counters[f"input_rejected.{reason}"] >= 1, counters
        assert counters["clients_refused.handshake"] >= 1, counters


def test_lost_messages_show_in_a_counter():
    with Daemon() as daemon:
        publisher = daemon.publisher()
        subscriber = daemon.subscriber(b"s")
        time.sleep(0.2)
        for number in [1, 2, 3, 10, 11, 1, 2]:  # Six lost, then a restart.
            publisher.send_multipart([b"s", b"21.5", number.to_bytes(4, "little")])
        receive(subscriber, 7)
        counters = daemon.counters()
        assert counters["input_lost"] == 6
        assert counters["input_restarts"] == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_ends_within_a_second(how):
    with Daemon() as daemon:
        publisher = daemon.publisher()
        subscriber = daemon.subscriber(b"s")
        time.sleep(0.2)
        for index in range(500):
            publisher.send(sample("s", index))
        receive(subscriber, 1)
        assert daemon.stop(how) < 1.0
        assert daemon.process.returncode == 0
        assert len(receive(subscriber, 499)) == 499


def test_a_signal_ends_a_large_batch_within_a_second():
    with Daemon() as daemon:
        pusher = daemon.socket(zmq.PUSH, daemon.pull)
        values = ",".join(str(index % 7) for index in range(400_000))
        pusher.send(b'{"stream":"large","t0":1,"dt":1,"values":[' + values.encode() + b"]}")
        subscriber = daemon.subscriber(b"large")
        receive(subscriber, 1)
        assert daemon.stop() < 1.0
        assert daemon.process.returncode == 0
        assert "Stopped before all input that had arrived was answered" in daemon.log()


def run(*arguments, **environment):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=30,
                          env={"PATH": os.environ["PATH"], **environment})


def test_a_port_in_use_ends_with_69_and_says_what_to_do():
    with Daemon() as daemon:
        second = run("serve", "--set", f'input.bind=["{daemon.input}"]',
                     "--set", f'output.bind=["{free_endpoint()}"]',
                     "--set", "input.pull_bind=[]")
        assert second.returncode == 69
        assert daemon.input in second.stderr


def test_a_bad_configuration_ends_with_78_and_names_every_line(tmp_path):
    file = tmp_path / "foretide.toml"
    file.write_text('[model]\nhidden = "abc"\nwindw = 16\n')
    for command in ("check", "serve"):
        arguments = [command, str(file)] if command == "check" else [command, "--config", str(file)]
        result = run(*arguments)
        assert result.returncode == 78
        assert f"{file}:2" in result.stderr and f"{file}:3" in result.stderr
        assert "model.window" in result.stderr


def test_the_default_configuration_is_valid(tmp_path):
    file = tmp_path / "foretide.toml"
    file.write_text(run("config").stdout)
    assert run("check", str(file)).returncode == 0


def test_a_public_address_is_refused():
    result = run("serve", "--set", 'input.bind=["tcp://0.0.0.0:5555"]')
    assert result.returncode == 78 and "insecure" in result.stderr


def test_demo_without_a_terminal_prints_lines_and_a_summary():
    result = run("demo", "--seconds", "4")
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert len([line for line in result.stdout.splitlines() if line.strip()]) >= 10
