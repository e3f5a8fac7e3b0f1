"""A pendulum fitted to points by SciPy, beside JAX, compilation included: python -m
tests.benchmarks.pendulum [rounds].

Needs jax. In each round both compile their functions anew; given is the median processor time of
the whole fit, the results of which are compared.
"""

from __future__ import annotations

import os
import sys
import time
from statistics import median
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import least_squares

from autograd import jacobian, jit, scan

jax.config.update("jax_enable_x64", True)
H = 0.01


def residuals(m: Any, loop: Any, p: Any, seen: Any) -> Any:
    """The residuals of 200 angles, each five steps of Runge and Kutta's after the one before."""

    def rate(state: Any) -> Any:
        return m.stack([state[1], -p[0] * state[1] - p[1] * m.sin(state[0])])

    def step(state: Any, _: Any) -> Any:
        a = rate(state)
        b = rate(state + H / 2 * a)
        c = rate(state + H / 2 * b)
        d = rate(state + H * c)
        return state + H / 6 * (a + 2 * b + 2 * c + d), None

    def until_seen(state: Any, angle: Any) -> Any:
        state, _ = loop(step, state, None, length=5)
        return state, state[0] - angle

    return loop(until_seen, m.array([1.0, 0.0]), seen)[1]


def fitted(seen: Any, with_jax: bool) -> Any:
    """The fit, from functions that are compiled here."""
    if with_jax:
        f = jax.jit(lambda p, seen: residuals(jnp, jax.lax.scan, p, seen))
        jac = jax.jit(jax.jacfwd(lambda p, seen: residuals(jnp, jax.lax.scan, p, seen)))
    else:
        f = jit(lambda p, seen: residuals(np, scan, p, seen))
        jac = jit(jacobian(lambda p, seen: residuals(np, scan, p, seen), 0))
    return least_squares(f, [1.0, 5.0], jac=jac, args=(seen,))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    truth, noise = np.array([0.3, 9.8]), np.random.default_rng(0).normal(size=200)
    seen = residuals(np, scan, truth, np.zeros(200)) + 0.01 * noise
    times: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(rounds):
        found = {}
        for with_jax, own in times.items():
            begun = time.process_time()
            found[with_jax] = fitted(seen, with_jax).x
            own.append(time.process_time() - begun)
        np.testing.assert_allclose(found[False], found[True], rtol=1e-6)
    ours, theirs = median(times[False]), median(times[True])
    print(
        f"jax {jax.__version__}; here {ours:.2f} s, JAX {theirs:.2f} s, ratio {ours / theirs:.2f}"
    )


if __name__ == "__main__":
    main()
