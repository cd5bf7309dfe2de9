"""What the daemon and systemd say to each other, with a supervisor played by the test.

test_units.py has the units, test_systemd_boot.py a real systemd."""

import contextlib
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import pytest
import zmq

from daemon import PROGRAM, Daemon, free_endpoint, receive


class Supervisor:
    """Hears what a service tells systemd."""

    def __init__(self, abstract=False):
        self.folder = tempfile.TemporaryDirectory(prefix="foretide-notify-")
        path = f"{self.folder.name}/socket"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + path if abstract else path)
        self.name = ("@" if abstract else "") + path
        self.heard = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.socket.close()
        self.folder.cleanup()

    def next(self, timeout=10):
        """The next message as a dictionary, with the time it came; None when none comes."""
        self.socket.settimeout(timeout)
        try:
            message = self.socket.recv(4096).decode()
        except TimeoutError:
            return None
        self.heard.append(dict(line.split("=", 1) for line in message.splitlines()))
        self.heard[-1]["at"] = time.monotonic()
        return self.heard[-1]

    def wait_for(self, key, timeout=10):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            message = self.next(max(0.01, deadline - time.monotonic()))
            if message and key in message:
                return message
        raise AssertionError(f"no {key} in {timeout} s, but {self.heard}")

    def silence(self, key, seconds):
        """Whether `key` is not heard for so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = self.next(left)
            if message and key in message:
                return False
        return True


@pytest.mark.parametrize("abstract", [False, True])
def test_ready_comes_first_and_stopping_last(abstract):
    with Supervisor(abstract) as supervisor:
        with Daemon(NOTIFY_SOCKET=supervisor.name, WATCHDOG_USEC="400000") as daemon:
            first = supervisor.next()
            assert first["READY"] == "1" and "WATCHDOG" not in first
            daemon.publisher()  # Its sockets are bound and answer.
            for _ in range(3):
                supervisor.wait_for("WATCHDOG")
            daemon.stop()
            assert daemon.process.returncode == 0
        supervisor.wait_for("STOPPING")
        assert supervisor.silence("WATCHDOG", 0.5)


def test_restoring_and_saving_ask_for_the_time_they_need(tmp_path):
    with Supervisor() as supervisor:
        with Daemon(f"state.directory={tmp_path}/state", NOTIFY_SOCKET=supervisor.name) as daemon:
            assert int(supervisor.next()["EXTEND_TIMEOUT_USEC"]) >= 1_000_000
            supervisor.wait_for("READY")
            assert not any("READY" in message for message in supervisor.heard[:-1])
            daemon.publisher()
            time.sleep(1)  # Else the last request for time is still new.
            daemon.stop()
        supervisor.wait_for("STOPPING")
        assert int(supervisor.wait_for("EXTEND_TIMEOUT_USEC")["EXTEND_TIMEOUT_USEC"]) >= 1_000_000


def test_a_sign_of_life_comes_twice_in_the_time_even_from_an_idle_engine():
    with Supervisor() as supervisor:
        with Daemon(NOTIFY_SOCKET=supervisor.name, WATCHDOG_USEC="1000000"):
            supervisor.wait_for("WATCHDOG")
            times = [supervisor.wait_for("WATCHDOG")["at"] for _ in range(5)]
        gaps = [after - before for before, after in zip(times, times[1:])]
        assert 0.4 < sum(gaps) / len(gaps) < 1, gaps


def test_no_sign_of_life_without_a_watchdog_or_with_one_for_another_process():
    for environment in ({}, {"WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"}):
        with Supervisor() as supervisor:
            with Daemon(NOTIFY_SOCKET=supervisor.name, **environment):
                supervisor.wait_for("READY")
                assert supervisor.silence("WATCHDOG", 1)


def test_the_status_says_what_goes_on():
    with Supervisor() as supervisor:
        with Daemon(NOTIFY_SOCKET=supervisor.name) as daemon:
            pusher = daemon.socket(zmq.PUSH, daemon.pull)
            for index in range(60):
                for name in ("a", "b", "c"):
                    pusher.send(b'{"stream":"%s","value":%d}' % (name.encode(), index % 7))
            deadline = time.monotonic() + 20
            while "3 streams" not in supervisor.wait_for("STATUS", 20)["STATUS"]:
                assert time.monotonic() < deadline, supervisor.heard
        assert all("\n" not in message.get("STATUS", "") for message in supervisor.heard)


@contextlib.contextmanager
def held_thread(process, name):
    """Stops one thread of the process, and no other, as a debugger would."""
    seize, interrupt, detach, all_threads = 0x4206, 0x4207, 17, 0x40000000
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    tasks = pathlib.Path(f"/proc/{process.pid}/task")
    thread = next(int(task.name) for task in tasks.iterdir()
                  if (task / "comm").read_text().strip() == name)
    if libc.ptrace(seize, thread, None, None) != 0:
        pytest.skip(f"ptrace is not allowed here: {os.strerror(ctypes.get_errno())}")
    assert libc.ptrace(interrupt, thread, None, None) == 0
    os.waitpid(thread, all_threads)
    try:
        yield
    finally:
        assert libc.ptrace(detach, thread, None, None) == 0


def test_a_stuck_engine_gives_no_sign_of_life():
    with Supervisor() as supervisor:
        with Daemon(NOTIFY_SOCKET=supervisor.name, WATCHDOG_USEC="400000") as daemon:
            supervisor.wait_for("WATCHDOG")
            with held_thread(daemon.process, "foretide-engine"):
                supervisor.silence("", 0.1)  # What was under way.
                assert supervisor.silence("WATCHDOG", 1.5)
                assert daemon.process.poll() is None
            supervisor.wait_for("WATCHDOG")


def test_an_engine_that_a_subscriber_holds_up_is_alive():
    with Supervisor() as supervisor:
        with Daemon('output.slow_subscriber=block', 'output.high_water_mark=1',
                    NOTIFY_SOCKET=supervisor.name, WATCHDOG_USEC="400000") as daemon:
            # Small buffers, and never a read.
            subscriber = daemon.socket(zmq.SUB, daemon.output, SUBSCRIBE=b"", RCVHWM=1,
                                       RCVBUF=4096)
            pusher = daemon.socket(zmq.PUSH, daemon.pull, SNDHWM=10, SNDTIMEO=1000)
            time.sleep(0.2)
            with pytest.raises(zmq.Again):  # The engine no longer takes anything.
                for index in range(2_000_000):
                    pusher.send(b'[' + b','.join([b'{"stream":"s","value":1}'] * 100) + b']')
            supervisor.silence("", 0.5)
            for _ in range(3):
                supervisor.wait_for("WATCHDOG")
            subscriber.close(linger=0)
            pusher.close(linger=0)


def test_a_notification_socket_that_is_none_is_told_in_the_log():
    with Daemon(NOTIFY_SOCKET="relative/path") as daemon:
        event = daemon.wait_for("Cannot tell the supervisor anything")
        assert "NOTIFY_SOCKET" in event["why"]


# ---------------------------------------------------------------------- socket activation

# Puts descriptors where systemd puts them, says so, and becomes the daemon.
LAUNCHER = """
import fcntl, os, sys
count, names = int(sys.argv[1]), sys.argv[2]
given = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 100) for fd in sys.argv[3].split(",")]
for index, fd in enumerate(given):
    os.dup2(fd, 3 + index, inheritable=True)
    os.close(fd)
