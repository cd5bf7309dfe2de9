"""The installed service under a real systemd, booted for this test."""

import pathlib
import shutil
import signal
import subprocess
import time

import pytest
import zmq

from container import Container, libraries, obstacle
from daemon import PROGRAM, ROOT, receive

PREFIX = "/opt/foretide"
UNIT = "foretide.service"
WATCHDOG_SECONDS = 10

if why := obstacle():
    pytest.skip(f"no systemd can be booted here: {why}", allow_module_level=True)


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A booted system on which `make install` has been run."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        ["make", "-s", "install-files", f"INSTALLED={PROGRAM}", f"DESTDIR={folder}",
         f"PREFIX={PREFIX}"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    installed = folder / PREFIX[1:]
    units = folder / "units"
    shutil.copytree(installed / "lib/systemd/system", units)
    folder.chmod(0o755)
    for parent in list(folder.parents)[:3]:
        parent.chmod(0o755)
    binds = {PREFIX: installed, "/etc/systemd/system": units, "/etc/foretide": folder /
             "etc/foretide", "/etc/sysusers.d/foretide.conf":
             installed / "lib/sysusers.d/foretide.conf"}
    binds |= {path: path for path in libraries(PROGRAM)}
    with Container(binds) as container:
        container.configuration = folder / "etc/foretide/foretide.toml"
        container.units = units
        yield container


@pytest.fixture
def service(system):
    """The service, started; stopped and as good as new afterwards."""
    original = system.configuration.read_text()
    started = system.run("systemctl", "start", UNIT)
    assert started.returncode == 0, started.stderr + system.journal(UNIT)
    yield system
    system.configuration.write_text(original)
    for drop_ins in system.units.glob("*.d"):
        shutil.rmtree(drop_ins)
    system.run("systemctl", "daemon-reload")
    system.run("systemctl", "stop", UNIT, "foretide.socket")
    system.run("systemctl", "reset-failed")
    system.run("sh", "-c", "rm -rf /var/lib/foretide/*")


class Clients:
    """A pusher and a subscriber on the container's network."""

    def __init__(self, system, *keys):
        """With the keys of CURVE, public, secret and the server's, or in clear."""
        self.system = system
        with system.network():
            self.context = zmq.Context()
            self.pusher = self.context.socket(zmq.PUSH)
            self.subscriber = self.context.socket(zmq.SUB)
            for client in (self.pusher, self.subscriber) if keys else ():
                client.curve_publickey, client.curve_secretkey, client.curve_serverkey = keys
            self.pusher.connect("tcp://127.0.0.1:5557")
            self.subscriber.subscribe(b"")
            self.subscriber.connect("tcp://127.0.0.1:5556")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.context.destroy(linger=0)

    def ask(self, name, timeout=20):
        """Sends samples of a stream until there is a forecast of it."""
        deadline = time.monotonic() + timeout
        while True:
            # A client that is not let in has nowhere to send to.
            if self.pusher.poll(0, zmq.POLLOUT):
                self.pusher.send(b'{"stream":"%s","value":1}' % name.encode())
            if self.subscriber.poll(50):
                forecast = receive(self.subscriber, 1)[0]
                if forecast["stream"] == name:
                    return forecast
            assert time.monotonic() < deadline, self.system.journal(UNIT)


def main_process(system):
    return int(system.show(UNIT, "MainPID"))


def wait_for_another_process(system, before, timeout):
    """The process that serves in place of `before`, and how long it took."""
    start = time.monotonic()
    while time.monotonic() < start + timeout:
        process = main_process(system)
        if process not in (0, before) and system.show(UNIT, "ActiveState") == "active":
            # By systemd's clock, which is ours: to ask takes a while.
            active = int(system.show(UNIT, "ActiveEnterTimestampMonotonic")) / 1e6
            return process, active - start
        time.sleep(0.02)
    raise AssertionError(f"not restarted in {timeout} s:\n{system.journal(UNIT)}")


