"""New settings while the daemon runs: `foretide ctl reload` and SIGHUP."""

import json
import signal
import time

import zmq

from controlled import LIGHT, Controlled, series


def test_a_reload_changes_what_it_concerns_and_not_a_bit_of_the_rest(tmp_path):
    with Controlled(tmp_path, config="[model]\nhidden = 8\n") as daemon:
        daemon.feed(series("s1", 200) + series("s2", 200))
        before = [daemon.ask({"command": "export", "stream": name})[1] for name in ("s1", "s2")]
        daemon.file.write_text('[model]\nhidden = 8\n[log]\nlevel = "debug"\n'
                               '[input]\nhigh_water_mark = 7\n'
                               '[[streams]]\nmatch = "s2"\nhidden = 12\nlevel = 0.5\n')
        result = daemon.result("reload")
        assert [change["key"] for change in result["changed"]] == ["log.level", "streams"]
        assert result["needs_restart"] == [
            {"key": "input.high_water_mark", "old": "100000", "new": "7"}]
        assert result["streams"]["adapted"] == 1 and result["streams"]["unaffected"] == 2
        assert result["streams"]["lost"] == {"interval": 1, "recurrent": 1}
        after = [daemon.ask({"command": "export", "stream": name})[1] for name in ("s1", "s2")]
        assert after[0] == before[0]
        assert after[1] != before[1]
        forecasts = daemon.feed(series("s1", 210)[200:] + series("s2", 210)[200:])
        assert [f["level"] for f in forecasts] == [0.9] * 10 + [0.5] * 10
        assert [f["seq"] for f in forecasts] == 2 * list(range(201, 211))
        assert daemon.result("show", stream="s2")["model"]["hidden"] == 12
        assert daemon.wait_for("Settings that need a restart stay as they were")["keys"] \
            == "input.high_water_mark"
        # The same file again changes nothing more.
        again = daemon.result("reload")
        assert again["changed"] == [] and len(again["needs_restart"]) == 1
        assert b"needs a restart: input.high_water_mark" in daemon.ctl("reload").stdout


def test_unaffected_streams_forecast_as_if_there_had_been_no_reload(tmp_path):
    (tmp_path / "other").mkdir()
    with Controlled(tmp_path, config="") as daemon, \
            Controlled(tmp_path / "other", config="") as other:
        messages = series("s1", 150)
        assert daemon.feed(messages[:100]) == other.feed(messages[:100])
        daemon.file.write_text('[[streams]]\nmatch = "s2"\ncell = "lstm"\n')
        daemon.result("reload")
        assert daemon.feed(messages[100:]) == other.feed(messages[100:])


def test_a_bad_file_is_refused_with_every_mistake_and_the_old_settings_stay(tmp_path):
    with Controlled(tmp_path, config="[model]\nlevel = 0.8\n") as daemon:
        daemon.feed(series("s", 100))
        before = daemon.ask({"command": "export", "stream": "s"})[1]
        daemon.file.write_text('[model]\nlevel = 0.7\nhiden = 3\n[log]\nlevel = "loud"\n')
        answer = daemon.ask({"command": "reload"})[0]
        assert answer["error"] == "configuration"
        assert len(answer["details"]) == 2
        assert answer["details"][0].startswith(f"{daemon.file}:3: unknown setting model.hiden")
        refused = daemon.ctl("reload", check=78)
        assert f"{daemon.file}:5: log.level" in refused.stderr.decode()
        daemon.file.unlink()
        assert "cannot read" in daemon.ctl("reload", check=78).stderr.decode()
        status = daemon.result("status")["settings"]
        assert status["last_reload_successful"] is False and "cannot read" in status["faults"][0]
        assert daemon.ask({"command": "export", "stream": "s"})[1] == before
        assert daemon.feed(series("s", 110)[100:])[0]["level"] == 0.8
        daemon.file.write_text("[model]\nlevel = 0.7\n")
        daemon.result("reload")
        assert daemon.result("status")["settings"]["last_reload_successful"] is True
        assert daemon.feed(series("s", 120)[110:])[0]["level"] == 0.7


def test_a_hang_up_reloads_and_never_ends_the_daemon(tmp_path):
    with Controlled(tmp_path, config="") as daemon:
        daemon.feed(series("s", 10))
        daemon.file.write_text("[model]\nlevel = 0.7\n")
        daemon.process.send_signal(signal.SIGHUP)
        assert daemon.wait_for("Took over new settings")["changed"] == "model.level"
        assert daemon.feed(series("s", 20)[10:])[0]["level"] == 0.7
        daemon.file.write_text("[")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("The new settings are refused")
        for _ in range(20):
            daemon.process.send_signal(signal.SIGHUP)
        daemon.file.write_text("[model]\nlevel = 0.6\n")
        daemon.result("reload")
        assert daemon.feed(series("s", 30)[20:])[0]["level"] == 0.6


def test_reloads_at_once_are_all_answered_by_the_newest_file(tmp_path):
    with Controlled(tmp_path, *LIGHT, config="") as daemon:
        daemon.feed(series("s", 10))
        clients = [daemon.socket(zmq.REQ, daemon.control, LINGER=0) for _ in range(50)]
        for index, client in enumerate(clients):
            daemon.file.write_text(f"[model]\nlevel = {0.5 + index / 1000}\n")
            client.send(b'{"command":"reload"}')
        for client in clients:
            assert client.poll(20_000) and json.loads(client.recv())["ok"]
        assert daemon.feed(series("s", 11)[10:])[0]["level"] == 0.549


def test_limits_and_intervals_change_while_serving(tmp_path):
    with Controlled(tmp_path, *LIGHT, state=True,
                    config='[limits]\nmax_streams = 2\n[state]\ncheckpoint_interval = "1h"\n'
                    ) as daemon:
        daemon.feed(series("s1", 10))
        daemon.file.write_text('[limits]\nmax_streams = 3\n'
                               '[state]\ncheckpoint_interval = "100ms"\n')
        daemon.result("reload")
        daemon.feed(series("s2", 10))
        deadline = time.monotonic() + 20
        while daemon.result("status")["counters"]["checkpoints_total"] < 1:
            assert time.monotonic() < deadline, daemon.log()
            time.sleep(0.05)
        assert daemon.result("status")["state"]["checkpoint_interval_seconds"] == 0.1
