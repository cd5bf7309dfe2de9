"""CURVE: only clients with an authorized key get in, and a reload changes who has one."""

import os
import socket
import subprocess
import time

import pytest
import zmq
import zmq.auth

from controlled import LIGHT, Controlled, run, sample
from daemon import PROGRAM, Daemon, free_endpoint, receive
from test_systemd import launcher, listen


def keygen(path):
    return run("keygen", path, check=0).stdout.strip()


class Secured(Controlled):
    """A daemon that lets in two clients, named good and spare."""

    def __init__(self, folder, *settings, **options):
        self.server_key = keygen(folder / "server.key")
        self.keys = {}
        for name in ("good", "spare", "stranger"):
            keygen(folder / f"{name}.key")
            self.keys[name] = zmq.auth.load_certificate(folder / f"{name}.key")
        self.authorized = folder / "authorized"
        self.authorize("good", "spare")
        super().__init__(folder, *LIGHT, f'security.curve_secret_key_file="{folder}/server.key"',
                         f'security.authorized_keys="{self.authorized}"', *settings, **options)
        # On every interface.
        self.input, self.output, self.pull = (
            endpoint.replace("127.0.0.1", "0.0.0.0")
            for endpoint in (self.input, self.output, self.pull))

    def authorize(self, *names):
        self.authorized.write_text("# Who may connect.\n" + "".join(
            f"{self.keys[name][0].decode()} {name}\n" for name in names))

    def client(self, kind, endpoint, name="good", server_key=None, **options):
        """A client with the keys of `name`; without any when that is None."""
        if name:
            public, secret = self.keys[name]
            options |= {"CURVE_PUBLICKEY": public, "CURVE_SECRETKEY": secret,
                        "CURVE_SERVERKEY": server_key or self.server_key}
        return self.socket(kind, endpoint.replace("0.0.0.0", "127.0.0.1"), **options)

    def clients(self, name="good", **options):
        """A pusher and a subscriber."""
        subscriber = self.client(zmq.SUB, self.output, name, SUBSCRIBE=b"", **options)
        return self.client(zmq.PUSH, self.pull, name, SNDHWM=1, LINGER=0, **options), subscriber

    def refused(self, reason):
        return self.result("status")["counters"]["clients_refused_total"].get(reason, 0)

    def wait_until(self, condition, what):
        deadline = time.monotonic() + 40
        while not condition():
            assert time.monotonic() < deadline, f"{what}\n{self.log()}"
            time.sleep(0.02)


def ask(daemon, clients, name, timeout=40):
    """Sends samples of a stream until a forecast of it comes."""
    pusher, subscriber = clients
    deadline = time.monotonic() + timeout
    while True:
        assert time.monotonic() < deadline, daemon.log()
        if pusher.poll(10, zmq.POLLOUT):
            pusher.send(sample(name, 1))
        while subscriber.poll(20):
            if subscriber.recv_multipart()[0] == name.encode():
                return


def test_authorized_clients_get_through_both_ways_and_nobody_else_does(tmp_path):
    with Secured(tmp_path) as daemon:
        good = daemon.clients()
        ask(daemon, good, "good")
        publisher = daemon.client(zmq.PUB, daemon.input)
        stranger = daemon.clients("stranger")
        astray = daemon.clients(server_key=daemon.keys["spare"][0])
        clear = daemon.clients(None)
        port = int(daemon.output.rsplit(":", 1)[1])
        garbage = socket.create_connection(("127.0.0.1", port))
        garbage.sendall(b"GET / HTTP/1.1\r\n\r\n" + bytes(100))
        # The hello of ZMTP 2.0, which knows no keys.
        old = socket.create_connection(("127.0.0.1", port))
        old.sendall(b"\xff" + bytes(8) + b"\x7f\x01\x02\x00\x00")
        for pusher, _ in (stranger, astray, clear):
            with pytest.raises(zmq.Again):  # Its queue of one is full: nobody takes it.
                for _ in range(3):
                    pusher.send(sample("bad", 1), zmq.DONTWAIT)
        daemon.wait_until(lambda: daemon.refused("unknown_key") >= 2, "no stranger refused")
        daemon.wait_until(lambda: daemon.refused("handshake") >= 5, "no handshake refused")
        # The feed has gone on, PUB too.
        deadline = time.monotonic() + 20
        while not good[1].poll(20) or good[1].recv_multipart()[0] != b"pub":
            assert time.monotonic() < deadline, daemon.log()
            publisher.send(sample("pub", 1))
        for _, subscriber in (stranger, astray, clear):
            assert not subscriber.poll(0)
        assert [row["stream"] for row in daemon.result("list")["streams"]] == ["good", "pub"]
        garbage.close()
        old.close()
        event = daemon.wait_for("Refused a client whose key is not in security.authorized_keys")
        assert event["address"] == "127.0.0.1"
        assert event["key"] == daemon.keys["stranger"][0].decode()