def test_tcp_clients_are_served_by_a_daemon_without_a_network(service):
    process = main_process(service)
    outside = service.run("readlink", "/proc/1/ns/net").stdout
    assert service.run("readlink", f"/proc/{process}/ns/net").stdout not in ("", outside)
    with Clients(service) as clients:
        assert clients.ask("a")["yhat"] is not None
    service.wait_until(lambda: "1 stream, " in service.show(UNIT, "StatusText"), "no status")
    assert service.show(UNIT, "User") == "foretide"
    journal = service.journal(UNIT, "--output=json")
    assert '"PRIORITY":"5"' in journal and "Ready" in journal


def test_systemd_has_nothing_to_say_about_the_units(service):
    result = service.run("systemd-analyze", "--no-pager", "verify", UNIT, "foretide.socket")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    result = service.run("systemd-analyze", "--no-pager", "security", "--threshold=4", UNIT)
    assert result.returncode == 0, result.stdout


def test_a_daemon_that_hangs_is_started_anew_in_time(service):
    before = main_process(service)
    service.kill(before, signal.SIGSTOP)
    _, seconds = wait_for_another_process(service, before, WATCHDOG_SECONDS + 20)
    print(f"restarted {seconds:.1f} s after SIGSTOP")
    assert seconds < WATCHDOG_SECONDS + 1
    with Clients(service) as clients:
        clients.ask("a")


def test_eight_kills_in_a_row_and_it_still_serves(service):
    with Clients(service) as clients:
        for number in range(8):
            clients.ask(f"round{number}")
            before = main_process(service)
            service.kill(before, signal.SIGKILL)
            _, seconds = wait_for_another_process(service, before, 10)
            print(f"restarted {seconds:.2f} s after SIGKILL")
        clients.ask("last")
    assert service.show(UNIT, "NRestarts") == "8"
    assert service.show("foretide-failed.target", "ActiveState") == "inactive"


def test_stop_stops_also_when_clients_go_on_connecting(service):
    with Clients(service) as clients:
        while clients.ask("a")["seq"] < 5:
            pass
        start = time.monotonic()
        assert service.run("systemctl", "stop", UNIT).returncode == 0
        # Not by TimeoutStopSec.
        assert time.monotonic() - start < 30
        assert service.show(UNIT, "Result") == "success"
        for _ in range(20):
            clients.pusher.send(b'{"stream":"a","value":1}')
            time.sleep(0.05)
        assert service.show(UNIT, "ActiveState") == "inactive"
        assert service.show("foretide.socket", "ActiveState") == "inactive"
        # What was learned is there again.
        assert service.run("systemctl", "start", UNIT).returncode == 0
        assert clients.ask("a")["seq"] >= 5


def test_mistakes_in_the_configuration_end_it_for_good_and_are_in_the_journal(service):
    service.configuration.write_text("[model]\nhiden = 3\n")
    with Clients(service) as clients:
        assert service.run("systemctl", "restart", UNIT).returncode != 0
        # Neither restarts nor clients may start it again and again.
        service.wait_until(lambda: service.show("foretide.socket", "ActiveState") == "inactive",
                           "the sockets are still open")
        time.sleep(1)
        assert service.show(UNIT, "ActiveState") == "failed"
        assert service.show(UNIT, "ExecMainStatus") == "78"
        assert service.show(UNIT, "NRestarts") == "0"
        # A client may have been quicker than systemd, once or twice.
        assert 1 <= service.journal(UNIT, "--priority=err").count("model.hidden") <= 5
        # All is well when the mistake is mended.
        service.configuration.write_text("[model]\nhidden = 3\n")
        assert service.run("systemctl", "restart", UNIT).returncode == 0
        clients.ask("a")


def test_an_address_that_the_socket_unit_does_not_open_is_refused(service):
    service.configuration.write_text('[output]\nbind = ["tcp://127.0.0.1:7777"]\n')
    assert service.run("systemctl", "restart", UNIT).returncode != 0
    assert "foretide.socket" in service.journal(UNIT) or "ListenStream=" in service.journal(UNIT)
    assert service.show(UNIT, "ExecMainStatus") == "78"


