"""Lines of LLVM's assembly language that compute: values, their types, arithmetic, lanes.

Vocabulary. A *value* is a string, a name such as "%12" or a number, and is set once (static single
assignment, as on a tape). A value holds one number or a vector of them, one for each *lane*; all
vectors that a function writes at a time have the same number of lanes. With one lane a vector is a
plain number, so that the same code serves what is computed once and what is computed for each row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .module import Module, literal, vector_type


class Lines:
    """Lines of a function, and values that they set.

    lanes: of the vectors it begins with; `width` changes them for a while.
    """

    def __init__(self, module: Module, lanes: int) -> None:
        self.module, self.lanes = module, lanes
        self.lines: list[str] = []
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"%t{self._count}"

    def set(self, code: str) -> str:
        """A new value, computed by an instruction."""
        name = self.new()
        self.lines.append(f"  {name} = {code}")
        return name

    def do(self, code: str) -> None:
        """An instruction without a value."""
        self.lines.append(f"  {code}")

    @property
    def number(self) -> str:
        """The type of a vector of numbers."""
        return vector_type("double", self.lanes)

    @property
    def whole(self) -> str:
        """The type of a vector of whole numbers, or of the bits of numbers."""
        return vector_type("i64", self.lanes)

    @property
    def condition(self) -> str:
        """The type of a vector of truths."""
        return vector_type("i1", self.lanes)

    @contextmanager
    def width(self, lanes: int) -> Iterator[None]:
        """Write vectors of another number of lanes for a while."""
        before, self.lanes = self.lanes, lanes
        yield
        self.lanes = before

    def constant(self, x: float) -> str:
        """A vector with the same number in all lanes."""
        one = literal(x)
        return one if self.lanes == 1 else f"splat (double {one})"

    def whole_constant(self, n: int) -> str:
        return str(n) if self.lanes == 1 else f"splat (i64 {n})"

    # Arithmetic.

    def _two(self, operation: str, a: str, b: str) -> str:
        return self.set(f"{operation} {self.number} {a}, {b}")

    def add(self, a: str, b: str) -> str:
        return self._two("fadd", a, b)

    def sub(self, a: str, b: str) -> str:
        return self._two("fsub", a, b)

    def mul(self, a: str, b: str) -> str:
        return self._two("fmul", a, b)

    def div(self, a: str, b: str) -> str:
        return self._two("fdiv", a, b)

    def neg(self, a: str) -> str:
        return self.set(f"fneg {self.number} {a}")

    def intrinsic(self, name: str, *operands: str) -> str:
        """A function that LLVM itself translates: fma, sqrt, fabs, copysign, floor, ceil."""
        suffix = f"v{self.lanes}f64" if self.lanes > 1 else "f64"
        kinds = ", ".join([self.number] * len(operands))
        given = ", ".join([f"{self.number} {operand}" for operand in operands])
        self.module.declarations.add(f"declare {self.number} @llvm.{name}.{suffix}({kinds})")
        return self.set(f"call {self.number} @llvm.{name}.{suffix}({given})")

    def fma(self, a: str, b: str, c: str) -> str:
        """a·b + c, rounded once."""
        return self.intrinsic("fma", a, b, c)

    def compare(self, how: str, a: str, b: str) -> str:
        """olt, ole, ogt, oge, oeq: false where one is NaN; ult, une: true there; uno: if one is."""
        return self.set(f"fcmp {how} {self.number} {a}, {b}")

    def select(self, condition: str, a: str, b: str) -> str:
        """Lane by lane a where the condition holds, else b."""
        number = self.number
        return self.set(f"select {self.condition} {condition}, {number} {a}, {number} {b}")

    def logic(self, operation: str, a: str, b: str) -> str:
        """and, or, xor of conditions."""
        return self.set(f"{operation} {self.condition} {a}, {b}")

    def opposite(self, condition: str) -> str:
        true = "true" if self.lanes == 1 else "splat (i1 true)"
        return self.logic("xor", condition, true)

    def bits(self, a: str) -> str:
        return self.set(f"bitcast {self.number} {a} to {self.whole}")

    def from_bits(self, a: str) -> str:
        return self.set(f"bitcast {self.whole} {a} to {self.number}")

    def whole_two(self, operation: str, a: str, b: str) -> str:
        """add, sub, shl, lshr, ashr, and, or of whole numbers."""
        return self.set(f"{operation} {self.whole} {a}, {b}")

    # Lanes.

    def splat(self, scalar: str) -> str:
        """A vector with one number in all lanes."""
        if self.lanes == 1:
            return scalar
        one = self.set(f"insertelement {self.number} poison, double {scalar}, i64 0")
        zeros = f"<{self.lanes} x i32> zeroinitializer"
        return self.set(f"shufflevector {self.number} {one}, {self.number} poison, {zeros}")

    def shuffle(self, a: str, b: str, lanes: Sequence[int]) -> str:
        """The numbered lanes of a and, after those, of b."""
        numbers = ", ".join([f"i32 {lane}" for lane in lanes])
        mask = f"<{len(lanes)} x i32> <{numbers}>"
        return self.set(f"shufflevector {self.number} {a}, {self.number} {b}, {mask}")

    def halves(self, a: str) -> tuple[str, str]:
        """The first and the last half of the lanes."""
        half = self.lanes // 2
        if half == 1:  # a number, not a vector of one
            one, two = [self.set(f"extractelement {self.number} {a}, i64 {i}") for i in (0, 1)]
            return one, two
        low = self.shuffle(a, "poison", range(half))
        return low, self.shuffle(a, "poison", range(half, self.lanes))

    def sum_lanes(self, a: str) -> str:
        """The sum of all lanes, as a plain number: halves are added until one is left."""
        if self.lanes == 1:
            return a
        low, high = self.halves(a)
        with self.width(self.lanes // 2):
            return self.sum_lanes(self.add(low, high))

    def any(self, condition: str) -> str:
        """Whether a condition holds in any lane."""
        if self.lanes == 1:
            return condition
        bits = self.set(f"bitcast {self.condition} {condition} to i{self.lanes}")
        return self.set(f"icmp ne i{self.lanes} {bits}, 0")