def test_a_reload_lets_in_who_was_added_and_puts_out_who_was_removed(tmp_path):
    with Secured(tmp_path) as daemon:
        good, spare, stranger = (daemon.clients(name) for name in ("good", "spare", "stranger"))
        ask(daemon, good, "good")
        ask(daemon, spare, "spare")
        daemon.wait_until(lambda: daemon.refused("unknown_key") >= 2, "no stranger refused")
        daemon.authorize("good", "stranger")
        assert b"authorized keys: 1 added, 1 removed" in daemon.ctl("reload").stdout
        # He who was refused before comes in by himself.
        ask(daemon, stranger, "stranger")
        ask(daemon, good, "good")
        daemon.wait_until(lambda: daemon.refused("unknown_key") >= 4, "spare was not put out")
        while spare[1].poll(0):
            spare[1].recv_multipart()
        with pytest.raises(zmq.Again):
            for _ in range(3):
                spare[0].send(sample("spare2", 1), zmq.DONTWAIT)
        ask(daemon, good, "good2")
        assert not spare[1].poll(0)
        names = [row["stream"] for row in daemon.result("list")["streams"]]
        assert "spare2" not in names and "good2" in names
        # A list with a mistake in it is refused as a whole.
        daemon.authorized.write_text("nonsense\n")
        refused = daemon.ctl("reload", check=78).stderr.decode()
        assert f"security.authorized_keys: {daemon.authorized}:1: expected a public key" in refused
        ask(daemon, good, "good3")
        daemon.authorize("good", "stranger", "spare")
        assert daemon.result("reload")["authorized_keys"] == {"added": 1, "removed": 0}
        ask(daemon, spare, "spare3")


def test_handshakes_do_not_wait_for_an_idle_engine(tmp_path):
    with Secured(tmp_path) as daemon:
        pusher = daemon.client(zmq.PUSH, daemon.pull, SNDHWM=10, SNDTIMEO=20000, LINGER=0)
        values = ",".join(str(index % 7) for index in range(10_000))
        batch = b'{"stream":"busy","t0":1,"dt":1,"values":[' + values.encode() + b"]}"
        for _ in range(30):  # Its queue is full from here on: the engine is always behind.
            pusher.send(batch)
        for number in range(10):
            subscriber = daemon.client(zmq.SUB, daemon.output, SUBSCRIBE=b"busy")
            pusher.send(batch)
            while not subscriber.poll(1):
                pusher.send(batch)
            subscriber.close()


def test_sockets_that_are_handed_over_ask_for_keys_too(tmp_path):
    class Handed(Secured):
        def launch(self, command, environment):
            self.listeners = [listen(end) for end in (self.output, self.input, self.pull)]
            descriptors = [listener.fileno() for listener in self.listeners]
            return subprocess.Popen(launcher(descriptors, "", command), env=environment,
                                    stderr=self.log_file, pass_fds=descriptors)

    with Handed(tmp_path) as daemon:
        for listener in daemon.listeners:
            listener.close()
        good, stranger = daemon.clients(), daemon.clients("stranger")
        ask(daemon, good, "good")
        daemon.wait_until(lambda: daemon.refused("unknown_key") >= 2, "no stranger refused")
        # They are open after a key was taken away, when only the daemon has them.
        daemon.authorize("good")
        daemon.result("reload")
        ask(daemon, good, "again")
        assert not stranger[1].poll(0)


def test_addresses_that_are_handed_over_must_be_safe_too():
    endpoints = [free_endpoint().replace("127.0.0.1", "0.0.0.0") for _ in range(2)]
    listeners = [listen(endpoint) for endpoint in endpoints]
    descriptors = [listener.fileno() for listener in listeners]
    public = ["--set", f'input.bind=["{endpoints[0]}"]', "--set", "input.pull_bind=[]",
              "--set", f'output.bind=["{endpoints[1]}"]']
    # A configuration that names another address is no way around it.
    loopback = [argument.replace("0.0.0.0", "127.0.0.1") for argument in public]
    for settings, message in ((public, "security.authorized_keys"), (loopback, "hands over")):
        ended = subprocess.run(
            launcher(descriptors, "", [PROGRAM, "serve", *settings]), pass_fds=descriptors,
            env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=30)
        assert ended.returncode == 78 and message in ended.stderr, ended.stderr
    for listener in listeners:
        listener.close()


