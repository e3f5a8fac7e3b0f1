"""Problems for solvers, written in NumPy, with answers that are known from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Counted:
    """A function that counts its calls."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f, self.calls = f, 0

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        return self.f(*args)


def energy(x: Any) -> Any:
    """That of 15 masses between two nails, on springs of length 1/2: 30 coordinates."""
    points = np.vstack([[0.0, 0.0], x.reshape(15, 2), [10.0, 0.0]])
    lengths = np.sqrt(np.sum(np.diff(points, axis=0) ** 2, axis=1))
    return np.sum(50.0 * (lengths - 0.5) ** 2) + np.sum(points[:, 1])


CHAIN = np.column_stack([np.linspace(0.6, 9.4, 15), np.full(15, -1.0)]).ravel()


def tridiagonal(x: Any) -> Any:
    """Broyden's equations (J. J. Moré and others, Testing unconstrained optimization software)."""
    padded = np.concatenate([[0.0], x, [0.0]])
    return (3.0 - 2.0 * x) * x - padded[:-2] - 2.0 * padded[2:] + 1.0


# NIST, Statistical Reference Datasets, Misra1a: data, certified estimates, their standard
# deviations and the residual sum of squares.
VOLUME = np.array(
    [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47]
    + [81.78]
)
PRESSURE = np.array(
    [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1]
    + [760.0]
)
ESTIMATES = np.array([2.3894212918e02, 5.5015643181e-04])
DEVIATIONS = np.array([2.7070075241e00, 7.2668688436e-06])
SQUARES = 1.2455138894e-01


def adsorbed(pressure: Any, b1: Any, b2: Any) -> Any:
    return b1 * (1.0 - np.exp(-b2 * pressure))


def residuals(b: Any) -> Any:
    return adsorbed(PRESSURE, b[0], b[1]) - VOLUME
