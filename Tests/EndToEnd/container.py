"""A Linux of its own: the machine's /usr, read-only, under a systemd of its own, for a test.

`systemd-nspawn --volatile=yes` needs no download and leaves nothing behind. The test sees the
container's files (nsenter) and can be on its network.
"""

import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

CLONE_NEWNET = 0x40000000

# systemd-nspawn wants one hierarchy of control groups, and where there is no systemd nobody has
# made one. So it gets its own view of them.
BOOT = r"""
set -e
umount -R /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$1"
echo $$ >"/sys/fs/cgroup/$1/cgroup.procs"
shift
exec systemd-nspawn "$@"
"""


def obstacle():
    """Why no container can be booted here, or None."""
    if os.geteuid() != 0:
        return "needs root"
    for program, package in (("systemd-nspawn", "systemd-container"), ("unshare", "util-linux"),
                             ("nsenter", "util-linux")):
        if not shutil.which(program):
            return f"needs {program} (Debian: {package})"
    if not os.path.exists("/usr/lib/systemd/systemd"):
        return "needs systemd"
    if not os.path.islink("/bin"):
        return "needs a machine whose /bin is in /usr"
    probe = "umount -R /sys/fs/cgroup 2>/dev/null; mount -t cgroup2 cgroup2 /sys/fs/cgroup"
    result = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--net", "sh", "-c", probe],
                            capture_output=True, text=True)
    return f"may not mount control groups: {result.stderr.strip()}" if result.returncode else None


class Container:
    """A running system. Use as a context manager."""

    def __init__(self, binds):
        """`binds`: folders and files of the machine by their path inside; read-only, except those
        below /etc."""
        self.binds = binds
        self.name = f"foretide-test-{os.getpid()}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="foretide-boot-"))
        self.console = self.folder / "console"

    def __enter__(self):
        files = {"machine-id": "f" * 32,  # With one it is not the first boot.
                 "hosts": "127.0.0.1 localhost"}
        for name, text in files.items():
            (self.folder / name).write_text(text + "\n")
        arguments = [
            "--quiet", "--directory=/", "--volatile=yes", "--boot", "--register=no", "--keep-unit",
            "--private-network", "--console=pipe", f"--machine={self.name}",
            *(f"--bind-ro={self.folder / name}:/etc/{name}" for name in files)]
        for inside, outside in self.binds.items():
            kind = "bind" if inside.startswith("/etc/") else "bind-ro"
            arguments.append(f"--{kind}={outside}:{inside}")
        with self.console.open("w") as console:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--propagation", "private", "bash", "-c", BOOT, "boot",
                 self.name, *arguments, "systemd.unit=basic.target", "systemd.log_target=journal"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT)
        try:
            self.leader = self.wait_for_leader()
            self.wait_until(lambda: self.run("systemctl", "is-active", "basic.target").returncode
                            == 0, "the system has not started")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        self.process.terminate()  # systemd-nspawn shuts the system down.
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
            for folder, _, _ in os.walk(f"{root}/{self.name}", topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)

    def wait_until(self, condition, what, timeout=30):
        deadline = time.monotonic() + timeout
        while not (result := condition()):
            assert time.monotonic() < deadline, f"{what}:\n{self.console.read_text()}"
            time.sleep(0.02)
        return result

    def wait_for_leader(self):
        """The container's process 1, by its number out here."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")

        def systemd():
            assert self.process.poll() is None, f"did not boot:\n{self.console.read_text()}"
            for child in children.read_text().split():
                command = pathlib.Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[0]
                if command.endswith(b"/systemd"):
                    return int(child)

        return self.wait_until(systemd, "no process 1")

    def run(self, *command, timeout=60):
        """Runs a command inside, as root."""
        # With the container's control groups too, else its systemd would not own the process.
        return subprocess.run(["nsenter", "--target", str(self.leader), "--all", *command],
                              capture_output=True, text=True, timeout=timeout,
                              stdin=subprocess.DEVNULL)

    def show(self, unit, name):
        """A property of a unit."""
        return self.run("systemctl", "show", unit, "--value", "--property", name).stdout.strip()

    def journal(self, unit, *options):
        return self.run("journalctl", "--no-pager", "--unit", unit, *options).stdout

    def kill(self, process, how):
        """Sends a signal to a process by its number inside."""
        assert self.run("kill", f"-{signal.Signals(how).name[3:]}", str(process)).returncode == 0

    @contextlib.contextmanager
    def network(self):
        """This thread is on the container's network, as are the threads that it starts."""
        libc = ctypes.CDLL(None, use_errno=True)

        def enter(path):
            with open(path) as network:
                assert libc.setns(network.fileno(), CLONE_NEWNET) == 0, ctypes.get_errno()

        with open("/proc/thread-self/ns/net") as own:
            enter(f"/proc/{self.leader}/ns/net")
            try:
                yield
            finally:
                assert libc.setns(own.fileno(), CLONE_NEWNET) == 0


def libraries(program):
    """The folders outside /usr that a program takes its shared libraries from."""
    listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    paths = re.findall(r"=> (/\S+)", listing)
    folders = {os.path.dirname(os.path.realpath(path)) for path in paths}
    return {folder for folder in folders if not folder.startswith("/usr/")}
