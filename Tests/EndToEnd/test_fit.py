"""`foretide fit`, and what new streams make of it (`--warm-start`)."""

import csv
import json
import math
import os
import pty
import random
import re
import signal
import subprocess
import xml.etree.ElementTree

import pytest

from controlled import Controlled, sample
from daemon import PROGRAM, Daemon, receive
from nets import Net, numbers
from test_commands import run
from test_streams import read_safetensors

ROWS, HALF = 1600, 800
SECONDS = 1_763_692_800


def values():
    """By the column's name: a season of 48 steps and what is left of the noise before."""
    noise, left, plant, other = random.Random(11), 0.0, [], []
    day = [noise.gauss(0, 3) for _ in range(48)]
    for row in range(ROWS):
        left = 0.6 * left + noise.gauss(0, 0.5)
        plant.append(20 + day[row % 48] + left)
        other.append(500 - 40 * day[row % 48] + 10 * noise.gauss(0, 1))
    return {"plant": plant, "other": other}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("fit") / "history.csv"
    columns = values()
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ts", *columns])
        for row in range(ROWS):
            writer.writerow([SECONDS + row, *(repr(column[row]) for column in columns.values())])
    return path


def connected(daemon):
    """A publisher, and a subscriber that hears of what it sends."""
    publisher, subscriber = daemon.publisher(), daemon.subscriber()
    while not subscriber.poll(20):
        publisher.send(b'{"stream":"probe","value":1}')
    return publisher, subscriber


def fit(table, output, *more, check=0):
    ended = run("fit", str(table), "--limit", str(HALF), "--output", str(output), "--json", *more)
    assert ended.returncode == check, ended.stderr
    return json.loads(ended.stdout) if check == 0 else ended.stderr


def replay(table, *more, check=0):
    """The scores of the second half by column."""
    ended = run("replay", str(table), "--skip", str(HALF), "--json", *more)
    assert ended.returncode == check, ended.stderr
    if check:
        return ended.stderr
    return {stream["stream"]: stream for stream in json.loads(ended.stdout)["streams"]}


