"""Initialization of weights: uniform from -bound to bound, the bound by name."""

from __future__ import annotations

import math
from collections.abc import Callable

from autograd.arguments import choices

# Each bound by the number of the layer's inputs and of its neurons.
INITIALIZATIONS: dict[str, Callable[[int, int], float]] = {
    # X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural
    # networks (2010), eq. 16: preserves the variance in both directions for slopes near 1.
    "xavier": lambda nin, nout: math.sqrt(6.0 / (nin + nout)),
    # K. He et al., Delving deep into rectifiers (2015), eq. 10: relu halves the variance.
    "he": lambda nin, nout: math.sqrt(6.0 / nin),
    "uniform": lambda nin, nout: 1.0,  # micrograd's
}


def init_for(activation: object) -> str:
    """The default initialization for an activation.

    For relu it is micrograd's, so that the default network is micrograd's to the bit.
    """
    if activation == "relu":
        return "uniform"
    return "he" if activation in ("leaky_relu", "elu", "gelu", "silu", "mish") else "xavier"


def bound_of(init: str, nin: int, nout: int, where: str) -> float:
    """The largest weight that an initialization draws; ValueError for an unknown name."""
    if not isinstance(init, str) or init not in INITIALIZATIONS:
        raise ValueError(f"{where}: unknown init {init!r}{choices(init, INITIALIZATIONS)}")
    return INITIALIZATIONS[init](nin, nout)