def test_a_daemon_that_connects_out_does_so(service):
    drop_in = service.units / "foretide.service.d"
    shutil.copytree(ROOT / "systemd/drop-ins/connect-out/foretide.service.d", drop_in)
    service.configuration.write_text('[input]\nconnect = ["tcp://localhost:6000"]\n')
    service.run("systemctl", "daemon-reload")
    assert service.run("systemctl", "restart", UNIT).returncode == 0, service.journal(UNIT)
    with Clients(service) as clients:
        with service.network():
            feed = clients.context.socket(zmq.PUB)
            feed.bind("tcp://127.0.0.1:6000")
        deadline = time.monotonic() + 20
        while not clients.subscriber.poll(50):
            feed.send(b'{"stream":"out","value":1}')
            assert time.monotonic() < deadline, service.journal(UNIT)
        assert receive(clients.subscriber, 1)[0]["stream"] == "out"
    result = service.run("systemd-analyze", "--no-pager", "security", "--threshold=12", UNIT)
    assert result.returncode == 0, result.stdout


def test_reload_takes_a_good_file_and_refuses_a_bad_one(service):
    with Clients(service) as clients:
        before = main_process(service)
        while clients.ask("a")["seq"] < 5:
            pass
        service.configuration.write_text('[log]\nlevel = "debug"\n')
        result = service.run("systemctl", "reload", UNIT)
        assert result.returncode == 0, result.stderr + service.journal(UNIT)
        service.configuration.write_text('[log]\nlevl = "error"\n')
        assert service.run("systemctl", "reload", UNIT).returncode != 0
        assert "log.level" in service.journal(UNIT)
        assert service.show(UNIT, "ActiveState") == "active"
        assert main_process(service) == before
        assert clients.ask("a")["seq"] >= 5


def test_it_starts_by_itself_at_the_first_connection(service):
    service.run("systemctl", "stop", UNIT)
    assert service.run("systemctl", "start", "foretide.socket").returncode == 0
    assert service.show(UNIT, "ActiveState") == "inactive"
    with Clients(service) as clients:
        clients.ask("a")
    assert service.show(UNIT, "ActiveState") == "active"


def test_clients_on_other_machines_need_a_key(service):
    """docs/operating.md, "Clients on other machines", step by step."""
    shutil.copytree(service.units.parent / PREFIX[1:] / "share/doc/foretide/drop-ins/public",
                    service.units, dirs_exist_ok=True)
    folder = service.configuration.parent
    made = service.run(f"{PREFIX}/bin/foretide", "keygen", "/etc/foretide/curve_secret_key")
    assert made.returncode == 0, made.stderr
    server_key = made.stdout.strip().encode()
    client_key, client_secret = zmq.curve_keypair()
    keys = folder / "authorized_keys"
    keys.write_text("")
    service.configuration.write_text(
        '[input]\nbind = ["tcp://0.0.0.0:5555"]\npull_bind = ["tcp://0.0.0.0:5557"]\n'
        '[output]\nbind = ["tcp://0.0.0.0:5556"]\n'
        '[security]\ncurve_secret_key_file = "curve_secret_key"\n'
        'authorized_keys = "/etc/foretide/authorized_keys"\n')
    try:
        service.run("systemctl", "daemon-reload")
        assert service.run("systemctl", "restart", UNIT).returncode == 0, service.journal(UNIT)
        before = main_process(service)
        with Clients(service, client_key, client_secret, server_key) as clients:
            service.wait_until(lambda: client_key.decode() in service.journal(UNIT),
                               "nobody refused")
            assert not clients.subscriber.poll(0)
            keys.write_text(f"{client_key.decode()} test\n")
            assert service.run("systemctl", "reload", UNIT).returncode == 0
            clients.ask("a", 40)
        with Clients(service) as stranger:
            with pytest.raises(AssertionError):
                stranger.ask("b", 2)
        assert main_process(service) == before
        keys.unlink()
        assert service.run("systemctl", "reload", UNIT).returncode != 0
        result = service.run("systemd-analyze", "--no-pager", "verify", UNIT, "foretide.socket")
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
        result = service.run("systemd-analyze", "--no-pager", "security", "--threshold=4", UNIT)
        assert result.returncode == 0, result.stdout
    finally:
        (folder / "curve_secret_key").unlink()