@pytest.fixture(scope="module")
def plant(table, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "plant.safetensors"
    fit(table, path, "--column", "plant", "--epochs", "10")
    return path


def test_what_was_fitted_forecasts_better_from_the_first_sample(table, plant):
    cold = replay(table, "--column", "plant")["plant"]
    warm = replay(table, "--column", "plant", "--warm-start", str(plant))["plant"]
    assert warm["rel_mse_first500"] < 0.85 * cold["rel_mse_first500"]
    assert warm["rel_mse"] < cold["rel_mse"]
    assert warm["period"] == 48
    setting = replay(table, "--column", "plant", "--set", f"model.warm_start={plant}")["plant"]
    assert setting == warm


def test_another_series_begins_with_what_holds_for_it_too(table, plant):
    cold = replay(table, "--column", "other")["other"]
    warm = replay(table, "--column", "other", "--warm-start", str(plant))["other"]
    assert warm["rel_mse_first500"] < 0.95 * cold["rel_mse_first500"]


def test_the_same_history_gives_the_same_bytes(table, plant, tmp_path):
    again = tmp_path / "again.safetensors"
    fit(table, again, "--column", "plant", "--epochs", "10")
    assert again.read_bytes() == plant.read_bytes()


def test_the_loss_curve_and_what_is_said_of_it(table, tmp_path):
    plot = tmp_path / "loss.svg"
    said = fit(table, tmp_path / "x.safetensors", "--column", "plant", "--epochs", "7",
               "--patience", "7", "--set", "model.initial_weights=random", "--plot", str(plot))
    assert said["rows"] == HALF and said["files"] == [str(tmp_path / "x.safetensors")]
    stream, = said["streams"]
    assert stream["stream"] == "plant" and stream["period"] == 48
    assert stream["epochs"] == len(stream["curve"]) == 7
    best, curve = stream["best_epoch"], stream["curve"]
    least = min([stream["loss"]["start"]] + curve, key=lambda epoch: epoch["validation"])
    assert stream["loss"]["best"] == least
    assert best == 0 or curve[best - 1] == least
    # A readout at random begins at 0: the net adds nothing.
    assert stream["loss"]["start"] == stream["loss"]["base"]
    assert curve[-1]["training"] < curve[0]["training"]
    root = xml.etree.ElementTree.parse(plot).getroot()
    name = "{http://www.w3.org/2000/svg}"
    assert root.tag == name + "svg"
    lines = [path.get("d") for path in root.iter(name + "path") if len(path.get("d")) > 30]
    # Epochs 0 to 7 of both losses; the line without the net is shorter.
    assert [len(re.findall(r"-?[0-9.]+ -?[0-9.]+", line)) for line in lines[:2]] == [8, 8]
    words = [text.text for text in root.iter(name + "text")]
    assert {"training", "validation", "epoch"} <= set(words)
    table_of_it = run("fit", str(table), "--limit", str(HALF), "--column", "plant", "--epochs", "2",
                      "--output", str(tmp_path / "y.safetensors")).stdout
    assert table_of_it.startswith("series") and "plant" in table_of_it
    assert f"Written: {tmp_path}/y.safetensors" in table_of_it


CELLS = {"gru": [], "lstm": ["--set", "model.cell=lstm"], "elman": ["--set", "model.cell=elman"]}


@pytest.fixture(scope="module", params=CELLS)
def trained(request, table, tmp_path_factory):
    """Path and tensors of a file whose net says something."""
    path = tmp_path_factory.mktemp("net") / f"{request.param}.safetensors"
    fit(table, path, "--column", "plant", "--epochs", "5", "--patience", "5", "--windows",
        "shuffled", *CELLS[request.param])
    tensors = read_safetensors(path.read_bytes())[1]
    outputs = numbers(tensors["channels.0.window.outputs"])
    assert len(outputs) == 17 and max(abs(output) for output, in outputs) > 0.01
    return path, tensors


def test_the_file_reproduces_the_nets_outputs(trained):
    _, tensors = trained
    net = Net(tensors)
    inputs = numbers(tensors["channels.0.window.inputs"])
    outputs = numbers(tensors["channels.0.window.outputs"])
    assert len(inputs) == len(outputs)
    for x, expected in zip(inputs, outputs):
        assert net.step(x) == pytest.approx(expected, abs=1e-5)


def test_a_module_of_pytorch_reproduces_the_nets_outputs(trained):
    torch = pytest.importorskip("torch")
    load_file = pytest.importorskip("safetensors.torch").load_file
    path, _ = trained
    tensors = {name.removeprefix("channels.0."): tensor
               for name, tensor in load_file(path).items()}
    kind = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM, "elman": torch.nn.RNN}[path.stem]
    hidden, inputs = tensors["head.weight"].shape[1], tensors["window.inputs"]
    module = torch.nn.ModuleDict(
        {"rnn": kind(inputs.shape[1], hidden), "head": torch.nn.Linear(hidden, 1)})
    module.load_state_dict({name: tensor for name, tensor in tensors.items()
                            if name.startswith(("rnn.", "head."))})
    start = tensors["window.hidden"][None]
    if path.stem == "lstm":
        start = start, tensors["window.memory"][None]
    with torch.no_grad():
        states, _ = module["rnn"](inputs, start)
        outputs = module["head"](states)
    assert (outputs - tensors["window.outputs"]).abs().max() < 1e-5


def test_several_columns_are_a_folder_of_files(table, tmp_path):
    folder = tmp_path / "models"
    said = fit(table, folder, "--epochs", "3")
    assert said["files"] == [f"{folder}/plant.safetensors", f"{folder}/other.safetensors"]
    cold, warm = replay(table), replay(table, "--warm-start", str(folder))
    for name in cold:
        assert warm[name]["rel_mse_first500"] < 0.85 * cold[name]["rel_mse_first500"]
    (folder / "other.safetensors").unlink()
    one = replay(table, "--warm-start", str(folder))
    assert one["plant"] == warm["plant"] and one["other"] == cold["other"]


def test_channels_of_one_stream(table, tmp_path):
    path = tmp_path / "history.safetensors"
    fit(table, path, "--multivariate", "--epochs", "3")
    assert "channels.1.head.bias" in read_safetensors(path.read_bytes())[1]
    cold = replay(table, "--multivariate")
    warm = replay(table, "--multivariate", "--warm-start", str(path))
    for name in cold:
        assert warm[name]["rel_mse_first500"] < 0.9 * cold[name]["rel_mse_first500"]
    assert "2 channels" in replay(table, "--warm-start", str(path), check=78)


