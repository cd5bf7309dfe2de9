"""The commands of `foretide` as a person or a script runs them."""

import json
import os
import signal
import subprocess
import time

import pytest

from daemon import PROGRAM, Daemon, free_endpoint


def run(*arguments, timeout=60, **environment):
    """A finished `foretide`, its output as text."""
    return subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, timeout=timeout,
        stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], **environment})


def start(*arguments):
    return subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env={"PATH": os.environ["PATH"]})


def test_demo_without_a_terminal_prints_lines_and_a_table():
    demo = run("demo", "--seconds", "4")
    assert demo.returncode == 0, demo.stderr
    assert "\x1b" not in demo.stdout
    lines = demo.stdout.splitlines()
    header = next(index for index, line in enumerate(lines) if line.startswith("stream "))
    assert 2 <= sum(" → " in line for line in lines[:header]) <= 4
    rows = lines[header + 1:header + 7]
    assert {row.split()[0] for row in rows} == {
        "site/outside/temp", "line2/valve3/pressure", "market/copper/price",
        "plant/boiler1/temp", "shop/web/requests", "lab/reactor/signal"}
    assert lines[-1].startswith("Better than persistence on ")


def test_demo_ends_in_order_on_a_signal():
    demo = start("demo", "--seconds", "60")
    time.sleep(2)
    demo.send_signal(signal.SIGINT)
    output, errors = demo.communicate(timeout=5)
    assert demo.returncode == 0, errors
    assert "Better than persistence" in output


@pytest.mark.parametrize("form, batch", [
    ("json", 1), ("json", 10), ("msgpack", 1), ("binary", 100), ("text", 1)])
def test_what_publish_sends_watch_receives(form, batch):
    with Daemon() as daemon:
        watch = start("watch", "--json", "--count", "2000", "--endpoint", daemon.output)
        time.sleep(0.5)
        sent = run("publish", "--synthetic", "sine:streams=20", "--rate", "max", "--count", "100",
                   "--format", form, "--batch", str(batch), "--endpoint", daemon.input)
        assert sent.returncode == 0, sent.stderr
        assert "Sent 2,000 samples of 20 streams" in sent.stderr
        output, errors = watch.communicate(timeout=20)
        assert watch.returncode == 0, errors
        forecasts = [json.loads(line) for line in output.splitlines()]
        assert len(forecasts) == 2000
        for number in range(1, 21):
            name = f"sine/{number:02}"
            assert [f["seq"] for f in forecasts if f["stream"] == name] == list(range(1, 101))


def test_publish_waits_for_a_daemon_that_starts_later_and_for_one_that_restarts():
    with Daemon() as daemon:
        endpoint = daemon.input
    publish = start("publish", "--synthetic", "walk", "--rate", "50", "--count", "150",
                    "--endpoint", endpoint)
    time.sleep(1)
    for _ in range(2):
        late = Daemon()
        late.input = endpoint
        with late:
            watch = start("watch", "--json", "--count", "20", "--endpoint", late.output)
            assert len(watch.communicate(timeout=10)[0].splitlines()) == 20
            assert publish.poll() is None
    publish.terminate()
    assert "then stopped" in publish.communicate(timeout=5)[1]
    assert publish.returncode == 0


def test_watch_takes_streams_by_their_exact_names():
    with Daemon() as daemon:
        watch = start("watch", "s1", "--json", "--count", "5", "--endpoint", daemon.output)
        time.sleep(0.5)
        for name in ("s10", "s1"):
            run("publish", "--synthetic", f"walk:name={name}", "--rate", "max", "--count", "5",
                "--endpoint", daemon.input)
        output = watch.communicate(timeout=10)[0]
        assert [json.loads(line)["stream"] for line in output.splitlines()] == ["s1"] * 5


def test_watch_reads_every_output_format():
    for form in ("msgpack", "binary"):
        with Daemon(f"output.format={form}") as daemon:
            watch = start("watch", "--seconds", "3", "--endpoint", daemon.output)
            time.sleep(0.5)
            run("publish", "--synthetic", "sine:name=s", "--rate", "max", "--count", "300",
                "--endpoint", daemon.input)
            row = next(line for line in watch.communicate(timeout=10)[0].splitlines()
                       if line.startswith("s "))
            assert row.split()[1] == "300"
            assert 0.3 < float(row.split()[2]) < 1.2


def test_watch_into_a_closed_pipe_ends():
    with Daemon() as daemon:
        watch = start("watch", "--json", "--endpoint", daemon.output)
        time.sleep(0.5)
        watch.stdout.close()
        run("publish", "--synthetic", "walk", "--rate", "max", "--count", "50",
            "--endpoint", daemon.input)
        assert watch.wait(timeout=5) == 0
        watch.stderr.close()


