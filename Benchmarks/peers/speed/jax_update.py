#!/usr/bin/env python3
"""The update in JAX: one jitted function with lax.scan over the window, its buffers donated."""
import os

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

import worker  # noqa: E402

GATES = {"elman": 1, "gru": 3, "lstm": 4}


def step(cell, weights, state, xi):
    h = state[0]
    hh = h @ weights["wh"] + weights["bh"]
    if cell == "elman":
        return (jnp.tanh(xi + hh),)
    if cell == "gru":
        (ri, zi, ni), (rh, zh, nh) = jnp.split(xi, 3, -1), jnp.split(hh, 3, -1)
        r, z = jax.nn.sigmoid(ri + rh), jax.nn.sigmoid(zi + zh)
        n = jnp.tanh(ni + r * nh)
        return (n + z * (h - n),)
    i, f, g, o = jnp.split(xi + hh, 4, -1)
    c = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
    return (jax.nn.sigmoid(o) * jnp.tanh(c), c)


def case(cell, hidden, batch):
    inputs, targets = worker.window(batch)
    x, y = jnp.array(inputs)[..., None], jnp.array(targets)[..., None]
    gates = GATES[cell] * hidden
    shapes = {"wi": (1, gates), "wh": (hidden, gates), "bi": (gates,), "bh": (gates,),
              "wo": (hidden, 1), "bo": (1,)}
    keys = jax.random.split(jax.random.key(1), len(shapes))
    weights = {name: jax.random.uniform(key, shape, minval=-1, maxval=1) / hidden ** 0.5
               for key, (name, shape) in zip(keys, shapes.items())}
    state = tuple(jnp.zeros((batch, hidden)) for _ in range(2 if cell == "lstm" else 1))

    def loss(weights, state):
        def body(state, xi):
            state = step(cell, weights, state, xi)
            return state, state[0]
        state, hs = jax.lax.scan(body, state, x @ weights["wi"] + weights["bi"])
        return jnp.mean((hs @ weights["wo"] + weights["bo"] - y) ** 2), state

    def update(weights, means, squares, count, state):
        (_, state), g = jax.value_and_grad(loss, has_aux=True)(weights, state)
        norm = jnp.sqrt(sum(jnp.sum(part ** 2) for part in g.values()))
        factor = jnp.minimum(1.0, 1.0 / (norm + 1e-6))
        count = count + 1
        for name in g:
            part = g[name] * factor
            means[name] = 0.9 * means[name] + 0.1 * part
            squares[name] = 0.999 * squares[name] + 0.001 * part * part
            root = jnp.sqrt(squares[name] / (1 - 0.999 ** count)) + 1e-8
            weights[name] = weights[name] - 1e-3 * means[name] / (1 - 0.9 ** count) / root
        return weights, means, squares, count, state

    compiled = jax.jit(update, donate_argnums=(0, 1, 2, 4))
    zeros = [{name: jnp.zeros_like(part) for name, part in weights.items()} for _ in range(2)]
    all_of_it = (weights, *zeros, jnp.array(0.0), state)

    def run():
        nonlocal all_of_it
        all_of_it = compiled(*all_of_it)
        jax.block_until_ready(all_of_it)
    return run


if __name__ == "__main__":
    worker.serve({"jax": jax.__version__}, {
        worker.update_name("scan", *shape): case(*shape) for shape in worker.UPDATES})
