"""Where others lose digits: python -m tests.benchmarks.others, with PyTorch and JAX if installed.

Values and derivatives in float64 beside mpmath's at 50 digits, as a Markdown table: "right" within
2e-15 of the truth, else what the library gives or how far off it is, relative to the truth.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from typing import Any

from mpmath import mp, mpf

import autograd
from autograd import Value, gradients

mp.dps = 50

VALUE, SLOPE = "value", "slope"
# What is computed: the value, or the slope by the first number; the truth; one expression, which
# each library knows under its own names `m`; and where.
CASES: list[tuple[str, str, Callable[[], Any], Callable[[Any, Any], Any], list[float]]] = [
    (
        "tanh′(20)",
        SLOPE,
        lambda: 4 / (mp.exp(20) + mp.exp(-20)) ** 2,
        lambda m, x: m.tanh(x[0]),
        [20.0],
    ),
    (
        "sigmoid′(40)",
        SLOPE,
        lambda: mp.exp(-40) / (1 + mp.exp(-40)) ** 2,
        lambda m, x: m.sigmoid(x[0]),
        [40.0],
    ),
    (
        "cross-entropy of a confident prediction, logits 40 and 0",
        VALUE,
        lambda: mp.log1p(mp.exp(-40)),
        lambda m, x: m.cross_entropy(x),
        [40.0, 0.0],
    ),
    (
        "its slope by the logit 40",
        SLOPE,
        lambda: -mp.exp(-40) / (1 + mp.exp(-40)),
        lambda m, x: m.cross_entropy(x),
        [40.0, 0.0],
    ),
    (
        "∂logsumexp/∂a at (1e308, 1e308)",
        SLOPE,
        lambda: mpf(1) / 2,
        lambda m, x: m.logsumexp(x),
        [1e308, 1e308],
    ),
    (
        "∂hypot/∂a at (1e200, 1e200)",
        SLOPE,
        lambda: 1 / mp.sqrt(2),
        lambda m, x: m.hypot(x[0], x[1]),
        [1e200, 1e200],
    ),
    (
        "∂hypot/∂a at (1e-200, 1e-200)",
        SLOPE,
        lambda: 1 / mp.sqrt(2),
        lambda m, x: m.hypot(x[0], x[1]),
        [1e-200, 1e-200],
    ),
    (
        "∂atan2(a, b)/∂a at (1e-200, 1e-200)",
        SLOPE,
        lambda: 1 / (2 * mpf(1e-200)),
        lambda m, x: m.atan2(x[0], x[1]),
        [1e-200, 1e-200],
    ),
    (
        "∂(b/a)/∂a at (1e-200, 1e-200)",
        SLOPE,
        lambda: -1 / mpf(1e-200),
        lambda m, x: x[1] / x[0],
        [1e-200, 1e-200],
    ),
    (
        "∂(a·b·c)/∂a at (0, 2, 3)",
        SLOPE,
        lambda: mpf(6),
        lambda m, x: m.product(x),
        [0.0, 2.0, 3.0],
    ),
    ("(x^0)′ at 0", SLOPE, lambda: mpf(0), lambda m, x: m.power(x[0], 0.0), [0.0]),
    (
        "where(x > 0, log x, x)′ at 0",
        SLOPE,
        lambda: mpf(1),
        lambda m, x: m.where(x[0] > 0.0, m.log(x[0]), x[0]),
        [0.0],
    ),
    (
        "gelu(-12)",
        VALUE,
        lambda: -12 * mp.ncdf(-12),
        lambda m, x: m.gelu(x[0]),
        [-12.0],
    ),
    (
        "gelu′(-12)",
        SLOPE,
        lambda: mp.diff(lambda t: t * mp.ncdf(t), -12),
        lambda m, x: m.gelu(x[0]),
        [-12.0],
    ),
]


class Ours:
    """The names of this library."""

    tanh, sigmoid, hypot, gelu = autograd.tanh, autograd.sigmoid, autograd.hypot, autograd.gelu
    product, power, where, log = autograd.product, autograd.pow, autograd.where, autograd.log
    logsumexp, atan2 = autograd.logsumexp, autograd.atan2
    cross_entropy = staticmethod(lambda xs: autograd.cross_entropy(xs, 0))

    @staticmethod
    def results(f: Callable[[Any, Any], Any], at: list[float]) -> dict[str, float]:
        """The value and the slope by the first number."""
        xs = [Value(x) for x in at]
        y = f(Ours, xs)
        return {VALUE: y.data, SLOPE: gradients(y, xs)[0]}


def pytorch() -> Any:
    import torch
    from torch.nn import functional

    class Theirs:
        tanh, sigmoid, hypot, power = torch.tanh, torch.sigmoid, torch.hypot, torch.pow
        where, log, gelu, atan2 = torch.where, torch.log, functional.gelu, torch.atan2
        logsumexp = staticmethod(lambda xs: torch.logsumexp(torch.stack(list(xs)), 0))
        product = staticmethod(lambda xs: torch.prod(torch.stack(list(xs))))
        cross_entropy = staticmethod(
            lambda xs: functional.cross_entropy(torch.stack(list(xs))[None], torch.tensor([0]))
        )

        @staticmethod
        def results(f: Callable[[Any, Any], Any], at: list[float]) -> dict[str, float]:
            xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
            y = f(Theirs, xs)
            y.backward()
            return {VALUE: y.item(), SLOPE: float(xs[0].grad)}

    return f"PyTorch {torch.__version__}", Theirs


def jax() -> Any:
    import jax
    from jax import nn as jnn
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)

    class Theirs:
        tanh, sigmoid, hypot, power = jnp.tanh, jnn.sigmoid, jnp.hypot, jnp.power
        where, log, atan2 = jnp.where, jnp.log, jnp.arctan2
        logsumexp = staticmethod(lambda xs: jnn.logsumexp(jnp.stack(xs)))
        gelu = staticmethod(lambda x: jnn.gelu(x, approximate=False))
        product = staticmethod(lambda xs: jnp.prod(jnp.stack(xs)))
        cross_entropy = staticmethod(lambda xs: -jnn.log_softmax(jnp.stack(xs))[0])

        @staticmethod
        def results(f: Callable[[Any, Any], Any], at: list[float]) -> dict[str, float]:
            y, slope = jax.value_and_grad(lambda *xs: f(Theirs, list(xs)))(*at)
            return {VALUE: float(y), SLOPE: float(slope)}

    return f"JAX {jax.__version__}", Theirs


def shown(got: float, want: Any) -> str:
    """How far off a result is."""
    if got == 0.0 or not math.isfinite(got):
        return "right" if got == want else f"{got + 0.0:g}"  # -0 as 0
    error = float(abs(mpf(got) - want) / abs(want)) if want else math.inf
    return "right" if error < 2e-15 else f"off by {error:.1e}"


def main() -> None:
    libraries = [("here", Ours)]
    libraries += [
        make()
        for name, make in (("torch", pytorch), ("jax", jax))
        if importlib.util.find_spec(name)
    ]
    print("| | truth |", " | ".join([name for name, _ in libraries]), "|")
    print("|---|---|" + "---|" * len(libraries))
    for name, which, truth, f, at in CASES:
        want = truth()
        found = [shown(library.results(f, at)[which], want) for _, library in libraries]
        print(f"| {name} | {mp.nstr(want, 6)} |", " | ".join(found), "|")


if __name__ == "__main__":
    main()
