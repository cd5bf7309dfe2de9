"""`foretide bench`: whole and well-formed figures. What they are is for a quiet machine to say."""

import json
import math

import pytest

from test_commands import run

PARTS = {"update": {"update"}, "step": {"step_ns", "step"}, "stream": {"stream"},
         "end-to-end": {"end_to_end"}}
MACHINE = {"isa", "fma_peak_gflops", "memory_read_gbytes", "memory_update_gbytes"}


def positive(value):
    return isinstance(value, (int, float)) and math.isfinite(value) and value > 0


@pytest.fixture(scope="module")
def figures():
    bench = run("bench", "--quick", "--json", timeout=600)
    assert bench.returncode == 0, bench.stderr
    assert "Measuring one stream" in bench.stderr
    return json.loads(bench.stdout)


def test_every_part_is_there(figures):
    assert set(figures) == MACHINE.union(*PARTS.values())
    assert figures["isa"] in ("scalar", "x86-64-v2", "x86-64-v3", "x86-64-v4", "neon")
    assert all(positive(figures[key]) for key in MACHINE - {"isa"})


def test_updates_and_steps_have_all_their_figures(figures):
    assert {(row["cell"], row["batch"]) for row in figures["update"]} == {
        (cell, batch) for cell in ("elman", "gru", "lstm", "lstm_peephole") for batch in (1, 8)}
    for row in figures["update"]:
        assert set(row) == {"cell", "hidden", "window", "batch", "median_us", "min_us", "gflops",
                            "share_of_peak"}
        assert all(positive(value) for key, value in row.items() if key != "cell")
        assert row["min_us"] <= row["median_us"]
        assert row["share_of_peak"] == pytest.approx(row["gflops"] / figures["fma_peak_gflops"])
    usual = [row for row in figures["step"] if (row["cell"], row["hidden"]) == ("gru", 32)]
    assert [row["median_ns"] for row in usual] == [figures["step_ns"]]
    assert positive(figures["step_ns"])


def test_the_stream_has_all_its_figures(figures):
    stream = figures["stream"]
    assert set(stream) == {"us_per_sample", "samples_per_second", "forecast_us", "learn_us",
                           "longest_us", "bytes", "in_turn"}
    assert all(positive(stream[key]) for key in set(stream) - {"in_turn"})
    assert stream["samples_per_second"] == pytest.approx(1e6 / stream["us_per_sample"])
    assert stream["in_turn"]["streams"] == 1000
    assert all(positive(value) for value in stream["in_turn"].values())


@pytest.mark.parametrize("settings", [
    [], ["model.cell=none"], ["model.cell=lstm", "model.hidden=64"],
    ["model.hidden=16", 'model.experts=["persistence", "ar8", "recurrent"]'],
], ids=["default", "none", "lstm-64", "gru-16"])
def test_the_memory_that_check_prints_is_what_streams_take(settings):
    options = [part for setting in settings for part in ("--set", setting)]
    bench = run("bench", "--quick", "--json", "--only", "stream", *options)
    assert bench.returncode == 0, bench.stderr
    stream = json.loads(bench.stdout)["stream"]
    assert stream["in_turn"]["rss_bytes"] == pytest.approx(stream["bytes"], rel=0.1)
    check = run("check", "--no-environment", *options)
    assert check.returncode == 0, check.stderr
    lines = check.stdout.splitlines()
    assert lines[1].split() == ["streams", "bytes", "each"]
    assert lines[2].split() == ["*", f"{stream['bytes']:,}"]
    training = [line for line in lines if line.startswith("training, at most, all together ")]
    assert len(training) == (0 if "model.cell=none" in settings else 1)
    assert lines[3 + len(training)].startswith("limits.max_streams: 10,000 of them take ")


def test_end_to_end_loses_nothing(figures):
    rows = figures["end_to_end"]
    assert [(row["transport"], row["offered_per_second"], row["pipeline"]) for row in rows] == [
        (transport, rate, pipeline) for transport in ("tcp", "ipc")
        for rate in (None, 1000, 10000, 50000)
        for pipeline in ("forwarder", "persistence", "foretide")]
    for row in rows:
        assert positive(row["sent"]) and positive(row["messages_per_second"])
        assert row["lost"] == 0
        latencies = [row[key] for key in ("p50_us", "p99_us", "p999_us", "longest_us")]
        if row["offered_per_second"] is None:
            assert latencies == [None] * 4
        else:
            assert all(positive(value) for value in latencies)
            assert latencies == sorted(latencies)
        thread = row["thread_ns_per_message"]
        assert thread is None or positive(thread)


@pytest.mark.parametrize("part", ["update", "step"])
def test_one_part_alone(part):
    bench = run("bench", "--quick", "--json", "--only", part, "--set", "engine.isa=scalar")
    assert bench.returncode == 0, bench.stderr
    figures = json.loads(bench.stdout)
    assert set(figures) == MACHINE | PARTS[part]
    assert figures["isa"] == "scalar"


def test_the_figures_as_tables():
    bench = run("bench", "--quick", "--only", "step")
    assert bench.returncode == 0, bench.stderr
    lines = bench.stdout.splitlines()
    assert lines[0].startswith("Instructions ") and "GFLOP/s" in lines[0]
    assert lines[2].split() == ["step", "hidden", "median", "ns", "least", "ns"]
    assert [line.split()[0] for line in lines[3:]] == ["elman", "gru", "lstm", "lstm_peephole"]


def test_a_part_that_there_is_not():
    bench = run("bench", "--only", "stpe")
    assert bench.returncode == 64
    assert "--only stpe: expected one of update, step, stream, end-to-end" in bench.stderr
