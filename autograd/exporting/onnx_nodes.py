"""Nodes of a graph of ONNX: the instructions of a tape, each on a column of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from ..ops.op import Rule
from ..tape.instructions import Instruction, Tape
from ..tape.passes import Simplifier
from ..tape.recorder import Symbol
from .decompositions import DECOMPOSITIONS

# The operators of ONNX by the names of instructions.
OPERATORS = {
    "abs": "Abs",
    "add": "Add",
    "both": "And",
    "ceil": "Ceil",
    "div": "Div",
    "either": "Or",
    "equal": "Equal",
    "exp": "Exp",
    "floor": "Floor",
    "largest": "Max",
    "less": "Less",
    "less_equal": "LessOrEqual",
    "log": "Log",
    "mul": "Mul",
    "neg": "Neg",
    "opposite": "Not",
    "pow": "Pow",
    "sin": "Sin",
    "sqrt": "Sqrt",
    "sub": "Sub",
    "tanh": "Tanh",
    "total": "Sum",
    "where": "Where",
}
# Those that ONNX Runtime has in single precision alone (Cos up to 1.23); in double they are
# decomposed.
OF_FLOAT32 = {
    "acos": "Acos",
    "acosh": "Acosh",
    "asin": "Asin",
    "asinh": "Asinh",
    "atan": "Atan",
    "atanh": "Atanh",
    "cos": "Cos",
    "cosh": "Cosh",
    "erf": "Erf",
    "sinh": "Sinh",
    "tan": "Tan",
}


class Decomposer(Simplifier):
    """All passes of a backend, and decompositions of operations that ONNX lacks."""

    rules: ClassVar[Mapping[str, Rule]] = DECOMPOSITIONS

    def operation(self, name: str) -> Callable[..., Symbol]:
        if name in self.rules:
            return partial(self.rules[name], self)
        return super().operation(name)

    def expanded(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        if instruction.name in self.rules:
            return self.lift(self.rules[instruction.name](self, *operands))
        return super().expanded(instruction, operands)


class SingleDecomposer(Decomposer):
    """The same for single precision, which has more operators."""

    rules: ClassVar = {
        name: rule for name, rule in DECOMPOSITIONS.items() if name not in OF_FLOAT32
    }


def decomposed(tape: Tape, float32: bool) -> Tape:
    """The tape of instructions that are operators of ONNX."""
    recorder = (SingleDecomposer if float32 else Decomposer)(tape.inputs, tape.parameters)
    symbols = recorder.rewrite(tape, recorder.expanded)
    return recorder.tape([symbols[slot] for slot in tape.outputs])


class Nodes:
    """A graph under construction: nodes, and constant tensors.

    Args:
        float32: whether numbers are in single precision.
        taken: names that no node may have.
    """

    def __init__(self, float32: bool, taken: Sequence[str]) -> None:
        import numpy as np
        from onnx import TensorProto, helper, numpy_helper

        self.helper, self.of_array, self.numpy = helper, numpy_helper.from_array, np
        self.type = TensorProto.FLOAT if float32 else TensorProto.DOUBLE
        self.text = TensorProto.STRING
        self.dtype = np.float32 if float32 else np.float64
        self.taken = set(taken)
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self.scalars: dict[str, str] = {}
        self.unsigned: set[str] = set()  # numbers other than -0
        self.opposites: dict[str, str] = {}  # of conditions

    def unique(self, name: str) -> str:
        """A unique name."""
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def add(
        self, operator: str, operands: Sequence[str], name: str, remark: str = "", **settings: Any
    ) -> str:
        """Add a node of this name, which is also that of its result."""
        node = self.helper.make_node(operator, operands, [name], name, remark or None, **settings)
        self.nodes.append(node)
        return name

    def new(self, operator: str, operands: Sequence[str], name: str, **settings: Any) -> str:
        """Add a node with a unique name that begins with this one."""
        return self.add(operator, operands, self.unique(name), **settings)

    def tensor(self, name: str, numbers: Any, kind: Any = None) -> str:
        """A tensor of numbers in this precision, or of the kind that NumPy calls so."""
        array = self.numpy.asarray(numbers, dtype=self.numpy.float64 if kind is None else kind)
        if kind is None:
            array = self.rounded(array)
        name = self.unique(name)
        self.tensors.append(self.of_array(array, name))
        return name

    def rounded(self, array: Any) -> Any:
        """Numbers in this precision: beyond the range of floats infinite, as rounding has it."""
        with self.numpy.errstate(over="ignore", under="ignore"):
            return array.astype(self.dtype)

    def scalar(self, x: float, name: str = "") -> str:
        """A number; one without a name of its own is not written twice."""
        found = "" if name else self.scalars.get(x.hex(), "")
        if not found:
            found = self.tensor(name or f"c{len(self.scalars) + 1}", x)
            if x != 0.0 or math.copysign(1.0, x) > 0.0:
                self.unsigned.add(found)
            if not name:
                self.scalars[x.hex()] = found
        return found

    def output(self, name: str, *shape: int) -> Any:
        """An input or output of numbers of this shape for each row."""
        return self.helper.make_tensor_value_info(name, self.type, ["rows", *shape])

    def text_output(self, name: str) -> Any:
        """An output of a text for each row."""
        return self.helper.make_tensor_value_info(name, self.text, ["rows"])

    def texts(self, name: str, words: Sequence[str]) -> str:
        """A tensor of texts."""
        name = self.unique(name)
        encoded: Any = [
            word.encode("utf-8", "replace") for word in words
        ]  # typed for numbers alone
        self.tensors.append(self.helper.make_tensor(name, self.text, [len(words)], encoded))
        return name

    def write(self, tape: Tape, leaves: Sequence[str]) -> list[str]:
        """Write the instructions of a tape; the names of its outputs.

        Args:
            leaves: the names of its inputs and parameters, which are tensors of one shape, or
                scalars.
        """
        if tape.has_loops:
            raise ValueError(
                "export: ONNX gets no loop of scan, which C, JavaScript and Python do; "
                "a Python loop in its place is written step by step"
            )
        tape = decomposed(tape, self.dtype is self.numpy.float32)
        slots = [*leaves, *map(self.scalar, tape.constants)]
        for slot, instruction in tape:
            name = self.unique(tape.names[slot])
            operands = [slots[i] for i in instruction.operands]
            label = instruction.label or ""
            remark = "" if label == name else label.encode("utf-8", "replace").decode()
            if instruction.name == "total":
                operands.append(self.scalar(0.0))  # the sum of -0 and -0 is 0, as it is exactly
            if instruction.name == "where":
                slots.append(self.choice(operands, name, remark))
            elif instruction.name == "mod":
                slots.append(self.modulo(operands, name, remark))
            else:
                operator = OPERATORS.get(instruction.name) or OF_FLOAT32[instruction.name]
                slots.append(self.add(operator, operands, name, remark))
        return [slots[slot] for slot in tape.outputs]

    def choice(self, operands: Sequence[str], name: str, remark: str) -> str:
        """A choice that keeps the sign of a zero.

        ONNX Runtime's Where has 0 for a -0 of its second operand: there is a constant, or what is
        not chosen is a factor of 1. (It takes a Not before a Where out, and turns that around.)
        """
        condition, a, b = operands
        if a in self.unsigned:
            return self.add("Where", [condition, a, b], name, remark)
        if condition not in self.opposites:
            true = self.tensor("true", True, "bool")
            self.opposites[condition] = self.new("Xor", [condition, true], f"{condition}_not")
        opposite = self.opposites[condition]
        if b in self.unsigned:
            return self.add("Where", [opposite, b, a], name, remark)
        one = self.scalar(1.0)
        first = self.new("Where", [opposite, one, a], f"{name}_if")
        second = self.new("Where", [condition, one, b], f"{name}_else")
        return self.add("Mul", [first, second], name, remark)

    def modulo(self, operands: Sequence[str], name: str, remark: str) -> str:
        """The remainder of C, which has the sign of a, brought to that of b."""
        b = operands[1]
        rest = self.new("Mod", operands, f"{name}_rest", fmod=1)
        sign = self.new("Sign", [b], f"{name}_sign")
        product = self.new("Mul", [self.new("Sign", [rest], f"{rest}_sign"), sign], f"{name}_signs")
        differ = self.new("Less", [product, self.scalar(0.0)], f"{name}_differ")
        moved = self.new("Add", [rest, b], f"{name}_moved")
        regular = self.new("Where", [differ, moved, rest], f"{name}_regular")
        size = self.new("Abs", [regular], f"{name}_size")
        return self.add("Mul", [size, sign], name, remark)
