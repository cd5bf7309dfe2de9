#!/usr/bin/env python3
"""A sample of a stream, learned and forecast: deep-river's GRU, and River's two forecasters with the
settings that were best for accuracy (../accuracy/peers.py)."""
import importlib.metadata
import math
import os
import random
import sys
import warnings

import torch

import worker

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "accuracy"))
import peers  # noqa: E402

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch.set_flush_denormal(True)
warnings.simplefilter("ignore")
PERIOD, AGE = 50, 300


def case(name):
    """One sample more of a noisy sine, from an age on at which no window is empty."""
    peer, noise, count = peers.PEERS[name].make(PERIOD), random.Random(1), 0

    def run():
        nonlocal count
        count += 1
        peer(20 + math.sin(2 * math.pi * count / PERIOD) + noise.gauss(0, 0.3))
    for _ in range(AGE):
        run()
    return run


if __name__ == "__main__":
    worker.serve(
        {name: importlib.metadata.version(name) for name in ("deep_river", "river")},
        {"deep-river GRU": case("gru"), "River SNARIMAX": case("snarimax"),
         "River HoltWinters": case("holt-winters")})