os.environ["LISTEN_PID"] = str(os.getpid() + int(os.environ.pop("PID_OFFSET", "0")))
os.environ["LISTEN_FDS"] = str(count)
if names:
    os.environ["LISTEN_FDNAMES"] = names
os.execv(sys.argv[4], sys.argv[4:])
"""


def launcher(descriptors, names, command, count=None):
    return [sys.executable, "-c", LAUNCHER, str(len(descriptors) if count is None else count),
            names, ",".join(map(str, descriptors)), *command]


def listen(endpoint):
    host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    listener.listen(100)
    return listener


class ActivatedDaemon(Daemon):
    """A daemon whose sockets are opened by its parent, as by systemd."""

    def __init__(self, names, *settings, **environment):
        super().__init__(*settings, **environment)
        self.names = names

    def launch(self, command, environment):
        # Another order than the settings have: what fits what is told by address or name.
        self.listeners = [listen(address) for address in (self.output, self.input, self.pull)]
        descriptors = [listener.fileno() for listener in self.listeners]
        return subprocess.Popen(
            launcher(descriptors, self.names, command), env=environment, stderr=self.log_file,
            pass_fds=descriptors)


@pytest.mark.parametrize("names", ["", "foretide:foretide:foretide", "output:input:pull"])
def test_sockets_that_are_handed_over_serve(names):
    with ActivatedDaemon(names) as daemon:
        # Clients that connect now are taken by the daemon: nobody else accepts.
        for listener in daemon.listeners:
            listener.close()
        publisher = daemon.publisher()
        pusher = daemon.socket(zmq.PUSH, daemon.pull)
        subscriber = daemon.subscriber(b"s")
        time.sleep(0.2)
        publisher.send(b'{"stream":"s1","value":1}')
        pusher.send(b'{"stream":"s2","value":1}')
        assert {forecast["stream"] for forecast in receive(subscriber, 2)} == {"s1", "s2"}
        environment = pathlib.Path(f"/proc/{daemon.process.pid}/environ")
        assert b"LISTEN_FDS" in environment.read_bytes()


def test_the_sockets_outlive_a_daemon_that_is_killed():
    endpoints = [free_endpoint() for _ in range(3)]
    listeners = [listen(endpoint) for endpoint in endpoints]
    descriptors = [listener.fileno() for listener in listeners]
    command = [PROGRAM, "serve", "--set", f'input.bind=["{endpoints[0]}"]',
               "--set", f'input.pull_bind=["{endpoints[1]}"]',
               "--set", f'output.bind=["{endpoints[2]}"]']
    context = zmq.Context()
    pusher = context.socket(zmq.PUSH)
    pusher.connect(endpoints[1])
    subscriber = context.socket(zmq.SUB)
    subscriber.subscribe(b"")
    subscriber.connect(endpoints[2])
    for name in (b"first", b"second"):
        process = subprocess.Popen(
            launcher(descriptors, "", command), pass_fds=descriptors,
            env={"PATH": os.environ["PATH"]}, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        # What is sent before the connection is seen to be gone is lost.
        while not subscriber.poll(50) or subscriber.recv_multipart()[0] != name:
            assert time.monotonic() < deadline
            pusher.send(b'{"stream":"%s","value":1}' % name)
        process.send_signal(signal.SIGKILL)
        process.wait()
    context.destroy(linger=0)
    for listener in listeners:
        listener.close()


def refusal(handed, names="", settings=(), count=None, kind=None, **environment):
    """What the daemon says when it is handed these endpoints, and its exit code."""
    listeners = [kind() if kind else listen(endpoint) for endpoint in handed]
    descriptors = [listener.fileno() for listener in listeners]
    command = [PROGRAM, "serve"]
    for setting in settings:
        command += ["--set", setting]
    result = subprocess.run(
        launcher(descriptors, names, command, count), pass_fds=descriptors, text=True,
        env={"PATH": os.environ["PATH"], **environment}, capture_output=True, timeout=20)
    for listener in listeners:
        listener.close()
    return result.returncode, result.stderr


def test_sockets_and_settings_that_do_not_agree_end_with_78_and_say_which():
    here, other = free_endpoint(), free_endpoint()
    settings = [f'input.bind=["{here}"]', "input.pull_bind=[]", 'output.bind=["ipc://@foretide-t"]']
    code, text = refusal([other], settings=settings)
    assert code == 78 and other in text and "ListenStream=" in text
    # The right address under the wrong name.
    code, text = refusal([here], "pull", settings)
    assert code == 78 and here in text and "input.pull_bind" in text
    # A tcp endpoint that nobody hands over would be bound where nobody reaches it.
    settings[1] = f'input.pull_bind=["{other}"]'
    code, text = refusal([here], settings=settings)
    assert code == 78 and "input.pull_bind" in text and other.removeprefix("tcp://") in text
    # The same address twice.
    code, text = refusal([here], "input:input", settings[:1], count=2)
    assert code == 78


def test_what_is_handed_over_wrongly_ends_with_78():
    endpoint = free_endpoint()
    code, text = refusal([endpoint], "a:b")
    assert code == 78 and "LISTEN_FDNAMES" in text
    code, text = refusal([endpoint], count=-1)
    assert code == 78 and "LISTEN_FDS" in text
    code, text = refusal([endpoint], kind=lambda: socket.socket(type=socket.SOCK_DGRAM))
    assert code == 78 and "descriptor 3" in text
    code, text = refusal([endpoint], kind=lambda: open(os.devnull))
    assert code == 78 and "no socket" in text


def test_sockets_for_another_process_are_left_alone():
    inherited, own = free_endpoint(), free_endpoint()
    listener = listen(inherited)
    with Supervisor() as supervisor:
        process = subprocess.Popen(
            launcher([listener.fileno()], "", [
                PROGRAM, "serve", "--set", f'input.bind=["{own}"]', "--set", "input.pull_bind=[]",
                "--set", 'output.bind=["tcp://127.0.0.1:*"]']),
            env={"PATH": os.environ["PATH"], "NOTIFY_SOCKET": supervisor.name, "PID_OFFSET": "1"},
            pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL)
        supervisor.wait_for("READY")
        process.terminate()
        assert process.wait(timeout=10) == 0
    listener.close()


# ---------------------------------------------------------------------- signals

def test_a_hang_up_before_there_is_a_daemon_is_kept_for_it(tmp_path):
    file = tmp_path / "foretide.toml"
    os.mkfifo(file)  # Holds the daemon up where it reads its configuration.
    text = ('[input]\nbind = ["tcp://127.0.0.1:*"]\npull_bind = []\n'
            '[output]\nbind = ["tcp://127.0.0.1:*"]\n')
    log = tmp_path / "log"
    with Supervisor() as supervisor, log.open("w") as stderr:
        process = subprocess.Popen(
            [PROGRAM, "serve", "--config", str(file)], stderr=stderr,
            env={"PATH": os.environ["PATH"], "NOTIFY_SOCKET": supervisor.name})
        with file.open("w") as configuration:  # Waits for the reader.
            process.send_signal(signal.SIGHUP)
            configuration.flush()
            file.unlink()
            file.write_text(text)
            configuration.write(text)
        supervisor.wait_for("READY")
        deadline = time.monotonic() + 20
        while "Took over new settings" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
