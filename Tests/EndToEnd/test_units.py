"""What `make install` installs, and the units before systemd's own judges."""

import pathlib
import shutil
import subprocess
import tempfile

import pytest

from daemon import PROGRAM, ROOT


@pytest.fixture(scope="module")
def installed():
    """What `make install` installs, the program being the one under test."""
    with tempfile.TemporaryDirectory(prefix="foretide-install-") as folder:
        subprocess.run(["make", "-s", "install-files", f"INSTALLED={PROGRAM}",
                        f"DESTDIR={folder}", "PREFIX=/usr"],
                       cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        yield pathlib.Path(folder)


def analyzer(*arguments):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments],
                          capture_output=True, text=True, timeout=60)


def unit(installed, folder, *drop_ins):
    """A copy of the service's unit that runs the program where it is, with drop-ins."""
    folder = pathlib.Path(folder)
    for name in ("foretide.service", "foretide.socket", "foretide-failed.target"):
        text = (installed / "usr/lib/systemd/system" / name).read_text()
        (folder / name).write_text(text.replace("/usr/bin/foretide", PROGRAM))
    for name in drop_ins:
        shutil.copytree(installed / "usr/share/doc/foretide/drop-ins" / name, folder,
                        dirs_exist_ok=True)
    return folder / "foretide.service"


@pytest.mark.parametrize("drop_ins", [(), ("connect-out",), ("public",), ("connect-out", "public")])
def test_systemd_finds_no_fault_with_the_units(installed, tmp_path, drop_ins):
    service = unit(installed, tmp_path, *drop_ins)
    result = analyzer("verify", str(service), str(tmp_path / "foretide.socket"))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("drop_ins, exposure", [
    ((), 0.4), (("public",), 0.4), (("connect-out",), 1.2)])
def test_the_units_are_hardened(installed, tmp_path, drop_ins, exposure):
    service = unit(installed, tmp_path, *drop_ins)
    result = analyzer("security", "--offline=true", f"--threshold={round(exposure * 10)}",
                      str(service))
    assert result.returncode == 0, result.stdout + result.stderr


def test_installation_has_what_the_unit_names_and_keeps_a_configuration(installed, tmp_path):
    for path in ("usr/bin/foretide", "usr/lib/sysusers.d/foretide.conf",
                 "usr/share/doc/foretide/operating.md"):
        assert (installed / path).exists(), path
    configuration = installed / "etc/foretide/foretide.toml"
    assert subprocess.run([PROGRAM, "check", configuration], stdout=subprocess.DEVNULL,
                          env={}).returncode == 0
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    mine = tmp_path / "etc/foretide/foretide.toml"
    mine.write_text("[log]\nlevel = \"debug\"\n")
    subprocess.run(["make", "-s", "install-files", f"INSTALLED={PROGRAM}", f"DESTDIR={tmp_path}",
                    "PREFIX=/usr"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    assert "debug" in mine.read_text()
