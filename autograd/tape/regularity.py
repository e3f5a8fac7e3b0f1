"""Regularity: whether local derivatives are finite wherever the operands are."""

from __future__ import annotations

from collections.abc import Mapping

from ..ops import STRUCTURAL
from .instructions import Instruction, Tape

# Operations whose local derivatives are finite at all finite operands.
REGULAR = {*STRUCTURAL, "pack", "item", "result"}
REGULAR |= {"add", "sub", "mul", "neg", "pos", "abs", "sign", "floor", "ceil", "copysign", "exp"}
REGULAR |= {"expm1", "sin", "cos", "sinh", "cosh", "tanh", "tanh_slope", "atan", "asinh", "erf"}
REGULAR |= {"erfc", "gaussian", "normal_cdf", "sigmoid", "softplus", "log_sigmoid", "relu", "elu"}
REGULAR |= {"leaky_relu", "selu", "silu", "gelu", "gelu_tanh", "mish", "softsign", "clamp", "dot"}
REGULAR |= {"maximum", "minimum", "total", "mean", "product", "logsumexp", "softmax"}
REGULAR |= {"log_softmax", "cross_entropy"}


def is_regular(instruction: Instruction, known: Mapping[int, float]) -> bool:
    """Whether an instruction has finite local derivatives at finite operands.

    known: the numbers of slots that are constants.
    """
    if instruction.name == "loop":
        return all_regular(instruction.held.body)
    if instruction.name == "div":
        return bool(known.get(instruction.operands[1], 0.0))
    if instruction.name == "pow":
        return known.get(instruction.operands[1], 0.0) >= 1.0
    return instruction.name in REGULAR


def all_regular(tape: Tape) -> bool:
    """Whether all instructions of a tape have finite local derivatives at finite operands."""
    known = dict(zip(tape.constant_slots, tape.constants, strict=True))
    return all([is_regular(instruction, known) for instruction in tape.instructions])
