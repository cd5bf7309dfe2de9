"""What was learned survives kill -9 at any moment, under load."""

import random
import time

from kills import (STREAMS, Published, check_restored, checkpoints,
                   compare_with_an_uninterrupted_run, newest_checkpoint, serve_and_kill)
from state import INTERVAL, TORTURE, Client, keeping, rows, sequence

KILLS = TORTURE or 10
RATE = 5000


def test_killed_under_load_it_goes_on_from_its_last_checkpoint(tmp_path):
    seed = time.time_ns() if TORTURE else 1
    print("seed", seed)
    dice = random.Random(seed)
    folder = tmp_path / "state"
    published = Published()
    received, began, killed_at = {stream: [] for stream in STREAMS}, 0, 0
    losses, starts, forecasts, seconds = [], [], 0, 0
    durations = [0]
    for _ in range(KILLS + 1):
        start = time.monotonic()
        with keeping(folder, "log.level=debug", rules=None) as daemon:
            starts.append(time.monotonic() - start)
            kept = {stream for stream in rows(folder) if stream != "probe"}
            client = Client(daemon, remembered=len(kept))
            position = dict.fromkeys(STREAMS, 0)
            for stream, payload in client.newest.items():
                position[stream] = sequence(payload)
                published.add(stream, position[stream], payload)
            losses.append(check_restored(position, received, began, killed_at))
            duration = dice.uniform(0.1, 2.5)
            received = serve_and_kill(daemon, client, position, published, duration, RATE)
            killed_at, began = time.time(), newest_checkpoint(daemon.log())
            durations += [end - begin for begin, end in checkpoints(daemon.log())]
            forecasts += sum(map(len, received.values()))
            seconds += duration
        assert published.mismatches == 0
    losses.sort()
    starts.sort()
    durations.sort()
    print(f"{KILLS} kills, {forecasts / seconds:.0f} forecasts a second; lost at a kill: median "
          f"{losses[len(losses) // 2]:.2f} s, at most {losses[-1]:.2f} s; a checkpoint took: "
          f"median {durations[len(durations) // 2]:.2f} s, at most {durations[-1]:.2f} s; ready "
          f"after: median {starts[len(starts) // 2] * 1e3:.0f} ms, at most "
          f"{starts[-1] * 1e3:.0f} ms")
    compare_with_an_uninterrupted_run(published)
    if TORTURE:
        # The next checkpoint is begun so that it ends within the interval if it takes as long as
        # the one before.
        assert losses[len(losses) // 2] < INTERVAL
        assert losses[int(len(losses) * 0.99)] < INTERVAL + durations[-1]
        assert starts[len(starts) // 2] < 0.1
