#!/usr/bin/env python3
"""The settings of the peers that were tried to give each its best, on all series, with hindsight.

usage: grid.py --data DIR [--only TEXT]

The best of each kind is what peers.py calls `best`.
"""
import argparse
import itertools

import peers
import run  # Sets the number of threads and the path to series and scores.
import scores
import series


def bayes():
    from river import linear_model
    return linear_model.BayesianLinearRegression()


def settings():
    """(name, samples of each series, how to make it)"""
    for alpha, beta, gamma in itertools.product((0.6, 0.7, 0.8, 0.9, 0.99),
                                                (None, 0.001, 0.01), (None, 0.05, 0.2)):
        if beta or not gamma:
            yield (f"HoltWinters alpha {alpha}, beta {beta}, gamma {gamma}", 2000,
                   peers.holt_winters(alpha, beta, gamma))
    regressors = {"Adam .0003": peers.adam(3e-4), "Adam .001": peers.adam(1e-3),
                  "Adam .003": peers.adam(3e-3), "Adam .01": peers.adam(1e-2),
                  "SGD .001": peers.sgd(1e-3), "SGD .003": peers.sgd(3e-3),
                  "SGD .01": peers.sgd(1e-2)}
    for (p, seasons), (name, regressor) in itertools.product(((12, 1), (24, 2)),
                                                             regressors.items()):
        yield f"SNARIMAX p {p}, sp {seasons}, {name}", 2000, peers.snarimax(p, seasons, regressor)
    yield "SNARIMAX p 12, sp 1, Bayesian", 2000, peers.snarimax(12, 1, bayes)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--only", default="", help="settings with this in their name")
    arguments = parser.parse_args()
    for name, limit, make in settings():
        if arguments.only not in name:
            continue
        errors, diverged = [], 0
        for file in series.files():
            for values in file.values(arguments.data, limit).values():
                made, _, _, bad = run.forecasts(make(file.season), values)
                errors.append(scores.score(values, made)["mse"])
                diverged += bad > 0
        print(f"{name}, first {limit}: {scores.geometric_mean(errors):.4f}, "
              f"worst {max(errors):.3g}, diverged on {diverged}", flush=True)


if __name__ == "__main__":
    main()