def test_a_daemon_that_connects_out_is_a_client(tmp_path):
    server_public, server_secret = zmq.curve_keypair()
    key = keygen(tmp_path / "own.key").decode()
    feed_end, sink_end = free_endpoint(), free_endpoint()
    with Daemon(*LIGHT, f'input.connect=["{feed_end}"]', f'output.connect=["{sink_end}"]',
                f'security.curve_secret_key_file="{tmp_path}/own.key"',
                f"security.curve_server_key='{server_public.decode()}'") as daemon:
        from zmq.auth.thread import ThreadAuthenticator
        authenticator = ThreadAuthenticator(daemon.context)
        authenticator.start()
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys/daemon.key").write_text(f'    public-key = "{key}"\n')
        authenticator.configure_curve(domain="*", location=str(tmp_path / "keys"))
        feed, sink = daemon.context.socket(zmq.PUB), daemon.context.socket(zmq.SUB)
        for server, end in ((feed, feed_end), (sink, sink_end)):
            server.curve_server, server.curve_secretkey = True, server_secret
            server.bind(end)
        sink.subscribe(b"")
        deadline = time.monotonic() + 40
        while not sink.poll(20):
            assert time.monotonic() < deadline, daemon.log()
            feed.send(sample("far", 1))
        assert receive(sink, 1)[0]["stream"] == "far"
        # What it binds itself is on loopback, and open there.
        daemon.publisher()
        authenticator.stop()


def test_publish_and_watch_have_keys(tmp_path):
    with Secured(tmp_path) as daemon:
        keys = ["--curve-server-key", daemon.server_key.decode(),
                "--curve-secret-key-file", str(tmp_path / "good.key")]
        reach = {name: getattr(daemon, name).replace("0.0.0.0", "127.0.0.1")
                 for name in ("input", "output")}
        watch = subprocess.Popen([PROGRAM, "watch", "--json", "--count", "1", "--endpoint",
                                  reach["output"], *keys], stdout=subprocess.PIPE)
        run("publish", "--synthetic", "sine", "--count", "20", "--rate", "50", "--endpoint",
            reach["input"], *keys, check=0)
        assert b'"stream":"sine"' in watch.communicate(timeout=40)[0]
        ended = run("watch", "--endpoint", reach["output"], check=69)
        assert b"does not let us in" in ended.stderr
    assert b"neither" in run("watch", "--curve-server-key", "x", check=64).stderr
    ended = run("watch", "--curve-server-key", "x", "--curve-secret-key-file", "y", check=64)
    assert b"40 characters" in ended.stderr


def test_check_and_serve_refuse_a_public_address_and_keys_that_cannot_be_used(tmp_path):
    file = tmp_path / "foretide.toml"
    public = '[output]\nbind = ["tcp://0.0.0.0:5556"]\n'
    security = f'[security]\ncurve_secret_key_file = "{tmp_path}/k"\n' \
        f'authorized_keys = "{tmp_path}/a"\n'
    keygen(tmp_path / "k")
    (tmp_path / "a").write_text("")
    for text, problem in ((public, b"security.authorized_keys"),
                          (public + security.replace("/a", "/none"), b"cannot open")):
        file.write_text(text)
        for command in (["check", file], ["serve", "--config", file]):
            assert problem in run(*command, check=78).stderr
    file.write_text(public + security)
    run("check", file, check=0)
    (tmp_path / "k").chmod(0o644)
    for command in (["check", file], ["serve", "--config", file]):
        assert b"others can get at this secret key (mode 0644)" in run(*command, check=78).stderr


def test_keys_of_pyzmq_serve_and_ours_are_read_by_pyzmq(tmp_path):
    public = keygen(tmp_path / "ours")
    assert zmq.auth.load_certificate(tmp_path / "ours")[0] == public
    _, theirs = zmq.auth.create_certificates(tmp_path, "theirs")
    (tmp_path / "a").write_text("")
    file = tmp_path / "foretide.toml"
    file.write_text(f'[security]\ncurve_secret_key_file = "{theirs}"\n'
                    f'authorized_keys = "{tmp_path}/a"\n')
    os.chmod(theirs, 0o600)
    run("check", file, check=0)
    assert b"File exists" in run("keygen", tmp_path / "ours", check=73).stderr
