"""Whether a derivative flows at all: a derivative of 0 does not show it.

In a graph that is unrolled nothing flows back from a state that no later step takes, or that only
the branch not taken of a choice takes. In a loop its adjoint is 0; and where a local derivative is
infinite, 0 times it is NaN. So a loop whose step has such operations carries a flag for each state,
1 or 0, by which products with their local derivatives are masked, as in masking.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..masking import Masks
from ..ops import STRUCTURAL
from .instructions import Instruction, Tape
from .recorder import Recorder, Symbol

# Operations whose local derivatives are finite wherever their operands are.
REGULAR = {*STRUCTURAL, "pack", "item", "result"}
REGULAR |= {"add", "sub", "mul", "neg", "pos", "abs", "sign", "floor", "ceil", "copysign", "exp"}
REGULAR |= {"expm1", "sin", "cos", "sinh", "cosh", "tanh", "tanh_slope", "atan", "asinh", "erf"}
REGULAR |= {"erfc", "gaussian", "normal_cdf", "sigmoid", "softplus", "log_sigmoid", "relu", "elu"}
REGULAR |= {"leaky_relu", "selu", "silu", "gelu", "gelu_tanh", "mish", "softsign", "clamp", "dot"}
REGULAR |= {"maximum", "minimum", "total", "mean", "product", "logsumexp", "softmax"}
REGULAR |= {"log_softmax", "cross_entropy"}


def is_regular(instruction: Instruction, known: Mapping[int, Any]) -> bool:
    """Whether an instruction has finite local derivatives at finite operands.

    known: the numbers of slots that are constants.
    """
    if instruction.name == "loop":
        return all_regular(instruction.held.body)
    if instruction.name == "div":
        return bool(known.get(instruction.operands[1], 0.0))
    if instruction.name == "pow":
        return bool(known.get(instruction.operands[1], 0.0) >= 1.0)
    return instruction.name in REGULAR


def all_regular(tape: Tape) -> bool:
    """Whether all instructions of a tape are so."""
    known = dict(zip(tape.constant_slots, tape.constants, strict=True))
    return all([is_regular(instruction, known) for instruction in tape.instructions])


class Flows:
    """Where a derivative flows in a sweep through the step of a loop.

    masks: by slot the condition under which it does, None for always; nothing flows in others.
    known: the numbers of slots that are constants.
    """

    def __init__(self, recorder: Recorder, known: Mapping[int, Any]) -> None:
        self.recorder, self.known = recorder, known
        self.masks: Masks[int] = Masks(recorder.where)

    def begin(self, slot: int, flag: Symbol | None = None) -> None:
        """Let a derivative flow from a slot: where the flag is 1, or always."""
        holds: Any = flag
        self.masks.add(slot, None if flag is None else holds > 0.5)

    def through(self, instruction: Instruction, slot: int) -> list[Any]:
        """For each operand of an instruction the condition of the flow between it and the slot."""
        if instruction.name == "where":
            condition, a, b = instruction.operands
            uses = self.masks.choice(slot, Symbol(self.recorder, condition), a, b)
            return [mask for _, _, mask in uses]
        return [self.masks.of[slot]] * len(instruction.operands)

    def flag(self, slot: int) -> Any:
        """1 where a derivative flows in a slot, else 0."""
        if slot not in self.masks.of:
            return 0.0
        mask = self.masks.of[slot]
        return 1.0 if mask is None else self.recorder.where(mask, 1.0, 0.0)


def flag_names(names: Sequence[str]) -> list[str]:
    """The names of the flags of states."""
    return [f"{name}_flows" for name in names]
