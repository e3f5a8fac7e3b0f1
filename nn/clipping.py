"""Gradient clipping, by norm or by value. Gradients that are not finite are left to `step`."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd import Value

from .arguments import at_least_zero, grads_of, parameters_of

TOWARDS_ZERO = 1.0 - 2.0**-50  # covers the rounding errors of a quotient, a product and a norm


def clip_norm(parameters: Iterable[Value], largest: float) -> float:
    """Scale all gradients by one factor, so that their norm is at most `largest`; return the norm.

    The norm is the square root of the sum of their squares, before clipping: inf if it overflows,
    in which case gradients are clipped nevertheless. The factor is PyTorch's,
    largest/(norm + 1e-6), if that is below 1. A parameter that is given twice counts once. If a
    gradient is not finite, nothing is changed, and the norm is inf or NaN.

    Args:
        parameters: leaf Values, as from `model.parameters()`.
        largest: the largest norm.

    Raises:
        ValueError: unless `largest` is finite and nonnegative.

    References:
        Pascanu, R. et al., On the difficulty of training recurrent neural networks (2013),
        algorithm 1.

    >>> w, b = Value(0.0), Value(0.0)
    >>> w.grad, b.grad = 3.0, 4.0
    >>> clip_norm([w, b], 1.0), round(w.grad, 4), round(b.grad, 4)
    (5.0, 0.6, 0.8)
    """
    largest = at_least_zero(largest, "clip_norm")
    parameters = list(dict.fromkeys(parameters_of(parameters, "clip_norm")))
    grads = grads_of(parameters, "clip_norm")
    norm = math.hypot(*grads)
    if not all(map(math.isfinite, grads)):
        return norm
    scale = 1.0 if norm < 1e300 else 2.0**-64  # so that the scaled norm does not overflow
    divisor = math.hypot(*[scale * grad for grad in grads]) + scale * 1e-6
    if largest * scale < divisor:
        for parameter in parameters:
            # The quotient first: a factor might underflow. Rounded towards 0, so that rounding
            # errors don't bring the norm above `largest`.
            parameter.grad = scale * parameter.grad / divisor * (largest * TOWARDS_ZERO)
    return norm


def clip_value(parameters: Iterable[Value], largest: float) -> None:
    """Clip every gradient to the interval from -largest to largest, if it is finite.

    Args:
        parameters: leaf Values, as from `model.parameters()`.
        largest: the largest absolute value.

    Raises:
        ValueError: unless `largest` is finite and nonnegative.

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
