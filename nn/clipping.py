"""Clipping: gradients made smaller before a step. What is not finite stays for `step` to refuse."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd import Value

from .checks import at_least_zero, grads_of, parameters_of


def clip_norm(parameters: Iterable[Value], largest: float) -> float:
    """Scale all gradients by one factor, so that their norm is at most `largest`; give the norm.

    The norm is the root of the sum of their squares, before clipping. R. Pascanu et al., On the
    difficulty of training recurrent neural networks (2013), algorithm 1; the factor as in PyTorch.

    >>> w, b = Value(0.0), Value(0.0)
    >>> w.grad, b.grad = 3.0, 4.0
    >>> clip_norm([w, b], 1.0), round(w.grad, 4), round(b.grad, 4)
    (5.0, 0.6, 0.8)
    """
    largest = at_least_zero(largest, "clip_norm")
    parameters = parameters_of(parameters, "clip_norm")
    norm = math.hypot(*grads_of(parameters, "clip_norm"))
    factor = largest / (norm + 1e-6)
    if factor < 1.0 and norm < math.inf:
        for parameter in parameters:
            parameter.grad *= factor
    return norm


def clip_value(parameters: Iterable[Value], largest: float) -> None:
    """Bring every gradient between -largest and largest.

    >>> w = Value(0.0)
    >>> w.grad = -3.0
    >>> clip_value([w], 0.5)
    >>> w.grad
    -0.5
    """
    largest = at_least_zero(largest, "clip_value")
    parameters = parameters_of(parameters, "clip_value")
    for parameter, grad in zip(parameters, grads_of(parameters, "clip_value"), strict=True):
        if math.isfinite(grad):
            parameter.grad = max(-largest, min(largest, grad))
