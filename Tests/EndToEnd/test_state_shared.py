"""Streams that share a net survive kill -9 with it, to the last bit."""

import random

from kills import Published, compare_with_an_uninterrupted_run, serve_and_kill
from state import TORTURE, Client, keeping, rows, sample, sequence

SETTINGS = ('model.weights=shared', 'model.hidden=8',
            'model.experts=["persistence", "ar8", "recurrent"]')
KILLS = TORTURE or 6
RATE = 2000


def partition(stream):
    """As docs/state.md has it: FNV-1a, 64 bits, modulo 64."""
    value = 0xcbf29ce484222325
    for byte in stream.encode():
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value % 64


# Two partitions, of which the stream that clients look for is in neither.
PARTITIONS = [number for number in range(64) if number != partition("probe")][:2]
STREAMS = [f"s{number}" for number in range(2000)
           if partition(f"s{number}") in PARTITIONS][:20]


def catch_up(client, position):
    """Feeds on in the order of the first time: a partition was saved as it was at one moment."""
    for index in range(min(position.values()) + 1, max(position.values()) + 1):
        for stream in position:
            if position[stream] < index:
                position[stream] = index
                client.feed.send(sample(stream, index))


def check_moments(position):
    """Within a partition the streams that are fed first are at most one sample ahead."""
    for number in PARTITIONS:
        kin = [position[stream] for stream in STREAMS if partition(stream) == number]
        assert kin == sorted(kin, reverse=True) and kin[0] - kin[-1] <= 1, kin


def test_killed_under_load_streams_and_net_are_of_one_moment(tmp_path):
    dice = random.Random(3)
    folder = tmp_path / "state"
    published = Published(STREAMS)
    for _ in range(KILLS + 1):
        with keeping(folder, *SETTINGS, rules=None) as daemon:
            kept = set(rows(folder)) & set(STREAMS)
            client = Client(daemon, remembered=len(kept))
            position = dict.fromkeys(STREAMS, 0)
            for stream, payload in client.newest.items():
                position[stream] = sequence(payload)
                published.add(stream, position[stream], payload)
            check_moments(position)
            catch_up(client, position)
            serve_and_kill(
                daemon, client, position, published, dice.uniform(0.3, 1.5), RATE)
        assert published.mismatches == 0
    compare_with_an_uninterrupted_run(published, *SETTINGS)
