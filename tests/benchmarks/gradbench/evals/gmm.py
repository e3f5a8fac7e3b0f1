"""gmm: the log posterior of a mixture of Gaussians, with a Wishart prior on their precisions.

A row is an observation. The program of one component is compiled once and runs with the parameters
of each; a second one combines the components of a row. By the chain rule, its derivatives are the
weights of the rows when the first one is differentiated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd import Value, compile, dot, exp, grad, jit, logsumexp, total

Vector = Sequence[Any]
freedom, gamma = Value(0.0, label="m"), Value(1.0, label="gamma")  # of the prior
whole, shares_of_whole = jit(logsumexp), jit(grad(logsumexp))


def log_density(x: Vector, alpha: Any, mu: Vector, q: Vector, below: Vector) -> Any:
    """Of one component at x, up to a constant.

    The precision is QᵀQ, where Q is triangular: q has the logarithms of its diagonal, below the
    numbers below it, column by column.
    """
    rows = [[exp(number)] for number in q]
    rest = iter(below)
    for column in range(len(q)):
        for row in range(column + 1, len(q)):
            rows[row].insert(column, next(rest))
    centered = [a - b for a, b in zip(x, mu, strict=True)]
    z = [dot(row, centered[: len(row)]) for row in rows]
    return alpha + total(q) - 0.5 * dot(z, z)


def of_diagonal(number: Any) -> Any:
    """What a number of q adds to the prior."""
    entry = gamma * exp(number)
    return freedom * number - 0.5 * entry * entry


def of_below(number: Any) -> Any:
    entry = gamma * number
    return -0.5 * entry * entry


def constant(d: int, k: int, n: int, m: int, gamma: float) -> float:
    freedom = d + m + 1
    log_gammas = [math.lgamma(0.5 * (freedom - i)) for i in range(d)]
    wishart = freedom * d * math.log(gamma / math.sqrt(2.0))
    wishart -= 0.25 * d * (d - 1) * math.log(math.pi) + sum(log_gammas)
    return k * wishart - 0.5 * n * d * math.log(2.0 * math.pi)


@cache
def component(d: int) -> tuple[list[Value], Any, Any]:
    """The parameters of one component; its program; the same times a weight, the last input."""
    parameters = [Value(0.0) for _ in range(1 + 2 * d + d * (d - 1) // 2)]
    alpha, *others = parameters
    mu, q, below = others[:d], others[d : 2 * d], others[2 * d :]

    def density(*x: Any) -> Any:
        return log_density(x, alpha, mu, q, below)

    def weighted(*row: Any) -> Any:
        return row[-1] * density(*row[:-1])

    return parameters, compile(density, d), compile(weighted, d + 1, parameters)


@cache
def combined(k: int) -> tuple[Any, Any]:
    """log(Σ exp) over the components of a row, and its derivatives by them."""

    def of_row(*terms: Any) -> Any:
        return logsumexp(terms)

    return compile(of_row, k), compile(grad(of_row), k)


@cache
def priors() -> tuple[Any, ...]:
    """Values and slopes of the terms of the prior, of which each depends on one number."""
    terms = [compile(f, 1) for f in (of_diagonal, of_below)]
    slopes = [compile(grad(f), 1) for f in (of_diagonal, of_below)]
    return *terms, *slopes


def each_number(program: Any, numbers: Any) -> Any:
    """A program of one input on all numbers of an array."""
    found = program(numbers.reshape(-1, 1)) if numbers.size else numbers
    return found.reshape(numbers.shape)


class Mixture:
    """The input of a message, with its programs."""

    def __init__(self, given: dict[str, Any]) -> None:
        d, k = given["d"], given["k"]
        self.X, self.alpha, self.mu, self.q = [
            np.array(given[name]) for name in ("x", "alpha", "mu", "q")
        ]
        self.below = np.array(given["l"]).reshape(k, d * (d - 1) // 2)
        self.n, self.m, self.gamma = [given[name] for name in ("n", "m", "gamma")]
        self.constant = constant(d, k, self.n, self.m, self.gamma)
        self.parameters, self.density, self.weighted = component(d)
        self.shares = combined(k)

    def each(self, run: Callable[[int], Any]) -> list[Any]:
        """What `run` gives for the index of each component, with the parameters of that one."""
        table = np.column_stack([self.alpha, self.mu, self.q, self.below]).tolist()
        found = []
        for i, row in enumerate(table):
            for parameter, number in zip(self.parameters, row, strict=True):
                parameter.data = number
            found.append(run(i))
        return found

    def priors(self) -> tuple[Any, ...]:
        freedom.data, gamma.data = self.m, self.gamma
        return priors()

    def terms(self) -> Any:
        """A column for each component."""
        return np.column_stack(self.each(lambda i: self.density(self.X)))

    def objective(self) -> float:
        diagonal, below, _, _ = self.priors()
        prior = each_number(diagonal, self.q).sum() + each_number(below, self.below).sum()
        likelihood = self.shares[0](self.terms()).sum() - self.n * whole(self.alpha)
        return float(likelihood + prior + self.constant)

    def jacobian(self) -> dict[str, Any]:
        weights = self.shares[1](self.terms())

        def slopes(i: int) -> list[float]:
            rows = np.column_stack([self.X, weights[:, i]])
            return self.weighted.value_and_grad(rows, reduction="sum")[1]

        d = self.X.shape[1]
        alpha, mu, q, below = np.split(np.array(self.each(slopes)), [1, d + 1, 2 * d + 1], axis=1)
        _, _, diagonal_slope, below_slope = self.priors()
        return {
            "alpha": alpha.ravel() - self.n * shares_of_whole(self.alpha),
            "mu": mu,
            "q": q + each_number(diagonal_slope, self.q),
            "l": below + each_number(below_slope, self.below),
        }


def objective(given: dict[str, Any]) -> Callable[[], float]:
    return Mixture(given).objective


def jacobian(given: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    return Mixture(given).jacobian
