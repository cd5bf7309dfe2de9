"""The scripts of Benchmarks/ that need nothing but the program: that they run and lose nothing, in
their shortest form, and that docs/performance.md has the tables of the figures beside it."""

import json
import shutil
import subprocess
import sys

import pytest

from daemon import PROGRAM, ROOT

LOADS = ROOT / "Benchmarks/peers/load"
PERFORMANCE = ROOT / "Benchmarks/performance"


@pytest.fixture(scope="module", autouse=True)
def programs():
    subprocess.run(["make", "-s", "-C", ROOT / "Benchmarks/peers", "programs"], check=True)


def figures(script, path, *arguments):
    subprocess.run([sys.executable, script, PROGRAM, *arguments, "--json", path], check=True,
                   timeout=300, stdout=subprocess.DEVNULL)
    return json.loads(path.read_text())


def test_a_steady_load(tmp_path):
    steady = figures(LOADS / "sustained.py", tmp_path / "figures.json", "--rate", "500",
                     "--seconds", "2", "--streams", "10", "--rounds", "0")["steady"]
    assert steady["samples"] == steady["received"] == 1000
    assert steady["lost"] == 0
    assert steady["rss_at_end"] > 1e6


def test_many_streams(tmp_path):
    many = figures(LOADS / "many_streams.py", tmp_path / "figures.json", "--streams", "50",
                   "--rate", "500", "--seconds", "1")
    assert many["estimate"] == 50 * many["bytes_each"]
    assert many["rss_before"] < many["rss_filled"]
    assert many["steady"]["lost"] == 0


def test_the_document_has_the_tables_of_the_figures(tmp_path):
    document = ROOT / "docs/performance.md"
    copy = tmp_path / "performance.md"
    shutil.copy(document, copy)
    subprocess.run([sys.executable, PERFORMANCE / "tables.py", "--write", copy], check=True,
                   stdout=subprocess.DEVNULL)
    assert copy.read_text() == document.read_text()
