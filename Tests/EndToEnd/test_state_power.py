"""What was learned survives a power cut: whatever moment the disk stops at."""

import random
import shutil
import subprocess
import time

import pytest

from disk import Disk
from kills import (STREAMS, Published, check_restored, compare_with_an_uninterrupted_run,
                   newest_checkpoint, serve_and_kill)
from state import TORTURE, Client, feed, keeping, rows, sequence

CUTS = 20 if TORTURE else 4
SECONDS = 20 if TORTURE else 4
RATE = 1000
NO_FLUSH = """
int fsync(int descriptor) { return 0; }
int fdatasync(int descriptor) { return 0; }
"""


class Run:
    """A daemon that wrote to a disk under load until it was killed, and what was known of it.

    That is after so many seconds, and when its log has said so three times."""

    def __init__(self, path, seconds, published, said, **environment):
        self.path, self.published = path, published
        try:
            self.disk = Disk(path / "disk", megabytes=128)
            with self.disk:
                # A backup every two seconds.
                with keeping(self.disk.path / "state", "state.retention=20s", "log.level=debug",
                             rules=None, **environment) as daemon:
                    client = Client(daemon)
                    self.began = time.time()
                    self.received = serve_and_kill(
                        daemon, client, dict.fromkeys(STREAMS, 0), published, seconds, RATE,
                        until=lambda: daemon.log().count(said) >= 3)
                    self.ended = time.time()
                    self.log = daemon.log()
        except OSError as error:
            pytest.skip(f"a disk of the test's own cannot be mounted here: {error}")
        self.entries = self.disk.entries()

    def cut(self, dice, begin):
        """An image of a moment after `begin`, and when that was."""
        first = sum(at < begin for at, *_ in self.entries)
        last = sum(at < self.ended for at, *_ in self.entries)
        count = dice.randint(first, last)
        at = self.entries[count][0] if count < last else self.ended
        image = self.path / "image"
        self.disk.cut(self.entries[:count], image, dice)
        return image, at

    def restore(self, image, at):
        """The checkpoint that was complete then, or a newer one, is on the image, and goes on."""
        mounted = ["mount", "-o", "loop", str(image), str(self.disk.path)]
        subprocess.run(mounted, check=True)
        try:
            folder = self.disk.path / "state"
            with keeping(folder, rules=None) as daemon:
                kept = {stream for stream in rows(folder) if stream != "probe"}
                client = Client(daemon, remembered=len(kept))
                position = dict.fromkeys(STREAMS, 0)
                for stream, payload in client.newest.items():
                    position[stream] = sequence(payload)
                    self.published.add(stream, position[stream], payload)
                check_restored(position, self.received, newest_checkpoint(self.log, at), at)
                for stream in STREAMS:
                    first = position[stream] + 1
                    for _, payload in client.run(feed([stream], first, first + 5)):
                        self.published.add(stream, sequence(payload), payload)
            assert self.published.mismatches == 0
        finally:
            subprocess.run(["umount", str(self.disk.path)], check=True)


def test_a_power_cut_at_any_moment_leaves_the_newest_checkpoint(tmp_path):
    seed = time.time_ns() if TORTURE else 1
    print("seed", seed)
    dice = random.Random(seed)
    run = Run(tmp_path, SECONDS, Published(), "Made a backup")
    for _ in range(CUTS):
        run.restore(*run.cut(dice, run.began))
    print(f"{CUTS} power cuts among {len(run.entries)} writes and flushes")
    compare_with_an_uninterrupted_run(run.published)
    shutil.rmtree(tmp_path / "disk")


def test_and_would_not_without_the_flushes(tmp_path):
    """The test above can fail: where nothing is flushed, reported checkpoints are gone."""
    source, library = tmp_path / "no_flush.c", tmp_path / "no_flush.so"
    source.write_text(NO_FLUSH)
    subprocess.run(["cc", "-shared", "-o", str(library), str(source)], check=True)
    run = Run(tmp_path, 2, Published(), "Wrote a checkpoint", LD_PRELOAD=str(library))
    lost = 0
    for seed in range(CUTS):
        image, at = run.cut(random.Random(seed), run.ended)
        try:
            run.restore(image, at)
        except AssertionError:
            lost += 1
    assert lost == CUTS
    shutil.rmtree(tmp_path / "disk")
