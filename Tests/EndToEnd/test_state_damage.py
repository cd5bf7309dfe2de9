"""Damaged files: each is found out or harmless, and costs only what was damaged."""

import dataclasses
import pathlib
import random
import shutil
import sqlite3
import time

import pytest

from state import TORTURE, Client, by_stream, feed, keeping, rows

STREAMS = [f"s{number}" for number in range(10)]
LAST = 39
# A stream that starts anew answers from its first value on, so that is a number for all of them.
NEXT = next(index for index in range(LAST + 1, 100)
            if not any(b"null" in message for message in feed(STREAMS, index, index + 1)))
COLUMNS = ("stream, partition, samples, sequence, last_time, mae, mase, updated_at, settings, "
           "format, forecast, state_crc, crc, state")


@dataclasses.dataclass
class Original:
    """A folder to damage: what was published last, and what is published next."""

    folder: pathlib.Path
    newest: dict
    next: dict


def originals(path):
    """A folder as a stop leaves it, one with a backup, and one as kill -9 leaves it."""
    made = {}
    for kind, settings in [("stopped", []), ("backed up", ["state.retention=20s"]), ("killed", [])]:
        folder = path / kind
        with keeping(folder, *settings, interval="100ms", rules=None) as daemon:
            client = Client(daemon)
            newest = {stream: payloads[-1] for stream, payloads in
                      by_stream(client.run(feed(STREAMS, 1, LAST + 1))).items()}
            deadline = time.monotonic() + 20
            while not rows(folder).items() >= dict.fromkeys(STREAMS, LAST).items() \
                    or kind == "backed up" and not is_backed_up(folder):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            if kind == "killed":
                daemon.process.kill()
                daemon.process.wait()
        copied = shutil.copytree(folder, path / "fed on")
        with keeping(copied, rules=None) as daemon:
            client = Client(daemon, remembered=len(STREAMS))
            fed_on = by_stream(client.run(feed(STREAMS, NEXT, NEXT + 20)))
        shutil.rmtree(copied)
        made[kind] = Original(folder, newest, fed_on)
    return made


def is_backed_up(folder):
    """Whether the newest backup has the newest state of each stream."""
    backup = folder / "state.db.backup-1"
    if not backup.exists():
        return False
    with sqlite3.connect(f"file:{backup}?immutable=1", uri=True) as database:
        kept = dict(database.execute("select stream, sequence from stream"))
    database.close()
    return kept.items() >= dict.fromkeys(STREAMS, LAST).items()


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return originals(tmp_path_factory.mktemp("originals"))


def stored(path):
    """The rows that another program can read, by stream, with their states."""
    found = {}
    database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    database.text_factory = bytes
    for number in range(1, len(STREAMS) + 2):
        try:
            row = database.execute(
                f"select {COLUMNS} from stream join state using(id) where id = ?",
                (number,)).fetchone()
            found[row[0].decode()] = row
        except (sqlite3.Error, TypeError, UnicodeDecodeError):
            pass
    database.close()
    return found


def damage(path, dice):
    """Flips bits, zeroes sectors, cuts the end off, or leaves nothing but rubbish."""
    content = bytearray(path.read_bytes())
    kind = dice.choice(["flip", "flips", "zero", "foreign", "cut", "rubbish"])
    sector = dice.randrange(len(content)) & ~511
    end = min(sector + 512 * dice.choice([1, 1, 8, 64]), len(content))
    if kind.startswith("flip"):
        for _ in range(1 if kind == "flip" else 20):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    elif kind == "zero":
        content[sector:end] = bytes(end - sector)
    elif kind == "foreign":
        content[sector:end] = dice.randbytes(end - sector)
    elif kind == "cut":
        del content[dice.randrange(len(content)):]
    else:
        content[:] = dice.randbytes(len(content))
    path.write_bytes(content)
    return kind


@pytest.mark.parametrize("seed", range(TORTURE or 12))
def test_a_damaged_database_is_served_from(tmp_path, original, seed):
    dice = random.Random(seed)
    kind = ["stopped", "backed up", "killed"][seed % 3]
    base = original[kind]
    folder = shutil.copytree(base.folder, tmp_path / "state")
    database = folder / "state.db"
    sound = stored(database)
    log = folder / "state.db-wal"
    what = damage(log if kind == "killed" and dice.random() < 0.7 else database, dice)
    # A log changes what the file says: only without one is it known what is whole.
    has_log = log.exists() and log.stat().st_size > 0
    whole = {} if has_log else {stream: row for stream, row in stored(database).items()
                                if sound.get(stream) == row}
    start = time.monotonic()
    with keeping(folder, rules=None) as daemon:
        if TORTURE:
            assert time.monotonic() - start < 2
        restored = int(daemon.wait_for("Restored")["streams"])
        kept = rows(folder).keys() - {"probe"}
        client = Client(daemon, remembered=len(kept))
        newest = {stream for stream, payload in client.newest.items()
                  if payload == base.newest[stream]}
        # After damage to the log a stream may be at a checkpoint before the newest.
        assert kind == "killed" or newest == client.newest.keys()
        assert restored >= len(client.newest)
        assert newest >= whole.keys() - {"probe"}, what
        assert kind != "backed up" or len(newest) == len(STREAMS), what
        fed_on = by_stream(client.run(feed(STREAMS, NEXT, NEXT + 20)))
        assert {stream: len(payloads) for stream, payloads in fed_on.items()} == \
            dict.fromkeys(STREAMS, 20)
        for stream in newest:
            assert fed_on[stream] == base.next[stream], f"{what}: {stream}"
    assert rows(folder).keys() >= set(STREAMS)
    shutil.rmtree(folder)
