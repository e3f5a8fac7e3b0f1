"""Where others lose digits: python -m tests.benchmarks.others, with PyTorch and JAX if installed.

Derivatives in float64 beside mpmath's at 50 digits, as a Markdown table: the relative error of
each, or what it gives.
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

# What is computed: the truth, and one expression that each library knows under its own names `m`.
CASES: list[tuple[str, Any, Callable[[Any, Any], Any], list[float]]] = [
    ("tanh′(20)", lambda: 4 / (mp.exp(20) + mp.exp(-20)) ** 2, lambda m, x: m.tanh(x[0]), [20.0]),
    (
        "sigmoid′(40)",
        lambda: mp.exp(-40) / (1 + mp.exp(-40)) ** 2,
        lambda m, x: m.sigmoid(x[0]),
        [40.0],
    ),
    (
        "∂hypot/∂a at (1e-200, 1e-200)",
        lambda: 1 / mp.sqrt(2),
        lambda m, x: m.hypot(x[0], x[1]),
        [1e-200, 1e-200],
    ),
    (
        "cross-entropy′ of a sure answer (logits 40, 0; the first is true)",
        lambda: -mp.exp(-40) / (1 + mp.exp(-40)),
        lambda m, x: m.cross_entropy(x),
        [40.0, 0.0],
    ),
    ("∂(a·b·c)/∂a at (0, 2, 3)", lambda: mpf(6), lambda m, x: m.product(x), [0.0, 2.0, 3.0]),
    ("x^0.5 by x at 0", lambda: mp.inf, lambda m, x: m.power(x[0], 0.5), [0.0]),
    (
        "where(x > 0, log x, x)′ at 0",
        lambda: mpf(1),
        lambda m, x: m.where(x[0] > 0.0, m.log(x[0]), x[0]),
        [0.0],
    ),
    (
        "gelu′(-12)",
        lambda: mp.diff(lambda t: t * mp.ncdf(t), -12),
        lambda m, x: m.gelu(x[0]),
        [-12.0],
    ),
]


class Ours:
    """The names of this library."""

    tanh, sigmoid, hypot, gelu = autograd.tanh, autograd.sigmoid, autograd.hypot, autograd.gelu
    product, power, where, log = autograd.product, autograd.pow, autograd.where, autograd.log
    cross_entropy = staticmethod(lambda xs: autograd.cross_entropy(xs, 0))

    @staticmethod
    def slope(f: Callable[[Any, Any], Any], at: list[float]) -> float:
        xs = [Value(x) for x in at]
        return gradients(f(Ours, xs), xs)[0]


def pytorch() -> Any:
    import torch
    from torch.nn import functional

    class Theirs:
        tanh, sigmoid, hypot, power = torch.tanh, torch.sigmoid, torch.hypot, torch.pow
        where, log, gelu = torch.where, torch.log, functional.gelu
        product = staticmethod(lambda xs: torch.prod(torch.stack(list(xs))))
        cross_entropy = staticmethod(
            lambda xs: functional.cross_entropy(torch.stack(list(xs))[None], torch.tensor([0]))
        )

        @staticmethod
        def slope(f: Callable[[Any, Any], Any], at: list[float]) -> float:
            xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
            f(Theirs, xs).backward()
            return float(xs[0].grad)

    return f"PyTorch {torch.__version__}", Theirs


def jax() -> Any:
    import jax
    from jax import nn as jnn
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)

    class Theirs:
        tanh, sigmoid, hypot, power = jnp.tanh, jnn.sigmoid, jnp.hypot, jnp.power
        where, log = jnp.where, jnp.log
        gelu = staticmethod(lambda x: jnn.gelu(x, approximate=False))
        product = staticmethod(lambda xs: jnp.prod(jnp.stack(xs)))
        cross_entropy = staticmethod(lambda xs: -jnn.log_softmax(jnp.stack(xs))[0])

        @staticmethod
        def slope(f: Callable[[Any, Any], Any], at: list[float]) -> float:
            return float(jax.grad(lambda *xs: f(Theirs, list(xs)))(*at))

    return f"JAX {jax.__version__}", Theirs


def shown(got: float, want: Any) -> str:
    """How far off a result is."""
    if math.isnan(got) or math.isinf(got) or mp.isinf(want):
        return "right" if got == want else f"{got}"
    error = float(abs(mpf(got) - want) / abs(want))
    return "right" if error < 2e-15 else f"{got:.3g} (off by {error:.1e})"


def main() -> None:
    libraries = [("here", Ours)]
    libraries += [
        make()
        for name, make in (("torch", pytorch), ("jax", jax))
        if importlib.util.find_spec(name)
    ]
    print("| | truth |", " | ".join([name for name, _ in libraries]), "|")
    print("|---|---|" + "---|" * len(libraries))
    for name, truth, f, at in CASES:
        want = truth()
        found = [shown(library.slope(f, at), want) for _, library in libraries]
        print(f"| {name} | {mp.nstr(want, 6)} |", " | ".join(found), "|")


if __name__ == "__main__":
    main()
