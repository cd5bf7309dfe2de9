#!/usr/bin/env python3
"""Makes the golden file of the recipe's deterministic part from the reference implementation.

usage: make_golden.py REFERENCE_FOLDER OUT.csv

The reference folder holds recipe_v2.py. The series is made here: a day of 24 and a week of 168
samples, a trend, autoregressive noise, a few steps that repeat; seed 7. Columns: the series, its
step q, both periods, the forecasts of ar2, ar8 and full (on the 75 features alone), the mixture,
the guarded mixture; scaled differences, made at the row's own sample.
"""
import sys

import numpy as np

sys.path.insert(0, sys.argv[1])
import recipe_v2 as recipe  # noqa: E402


def series(count=2400):
    random = np.random.default_rng(7)
    t = np.arange(count)
    noise = np.zeros(count)
    for i in range(1, count):
        noise[i] = 0.8 * noise[i - 1] + random.normal()
    wave = 3 * np.sin(2 * np.pi * t / 24) + np.abs(np.sin(np.pi * t / 24)) ** 5 * 2
    week = 1.5 * ((t // 24) % 7 >= 5) + np.sin(2 * np.pi * t / 168)
    x = 20 + 0.002 * t + wave + week + 0.6 * noise
    still = random.random(count) < 0.03
    for i in range(1, count):
        if still[i]:
            x[i] = x[i - 1]
    return np.round(x, 3)


def main():
    x = series()
    experts, _, q, period, second, _ = recipe.run(x, nelm=0, gru=False)
    with open(sys.argv[2], "w") as out:
        out.write("x,q,period,second_period,ar2,ar8,full,mixture,guarded\n")
        for t in range(len(x)):
            numbers = [q[t], *(experts[k][t] for k in ("AR2", "AR8", "X", "ml", "mix"))]
            text = [f"{n:.10g}" for n in numbers]
            out.write(f"{x[t]:.3f},{text[0]},{period[t]},{second[t]},{','.join(text[1:])}\n")


main()
