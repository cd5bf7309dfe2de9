"""Full and failing disks: forecasts go on, and it heals by itself."""

import collections
import os
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from statistics import median

import pytest

from daemon import PROGRAM, Daemon, free_endpoint
from state import INTERVAL, RULES, TORTURE, Client, by_stream, feed, keeping, rows, sample


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
    with open(folder / "ballast", "wb", buffering=0) as ballast:
        for size in (65536, 4096):
            try:
                while ballast.write(bytes(size)) == size:
                    pass
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
        assert rows(state)["s5"] == first - 1
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


def refusal(folder):
    """How a start ends: exit code (None: it serves) and what it says."""
    command = [PROGRAM, "serve", "--set", f"state.directory={folder}"]
    for key in ["input.bind", "input.pull_bind", "output.bind"]:
        command += ["--set", f"{key}={free_endpoint()}"]
    with subprocess.Popen(command, env={"PATH": os.environ["PATH"]}, stderr=subprocess.PIPE,
                          text=True) as process:
        text = ""
        for line in process.stderr:
            text += line
            if " Ready " in line:
                process.kill()
                return None, text
        return process.wait(), text


def test_a_folder_that_cannot_be_used_ends_it_with_a_clear_message(tmp_path):
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


# The calls with which the database is written; `rename` comes with the backups.
FAULTS = [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("pwrite64", "EROFS"),
          ("fsync,fdatasync", "EIO"), ("fsync,fdatasync", "ENOSPC"), ("ftruncate", "EIO"),
          ("rename", "EIO"), ("rename", "ENOSPC"), ("openat", "EROFS")]
NTH = range(1, 31) if TORTURE else [1, 2, 7]


class Injection:
    """Makes the n-th of some system calls of a running daemon fail; None: none of them."""

    def __init__(self, daemon, calls, error, nth):
        self.output = tempfile.NamedTemporaryFile("r", prefix="foretide-strace-")
        inject = [] if error is None else ["-e", f"inject={calls}:error={error}:when={nth}"]
        self.tracer = subprocess.Popen(
            ["strace", "-f", "-e", f"trace={calls}", *inject, "-o", self.output.name,
             "-p", str(daemon.process.pid)], stderr=subprocess.PIPE, text=True)
        line = self.tracer.stderr.readline()
        if "attached" not in line:
            self.tracer.wait()
            pytest.skip(f"strace cannot attach here: {line.strip()}")

    def has_come(self):
        return "INJECTED" in pathlib.Path(self.output.name).read_text()

    def end(self):
        self.tracer.send_signal(signal.SIGINT)
        self.tracer.communicate()


class Steps:
    """Feeds some streams on, one sample each at a time."""

    def __init__(self, client):
        self.client = client
        self.streams = [f"s{number}" for number in range(6)]
        self.next = 1
        self.taken = collections.defaultdict(list)

    def run(self, until, timeout):
        """Until something is so; the longest time that a forecast took."""
        longest = 0
        deadline = time.monotonic() + timeout
        while not until():
            assert time.monotonic() < deadline
            start = time.monotonic()
            for stream, payload in self.client.run(feed(self.streams, self.next, self.next + 1)):
                self.taken[stream].append(payload)
            longest = max(longest, time.monotonic() - start)
            self.next += 1
            time.sleep(0.002)
        return longest


    def are_in(self, folder):
        """Whether the newest state of each stream is in the database."""
        kept = {stream: seq for stream, seq in rows(folder).items() if stream != "probe"}
        return kept == dict.fromkeys(self.streams, self.next - 1)


def wait_until(condition, timeout=30):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def written(daemon):
    """Checkpoints that are on the disk."""
    return len(re.findall("Wrote a checkpoint|Checkpoints work again", daemon.log()))


@pytest.mark.parametrize("calls,error", FAULTS)
def test_any_call_may_fail_at_any_time(tmp_path, calls, error):
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    interval = 0.2
    folder = tmp_path / "state"
    backups = f"state.retention={interval * 20}s"
    with keeping(folder, backups, "log.level=debug", interval=f"{interval}s") as daemon:
        steps = Steps(Client(daemon))
        longest, control, recoveries, rounds = 0, 0, [], []
        watched = 0
        for nth in NTH:
            injection = Injection(daemon, calls, error, nth)
            # Not every n-th call comes in the time that a test has.
            begin = time.monotonic()
            end = begin + (30 if nth < 8 else 5)
            longest = max(longest, steps.run(
                lambda: injection.has_come() or time.monotonic() > end, timeout=40))
            came, before = time.monotonic(), written(daemon)
            if nth % 2:
                # Whatever was not written is tried again, though no sample comes.
                wait_until(lambda: steps.are_in(folder))
            else:
                longest = max(longest, steps.run(lambda: written(daemon) > before, timeout=30))
            recoveries.append(time.monotonic() - came)
            watched += time.monotonic() - begin
            assert injection.has_come() or nth > 7
            injection.end()
            # The same without a fault: two checkpoints, and together as long.
            calm = Injection(daemon, calls, None, nth)
            start, before = time.monotonic(), written(daemon)
            control = max(control, steps.run(lambda: written(daemon) > before + 1, timeout=30))
            rounds.append(time.monotonic() - start)
            control = max(control, steps.run(
                lambda: time.monotonic() - start >= watched, timeout=60))
            watched -= time.monotonic() - start
            calm.end()
        print(f"{calls} {error}: a forecast took at most {longest * 1e3:.0f} ms, without faults "
              f"{control * 1e3:.0f} ms; written again after {median(recoveries):.2f} s in the "
              f"median, at most {max(recoveries):.2f} s; two checkpoints without faults took "
              f"{median(rounds):.2f} s, at most {max(rounds):.2f} s")
    newest = steps.next - 1
    assert steps.are_in(folder)
    with keeping(folder) as daemon:
        client = Client(daemon, remembered=len(steps.streams))
        for stream, payload in client.run(feed(steps.streams, newest + 1, newest + 20)):
            steps.taken[stream].append(payload)
    with Daemon(RULES) as daemon:
        taken = Client(daemon).run(feed(steps.streams, 1, newest + 20))
    assert steps.taken == by_stream(taken)
    if TORTURE:
        assert longest < max(0.05, 2 * control)
        # The one that was under way, and the next.
        assert median(recoveries) < 2 * median(rounds)
        assert max(recoveries) < 2 * max(rounds)


def test_a_read_only_file_system_is_refused_at_the_start_with_what_to_do(small_disk):
    folder = small_disk / "state"
    with keeping(folder) as daemon:
        Client(daemon).run(feed(["s0"], 1, 20))
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    if subprocess.run(remount, capture_output=True).returncode:
        pytest.skip("this user may not mount a file system read-only")
    code, text = refusal(folder)
    assert code == 73 and "mount it read-write" in text
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with keeping(folder) as daemon:
        assert daemon.wait_for("Restored")["streams"] == "2"


def test_a_disk_that_is_full_at_the_start_is_refused_with_a_clear_message(small_disk):
    folder = small_disk / "state"
    with keeping(folder) as daemon:
        Client(daemon).run(feed(["s0"], 1, 20))
    fill(small_disk)
    code, text = refusal(folder)
    if code is not None:
        assert code in (73, 74) and ("SQLITE_FULL" in text or "No space left" in text)
    (small_disk / "ballast").unlink()
    with keeping(folder) as daemon:
        assert daemon.wait_for("Restored")["streams"] == "2"