def test_exogenous_inputs_and_more_channels_than_a_feed_may_have(tmp_path):
    """What limits a stranger's samples is no limit of a file's columns, nor are inputs channels."""
    noise, rows = random.Random(12), 120
    path, model = tmp_path / "wide.csv", tmp_path / "models/"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ts", "load", *(f"c{index}" for index in range(66))])
        level = [0.0] * 66
        for row in range(rows):
            level = [0.9 * value + noise.gauss(0, 1) for value in level]
            writer.writerow([SECONDS + row, noise.gauss(0, 1), *level])
    options = ["--multivariate", "--input-column", "load", "--set", "model.cell=none",
               "--set", "model.experts=persistence,ar2", "--json"]
    # A path that ends in "/" is a folder, there or not.
    ended = run("fit", str(path), "--limit", "100", "--output", f"{model}/", *options)
    assert ended.returncode == 0, ended.stderr
    file = f"{model}/wide.safetensors"
    assert json.loads(ended.stdout)["files"] == [file]
    for command in (["replay"], ["fit", "--output", str(tmp_path / "x.safetensors")]):
        warm = run(*command, str(path), "--skip", "10", *options, "--set",
                   f"model.warm_start={file}")
        assert warm.returncode == 0, warm.stderr
    folder = run("replay", str(path), *options, "--warm-start", f"{model}/")
    assert folder.returncode == 0, folder.stderr


def test_the_daemon_goes_on_where_the_history_ends(table, plant, tmp_path):
    forecasts = tmp_path / "forecasts.csv"
    replay(table, "--column", "plant", "--warm-start", str(plant), "--forecasts", str(forecasts))
    rows = [row for row in csv.DictReader(forecasts.open()) if row["yhat"]]
    second = values()["plant"][HALF:]
    with Daemon(f"model.warm_start={plant}") as daemon:
        publisher, subscriber = connected(daemon)
        for row, value in enumerate(second[:200]):
            publisher.send(json.dumps(
                {"stream": "plant", "ts": SECONDS + HALF + row, "value": value}).encode())
        published = receive(subscriber, 200)
    assert [message["seq"] for message in published] == list(range(1, 201))
    assert published[0]["status"] == "ok"
    assert [message["yhat"] for message in published] == [
        float(row["yhat"]) for row in rows[:200]]


def test_a_stream_that_is_restored_is_not_touched(plant, tmp_path):
    state = f"state.directory={tmp_path}/state"

    def last(*settings):
        with Daemon(state, *settings) as daemon:
            publisher, subscriber = connected(daemon)
            for row in range(50):
                publisher.send(json.dumps({"stream": "plant", "value": math.sin(row)}).encode())
            return [message["yhat"] for message in receive(subscriber, 50)]
    last()
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in (tmp_path / "state").iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    without = last()
    state = f"state.directory={copy}"
    assert last(f"model.warm_start={plant}") == without


def test_a_file_that_does_not_fit_is_an_error_at_the_start(table, plant, tmp_path):
    config = tmp_path / "foretide.toml"

    def refused(code, *settings, path=plant):
        """The message, which is the same from every command."""
        config.write_text(f'[model]\nwarm_start = "{path}"\n')
        more = [part for setting in settings for part in ("--set", setting)]
        messages = set()
        for command in (["check", str(config)], ["serve", "--config", str(config)],
                        ["replay", str(table), "--config", str(config)]):
            ended = run(*command, *more)
            assert ended.returncode == code, ended.stderr
            messages.add(ended.stderr)
        message, = messages
        return message

    assert 'hidden = 24, and 32 is set' in refused(78, "model.hidden=32")
    assert 'cell = "gru", and "lstm" is set' in refused(78, "model.cell=lstm")
    assert "experts = " in refused(78, "model.experts=full,recurrent")
    assert "cannot open" in refused(66, path=tmp_path / "none.safetensors")
    damaged = tmp_path / "damaged.safetensors"
    data = bytearray(plant.read_bytes())
    data[-100] ^= 1
    damaged.write_bytes(data)
    assert "damaged" in refused(65, path=damaged)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no files" in refused(66, path=empty)
    assert run("check", str(config), "--set", f"model.warm_start={plant}").returncode == 0


def test_what_cannot_be_fitted(table, tmp_path):
    output = tmp_path / "x.safetensors"
    assert "too few" in fit(table, output, "--limit", "40", "--column", "plant", check=65)
    assert "no row is left" in fit(table, output, "--skip", "2000", check=65)
    assert "shared" in fit(table, output, "--set", "model.weights=shared", check=78)
    assert "--epochs 0" in fit(table, output, "--epochs", "0", check=64)
    assert "--validation" in fit(table, output, "--validation", "1", check=64)
    assert "cannot create" in fit(table, tmp_path / "no" / "x.safetensors", check=73)
    assert not output.exists()
    assert "no row is left" in run("replay", str(table), "--skip", str(ROWS)).stderr


