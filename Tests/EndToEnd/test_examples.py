"""Every example of examples/, run as its first lines say."""

import json
import os
import shutil
import subprocess
import sys
import time

from daemon import PROGRAM, ROOT, Daemon

EXAMPLES = ROOT / "examples"


def start(command, **environment):
    return subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], "FORETIDE": PROGRAM, **environment})


def finish(process):
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    return output.splitlines()


def test_python():
    with Daemon() as daemon:
        subscribe = start([sys.executable, EXAMPLES / "python/subscribe.py", 50, daemon.output,
                           "demo/sine"])
        time.sleep(0.5)
        publish = start([sys.executable, EXAMPLES / "python/publish.py", 50, daemon.input])
        lines = finish(subscribe)
        finish(publish)
        assert len(lines) == 50
        assert all(line.startswith("demo/sine ") and " -> " in line for line in lines)


def test_c(tmp_path):
    folder = shutil.copytree(EXAMPLES / "c", tmp_path / "c")
    subprocess.run(["make", "-s", "-C", folder], check=True)
    with Daemon() as daemon:
        subscribe = start([folder / "subscribe", 50, daemon.output, "demo/c"])
        time.sleep(0.5)
        publish = start([folder / "publish", 50, daemon.input])
        lines = finish(subscribe)
        finish(publish)
        assert len(lines) == 50
        for number, line in enumerate(lines, start=1):
            name, payload = line.split(" ", 1)
            assert (name, json.loads(payload)["seq"]) == ("demo/c", number)


def test_shell():
    with Daemon() as daemon:
        watch = start([PROGRAM, "watch", "--json", "--count", 20, "--endpoint", daemon.output])
        time.sleep(0.5)
        load = start([EXAMPLES / "shell/load.sh", 10], ENDPOINT=daemon.input, INTERVAL="0.02")
        forecasts = [json.loads(line) for line in finish(watch)]
        finish(load)
        assert len({forecast["stream"] for forecast in forecasts}) == 2
        assert all(abs(forecast["ts"] - time.time()) < 60 for forecast in forecasts)

        alarm = start([EXAMPLES / "shell/alarm.sh", "spiky"], ENDPOINT=daemon.output, COUNT="201")
        time.sleep(0.5)
        finish(start(["sh", "-c",
                      "{ echo spiky; for i in $(seq 100); do echo 1; echo 1.1; done; echo 99; }"
                      f" | {PROGRAM} publish - --rate max --endpoint {daemon.input}"]))
        lines = finish(alarm)
        assert lines[-1].startswith('"spiky" 99 is ')


def test_configuration():
    checked = subprocess.run([PROGRAM, "check", EXAMPLES / "config/foretide.toml"])
    assert checked.returncode == 0
