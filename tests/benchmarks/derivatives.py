"""Derivatives of programs against JAX and differences: python -m tests.benchmarks.derivatives.

Needs llvmlite, jax and scipy. One thread; results are compared before anything is timed. Given are
medians of processor time in milliseconds, interleaved, with minima in brackets; then the ratio of
medians. JAX gets its table as arrays of its own, ours is read from NumPy at every call.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from statistics import median
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import approx_fprime, minimize
from threadpoolctl import threadpool_limits

from autograd import Value, compile, dot, exp, log, sigmoid, softplus
from tests.benchmarks.clock import interleaved
from tests.benchmarks.machine import processor, versions

jax.config.update("jax_enable_x64", True)
Array = np.ndarray[Any, Any]
ROUNDS, CALLS = 20, 5


def compared(title: str, **things: Callable[[], Any]) -> None:
    """Time some calls of each thing in every round, after results are compared with the first."""
    first = np.asarray(next(iter(things.values()))())
    for name, call in things.items():
        tolerance = 1e-5 if name == "differences" else 1e-10
        np.testing.assert_allclose(np.asarray(call()), first, rtol=tolerance, atol=tolerance)
    found = interleaved(ROUNDS, CALLS, things)
    times = {name: [each / 1e3 for each in figures] for name, figures in found.items()}
    ours = median(times["here"])
    print(title)
    for name, each in times.items():
        ratio = "" if name == "here" else f"   here / {name} {ours / median(each):.3f}"
        print(f"  {name:<12} {median(each):9.3f} ms ({min(each):.3f}){ratio}", flush=True)


def hessian_of_a_regression() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(10_000, 10))
    at = rng.normal(size=10)
    labels = (rng.random(10_000) < 1.0 / (1.0 + np.exp(-rows @ at))).astype(float)
    table = np.column_stack([rows, labels])
    weights = [Value(0.0) for _ in range(10)]

    def loss(*v: Value) -> Value:
        z = dot(weights, v[:10])
        return softplus(z) - v[10] * z

    def total(w: Any, x: Any, t: Any) -> Any:
        z = x @ w
        return jnp.mean(jax.nn.softplus(z) - t * z)

    program, peer = compile(loss, 11, weights, "native"), jax.jit(jax.hessian(total))
    x, t = jnp.asarray(rows), jnp.asarray(labels)

    def slopes(w: Array) -> Any:
        return program.value_and_grad(table, parameters=w)[1]

    compared(
        "Hessian of a logistic regression, 10 parameters, 10^4 rows",
        here=lambda: program.hessian(table, parameters=at),
        jax=lambda: peer(at, x, t).block_until_ready(),
        differences=lambda: approx_fprime(at, slopes, 1e-7),
    )


def jacobian_of_a_decay() -> None:
    x = np.random.default_rng(0).uniform(0.0, 3.0, (100_000, 1))
    a, b, c = Value(0.0), Value(0.0), Value(0.0)
    at, column = np.array([2.0, 1.0, 0.5]), jnp.asarray(x[:, 0])
    program = compile(lambda x: a * exp(-b * x) + c, 1, [a, b, c], "native")

    def model(w: Any, x: Any) -> Any:
        return w[0] * jnp.exp(-w[1] * x) + w[2]

    forward, each = jax.jit(jax.jacfwd(model)), jax.jit(jax.vmap(jax.grad(model), (None, 0)))
    compared(
        "Jacobian of a·exp(-b·x) + c, 10^5 rows",
        here=lambda: program.jacobian(x, parameters=at),
        jax=lambda: forward(at, column).block_until_ready(),
        jax_vmap=lambda: each(at, column).block_until_ready(),
        differences=lambda: approx_fprime(at, lambda w: program(x, w), 1e-7),
    )


def fit() -> None:
    """A peak on an exponential background, 10^5 events: the likelihood by Newton's method.

    The parameters are the share of the peak as a logit, its place, the logarithm of its width, and
    that of the background's rate.
    """
    rng = np.random.default_rng(0)
    data = np.concatenate([rng.normal(1.5, 0.2, 30_000), rng.exponential(1.0, 70_000)])[:, None]
    start = np.array([0.0, 1.4, np.log(0.3), 0.2])
    options: Any = {"jac": True, "method": "trust-exact"}

    # The ten lines.
    f, m, s, r = parameters = [Value(0.0) for _ in range(4)]

    def loss(x: Value) -> Value:
        peak = exp(-0.5 * ((x - m) / exp(s)) ** 2 - s) / np.sqrt(2.0 * np.pi)
        return -log(sigmoid(f) * peak + sigmoid(-f) * exp(r - exp(r) * x))

    program = compile(loss, 1, parameters)

    def ours() -> Any:
        def both(p: Array) -> Any:
            return program.value_and_grad(data, parameters=p)

        def second(p: Array) -> Any:
            return program.hessian(data, parameters=p)

        found = minimize(both, start, hess=second, **options)
        return found.x, np.sqrt(np.diag(np.linalg.inv(len(data) * second(found.x))))

    # The same in JAX.
    def mean_loss(p: Any, x: Any) -> Any:
        f, m, s, r = p
        peak = jnp.exp(-0.5 * ((x - m) / jnp.exp(s)) ** 2 - s) / np.sqrt(2.0 * np.pi)
        background = jnp.exp(r - jnp.exp(r) * x)
        return -jnp.mean(jnp.log(jax.nn.sigmoid(f) * peak + jax.nn.sigmoid(-f) * background))

    first, matrix = jax.jit(jax.value_and_grad(mean_loss)), jax.jit(jax.hessian(mean_loss))
    column = jnp.asarray(data[:, 0])

    def theirs() -> Any:
        def both(p: Array) -> Any:
            value, slope = first(p, column)
            return float(value), np.asarray(slope)

        def second(p: Array) -> Any:
            return np.asarray(matrix(p, column))

        found = minimize(both, start, hess=second, **options)
        return found.x, np.sqrt(np.diag(np.linalg.inv(len(data) * second(found.x))))

    compared("Fit of a likelihood of 10^5 rows, trust-exact", here=ours, jax=theirs)
    names = ("logit of the share", "place", "log of the width", "log of the rate")
    for name, estimate, error in zip(names, *ours(), strict=True):
        print(f"  {name:<20} {estimate:8.4f} ± {error:.4f}")


def main() -> None:
    print(processor())
    print(versions("numpy", "scipy", "jax", "llvmlite"))
    with threadpool_limits(1):
        hessian_of_a_regression()
        jacobian_of_a_decay()
        fit()


if __name__ == "__main__":
    main()