def test_shared_nets_begin_with_a_fitted_one(table, plant):
    shared = ["--column", "plant", "--set", "model.weights=shared"]
    cold = replay(table, *shared)["plant"]
    warm = replay(table, *shared, "--warm-start", str(plant))["plant"]
    assert warm["rel_mse_first500"] < cold["rel_mse_first500"]


def test_an_import_into_a_daemon_goes_on_as_well(plant, tmp_path):
    folder = tmp_path / "state"
    with Daemon(f"state.directory={folder}"):
        pass
    ended = run("streams", "import", str(plant), "--state", str(folder))
    assert ended.returncode == 0, ended.stderr
    listed = run("streams", "list", "--state", str(folder), "--json").stdout
    assert [stream["stream"] for stream in json.loads(listed)] == ["plant"]


def test_a_stream_that_is_reset_begins_with_it_anew(plant, tmp_path):
    folder = tmp_path / "state"
    settings = f"state.directory={folder}", f"model.warm_start={plant}"

    def feed(daemon, seq):
        publisher, subscriber = connected(daemon)
        for row in range(20):
            publisher.send(sample("x", math.sin(row), ts=SECONDS + 100 * seq + row))
        # The newest one before, which a new subscriber gets, is not wanted.
        wanted, forecasts = range(seq + 1, seq + 21), {}
        while len(forecasts) < 20:
            message, = receive(subscriber, 1)
            if message["seq"] in wanted:
                forecasts[message["seq"]] = message["yhat"]
        return [forecasts[number] for number in wanted]

    with Controlled(tmp_path, *settings) as daemon:
        first = feed(daemon, 0)
        daemon.result("reset", stream="x")
        assert feed(daemon, 20) == first
    with_rule = [part for setting in settings[1:] for part in ("--set", setting)]
    ended = run("streams", "reset", "x", "--state", str(folder), *with_rule)
    assert ended.returncode == 0, ended.stderr
    with Controlled(tmp_path, *settings) as daemon:
        assert feed(daemon, 40) == first
    # The command without the daemon has only the settings that it is given.
    assert run("streams", "reset", "x", "--state", str(folder)).returncode == 0
    with Controlled(tmp_path, *settings) as daemon:
        assert feed(daemon, 60) != first


def test_ctrl_c_ends_the_epochs_and_keeps_the_best(table, tmp_path):
    output, (screen, terminal) = tmp_path / "x.safetensors", pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "fit", table, "--column", "plant", "--output", output, "--epochs", "100000000",
         "--patience", "100000000", "--json"], stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    shown = b""
    while b" epoch " not in shown:
        shown += os.read(screen, 4096)
    process.send_signal(signal.SIGINT)
    said = json.loads(process.communicate(timeout=60)[0])
    os.close(screen)
    assert process.returncode == 0
    assert 0 < said["streams"][0]["epochs"] < 100000000
    assert output.exists()


def test_a_reload_reads_the_files_anew(plant, tmp_path):
    model = tmp_path / "model.safetensors"
    with Controlled(tmp_path, config="") as daemon:
        publisher, subscriber = connected(daemon)
        daemon.file.write_text(f'[model]\nwarm_start = "{model}"\n')
        assert "cannot open" in daemon.ask({"command": "reload"})[0]["message"]
        model.write_bytes(plant.read_bytes())
        assert [change["key"] for change in daemon.result("reload")["changed"]] == [
            "model.warm_start"]
        publisher.send(sample("warm", 1, ts=SECONDS))
        publisher.send(sample("plant", 20, ts=SECONDS + HALF))
        warm, continued = receive(subscriber, 2)
        assert warm["status"] == "warming" and continued["status"] == "ok"
        # The path is the same, the file is not.
        model.write_bytes(b"rubbish")
        assert "safetensors" in daemon.ask({"command": "reload"})[0]["message"]
        model.write_bytes(plant.read_bytes())
        assert daemon.result("reload")["changed"] == []
        counted = daemon.counters()
    assert counted["streams_begun.warm"] == counted["streams_begun.continued"] == 1
    assert counted["streams_begun.cold"] >= 1
