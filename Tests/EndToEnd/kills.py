"""What the tests that end a daemon without a word share: its load, and what must be there again."""

import array
import collections
import datetime
import json
import time

from daemon import Daemon
from state import Client, sample, sequence

STREAMS = [f"s{number}" for number in range(20)]
IN_FLIGHT = 500


class Published:
    """A number for each forecast that was ever published, by stream and sequence number."""

    def __init__(self, streams=STREAMS):
        self.payloads = {stream: array.array("q", [0]) for stream in streams}
        self.mismatches = 0

    def add(self, stream, seq, payload):
        known = self.payloads[stream]
        while len(known) <= seq:
            known.append(0)
        if known[seq] == 0:
            known[seq] = hash(payload)
        elif known[seq] != hash(payload):
            self.mismatches += 1

    def longest(self):
        return max(map(len, self.payloads.values())) - 1


def checkpoints(log):
    """When each one that is on the disk began and ended, in seconds of the wall clock."""
    for line in log.splitlines():
        if line.endswith("}") and "Wrote a checkpoint" in line:
            event = json.loads(line)
            end = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
            yield int(event["began"]) / 1e9 - 0.001, end


def newest_checkpoint(log, at=float("inf")):
    """When the newest one that was on the disk at some time began; 0: none."""
    return max((begin for begin, end in checkpoints(log) if end < at - 0.002), default=0)


def serve_and_kill(daemon, client, position, published, seconds, rate,
                   until=lambda: True):
    """Feeds every stream on from its position, so many samples a second together; when which
    forecast came, by stream."""
    received = {stream: [] for stream in position}
    start = time.monotonic()
    sent = 0
    while (elapsed := time.monotonic() - start) < seconds or not until():
        assert elapsed < 120
        while sent < elapsed * rate:
            for stream in position:
                position[stream] += 1
                client.feed.send(sample(stream, position[stream]))
                sent += 1
        for stream, payload in client.take(1):
            seq = sequence(payload)
            received[stream].append((time.time(), seq))
            published.add(stream, seq, payload)
    daemon.process.kill()
    daemon.process.wait()
    # What was on its way to the client when the daemon ended.
    for stream, payload in client.take(20):
        published.add(stream, sequence(payload), payload)
    return received


def check_restored(position, received, began, killed_at):
    """What had been answered when the newest checkpoint began is there. Returns the seconds of
    samples that are not."""
    longest = 0
    for stream in position:
        safe = max((seq for at, seq in received[stream] if at < began), default=0)
        assert position[stream] >= safe, f"{stream}: {position[stream]} of {safe}"
        lost = [at for at, seq in received[stream] if seq > position[stream]]
        longest = max(longest, killed_at - min(lost, default=killed_at))
    return longest


def compare_with_an_uninterrupted_run(published, *settings):
    streams = list(published.payloads)
    longest = published.longest()
    assert longest > 100
    with Daemon(*settings) as daemon:
        client = Client(daemon)
        taken = collections.Counter()
        sent = 0
        deadline = time.monotonic() + 120 + longest / 50
        while sum(taken.values()) < longest * len(streams):
            assert time.monotonic() < deadline
            while sent < longest and sent * len(streams) - sum(taken.values()) < IN_FLIGHT:
                sent += 1
                for stream in streams:
                    client.feed.send(sample(stream, sent))
            for stream, payload in client.take(1):
                taken[stream] += 1
                if taken[stream] < len(published.payloads[stream]):
                    published.add(stream, taken[stream], payload)
    assert published.mismatches == 0