def test_publish_sends_the_columns_of_a_file(tmp_path):
    path = tmp_path / "plant.csv"
    path.write_text("date;temp;state;rpm\n" + "".join(
        f"2016-07-01 00:{minute:02};{minute},5;on;{minute * 10}\n" for minute in range(60)))
    with Daemon() as daemon:
        watch = start("watch", "--json", "--count", "120", "--endpoint", daemon.output)
        time.sleep(0.5)
        sent = run("publish", str(path), "--rate", "max", "--endpoint", daemon.input)
        assert sent.returncode == 0, sent.stderr
        forecasts = [json.loads(line) for line in watch.communicate(timeout=20)[0].splitlines()]
        temp = [f for f in forecasts if f["stream"] == "temp"]
        assert [f["y"] for f in temp] == [minute + 0.5 for minute in range(60)]
        assert temp[1]["ts"] == 1467331260
        assert {f["stream"] for f in forecasts} == {"temp", "rpm"}


@pytest.mark.parametrize("code, arguments, message", [
    (64, ["bogus"], "bogus"),
    (64, ["publish"], "either a CSV file or --synthetic"),
    (64, ["publish", "--synthetic", "sine:perod=3"], "did you mean period?"),
    (64, ["publish", "--synthetic", "sine", "--rate", "-1"], "--rate -1: expected"),
    (64, ["publish", "--synthetic", "sine", "--format", "xml"], "--format"),
    (64, ["publish", "--synthetic", "sine", "--endpoint", "5555"], "expected tcp://HOST:PORT"),
    (64, ["watch", "--count", "0"], "--count"),
    (64, ["demo", "--seconds", "0"], "--seconds"),
    (65, ["publish", "/dev/null"], "/dev/null: no rows"),
    (66, ["publish", "/nonexistent.csv"], "/nonexistent.csv: cannot open"),
    (64, ["replay", "/dev/null", "--limit", "-3"], "--limit -3: expected"),
    (65, ["replay", "/dev/null"], "/dev/null: no rows"),
    (66, ["replay", "/nonexistent.csv"], "/nonexistent.csv: cannot open"),
    (66, ["replay", "/"], "/: a folder"),
    (66, ["serve", "--config", "/nonexistent.toml"], "/nonexistent.toml"),
    (69, ["serve", "--set", "input.bind=ipc:///nonexistent/in"], "create it first"),
    (78, ["serve", "--set", "model.cell=gur"], 'did you mean "gru"?'),
    (78, ["check", "--set", "model.hiden=3"], "did you mean model.hidden?"),
])
def test_mistakes_have_their_exit_code_and_say_what_to_do(code, arguments, message):
    ended = run(*arguments)
    assert ended.returncode == code, ended.stderr
    assert ended.stderr.startswith("foretide: ")
    assert message in ended.stderr
    assert ended.stdout == ""


def test_nobody_at_the_endpoint_is_an_error():
    both = [start(*command, "--endpoint", free_endpoint())
            for command in (["publish", "--synthetic", "walk"], ["watch"])]
    first = both[0].stderr.readline()
    assert first.startswith("Nobody listens at tcp://127.0.0.1:") and "yet: waiting" in first
    for command in both:
        assert "start `foretide serve`" in command.communicate(timeout=20)[1]
        assert command.returncode == 69


@pytest.mark.parametrize("arguments", [["config"], ["check"], ["watch", "--seconds", "1"]])
def test_a_full_disk_is_an_error(arguments):
    with Daemon() as daemon, open("/dev/full", "w") as full:
        if arguments[0] == "watch":
            arguments = arguments + ["--endpoint", daemon.output]
        ended = subprocess.run(
            [PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20)
    assert ended.returncode == 74
    assert ended.stderr == "foretide: cannot write to standard output: No space left on device\n"


def test_check_and_config_agree(tmp_path):
    path = tmp_path / "foretide.toml"
    config = run("config")
    assert config.returncode == 0
    path.write_text(config.stdout)
    assert run("check", str(path)).returncode == 0
    path.write_text("[model]\nhiden = 3\n")
    ended = run("check", str(path))
    assert ended.returncode == 78
    assert ended.stderr.startswith(f"foretide: {path}:2: unknown setting model.hiden")
    assert run("check", FORETIDE_MODEL_CELL="gur").returncode == 78
    assert run("check", "--no-environment", FORETIDE_MODEL_CELL="gur").returncode == 0


def test_version_and_help():
    assert run("--version").stdout == "0.1.0\n"
    assert run("--help").returncode == 0
