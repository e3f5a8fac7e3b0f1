"""LLVM's intermediate representation (IR) as text: functions, instructions, loops.

Text, since LLVM parses it ten times faster than llvmlite builds objects.

Vocabulary. A *value* is a string, a name such as "%12" or a number, and is set once (static single
assignment, as on a tape). A value is a number or a vector of numbers, one for each *lane*; all
vectors of a function have the same number of lanes at a time. With one lane a vector is a scalar,
so that the same lowering serves uniform and varying slots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from .llvm_module import Module, kinds_of, literal


def vector_type(kind: str, lanes: int) -> str:
    return kind if lanes == 1 else f"<{lanes} x {kind}>"


@dataclass
class Carried:
    """Loop-carried values: those at the start of an iteration, and those after it."""

    current: list[str]
    after: list[str] = field(default_factory=list)


def _binary(operation: str) -> Callable[[Function, str, str], str]:
    return lambda f, a, b: f.set(f"{operation} {f.number} {a}, {b}")


class Function:
    """A function of a module under construction.

    Args:
        parameters: as in LLVM; pointers do not alias.
        lanes: the initial number of lanes; `width` changes it for a block of code.
        open: whether numbers become parameters, so that the code can be shared; see sharing.py.
    """

    def __init__(
        self,
        module: Module,
        name: str,
        parameters: str,
        lanes: int,
        *,
        exported: bool = False,
        open: bool = False,
        result: str = "void",
    ) -> None:
        self.module, self.lanes = module, lanes
        self.name, self.result, self.open = name, result, open
        self.lines: list[str] = []
        self.rooms: list[str] = []  # instructions of the entry block
        self._count = self.stores = 0
        self.block = "entry"
        self.tanh: dict[str, tuple[str, str]] = {}  # by operand, from lowering.tanh_and_slope
        self.numbers: list[int] = []  # the numbers passed as parameters, while open
        # Internal calls may pass vectors in registers; exported functions may not.
        self._linkage = "" if exported else "internal fastcc "
        self.declare(parameters)

    def declare(self, parameters: str) -> None:
        """Declare the parameters of this function."""
        self.parameters = parameters
        self.module.signatures[self.name] = self.result, kinds_of(parameters)

    def given(self, n: int) -> str:
        """An integer; a parameter while the function is open."""
        if not self.open:
            return str(n)
        self.numbers.append(n)
        return f"%given{len(self.numbers) - 1}"

    def end(self, result: str = "") -> None:
        """Finish the function and add it to its module."""
        parameters = self.parameters.replace("ptr", "ptr noalias")
        head = (
            f"define {self._linkage}{self.result} @{self.name}({parameters}) noinline #0 {{\nentry:"
        )
        last = f"  ret {self.result} {result}".rstrip()
        self.module.functions[self.name] = "\n".join([head, *self.rooms, *self.lines, last, "}"])

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
        """The type of a vector of integers, or of the bits of numbers."""
        return vector_type("i64", self.lanes)

    @property
    def condition(self) -> str:
        """The type of a vector of booleans."""
        return vector_type("i1", self.lanes)

    @contextmanager
    def width(self, lanes: int) -> Iterator[None]:
        """A context in which vectors have another number of lanes."""
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

    add, sub = _binary("fadd"), _binary("fsub")
    mul, div = _binary("fmul"), _binary("fdiv")

    def neg(self, a: str) -> str:
        return self.set(f"fneg {self.number} {a}")

    def intrinsic(self, name: str, *operands: str) -> str:
        """A call of an LLVM intrinsic: fma, sqrt, fabs, copysign, floor, ceil."""
        suffix = f"v{self.lanes}f64" if self.lanes > 1 else "f64"
        kinds = ", ".join([self.number] * len(operands))
        given = ", ".join([f"{self.number} {operand}" for operand in operands])
        self.module.declarations.add(f"declare {self.number} @llvm.{name}.{suffix}({kinds})")
        return self.set(f"call {self.number} @llvm.{name}.{suffix}({given})")

    def fma(self, a: str, b: str, c: str) -> str:
        """a·b + c, rounded once."""
        return self.intrinsic("fma", a, b, c)

    def compare(self, how: str, a: str, b: str) -> str:
        """A comparison: o... is false for NaN, u... true for NaN, and uno true only for NaN."""
        return self.set(f"fcmp {how} {self.number} {a}, {b}")

    def select(self, condition: str, a: str, b: str) -> str:
        """In each lane a if the condition holds, else b."""
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
        """add, sub, shl, lshr, ashr, and, or of integers."""
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
        """The lanes with these indices in the concatenation of a and b."""
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
        """The sum of all lanes as a scalar: halves are added until one lane is left."""
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

    # Memory; offsets count numbers.

    def at(self, pointer: str, offset: int | str) -> str:
        """The address `offset` numbers after a pointer."""
        if offset in (0, "0"):
            return pointer
        return self.set(f"getelementptr inbounds double, ptr {pointer}, i64 {offset}")

    def room(self, vectors: int) -> str:
        """The address of memory for vectors on the stack of the function."""
        name = self.new()
        size = f"i64 {vectors * self.lanes}"
        self.rooms.append(f"  {name} = alloca double, {size}, align 64")
        return name

    def load(self, pointer: str) -> str:
        return self.set(f"load {self.number}, ptr {pointer}, align 8")

    def store(self, value: str, pointer: str) -> None:
        self.do(f"store {self.number} {value}, ptr {pointer}, align 8")

    def fence(self) -> None:
        """A compiler barrier for loads and stores, without an effect at run time.

        LLVM's schedulers compare each store with every other load and store of a basic block, up to
        hundreds; with fences between them compile time is linear.
        """
        self.do('fence syncscope("singlethread") seq_cst')

    def load_one(self, pointer: str) -> str:
        """The number there, in all lanes."""
        return self.splat(self.set(f"load double, ptr {pointer}, align 8"))

    def load_apart(self, pointer: str, step: int) -> str:
        """A vector of the numbers that are `step` numbers apart."""
        if step == 1 or self.lanes == 1:
            return self.load(pointer)
        if step == 0:
            return self.load_one(pointer)
        found = "poison"
        for lane in range(self.lanes):
            number = self.set(f"load double, ptr {self.at(pointer, lane * step)}, align 8")
            found = self.set(f"insertelement {self.number} {found}, double {number}, i64 {lane}")
        return found

    def prefetch(self, pointer: str, offset: str, vectors: int) -> None:
        """Prefetch vectors; invalid addresses are ignored."""
        self.module.declarations.add("declare void @llvm.prefetch.p0(ptr, i32, i32, i32)")
        for i in range(vectors):
            start = self.plus(offset, i * self.lanes)
            place = self.set(f"getelementptr double, ptr {pointer}, i64 {start}")
            self.do(f"call void @llvm.prefetch.p0(ptr {place}, i32 0, i32 3, i32 1)")

    def entry(self, table: str, index: str) -> str:
        """A number of a constant table."""
        place = self.set(f"getelementptr inbounds i32, ptr {table}, i64 {index}")
        return self.set(f"sext i32 {self.set(f'load i32, ptr {place}')} to i64")

    # Integers for counters, and control flow.

    def plus(self, a: int | str, b: int | str) -> str:
        if isinstance(a, int) and isinstance(b, int):
            return str(a + b)
        if a in (0, "0") or b in (0, "0"):
            return str(b if a in (0, "0") else a)
        return self.set(f"add nsw i64 {a}, {b}")

    def times(self, a: int | str, b: int) -> str:
        if isinstance(a, int) or a.lstrip("-").isdigit():
            return str(int(a) * b)
        return a if b == 1 else self.set(f"mul nsw i64 {a}, {b}")

    def smaller(self, a: str, b: str) -> str:
        """The smaller one of two whole numbers."""
        return self.set(f"select i1 {self.set(f'icmp slt i64 {a}, {b}')}, i64 {a}, i64 {b}")

    def call(self, name: str, *operands: str) -> str:
        """Call a function of this module that is not exported."""
        result, kinds = self.module.signatures[name]
        pairs = zip(kinds, operands, strict=True)
        given = ", ".join([f"{kind} {operand}" for kind, operand in pairs])
        code = f"call fastcc {result} @{name}({given})"
        if result == "void":
            self.do(code)
            return ""
        return self.set(code)

    def label(self, name: str) -> None:
        self.lines.append(f"{name}:")
        self.block = name

    @contextmanager
    def loop(
        self, count: int | str, step: int = 1, start: int | str = 0, carry: Sequence[str] = ()
    ) -> Iterator[tuple[str, Carried]]:
        """A loop for i = start, start + step, ... below count; it runs at least once, so count >
        start.

        The body reads `carried.current` and sets the next values in `carried.after`, which has the
        final ones after the loop. A single iteration is written without a loop.
        """
        carried = Carried(list(carry))
        if isinstance(count, int) and isinstance(start, int) and start + step >= count:
            yield str(start), carried
            return
        self._count += 1
        k, before = self._count, self.block
        self.do(f"br label %loop{k}")
        self.label(f"loop{k}")
        hole = len(self.lines)
        carried.current = [self.new() for _ in carry]
        yield f"%i{k}", carried
        heads = [f"  %i{k} = phi i64 [ {start}, %{before} ], [ %next{k}, %{self.block} ]"]
        for name, first, following in zip(carried.current, carry, carried.after, strict=True):
            sources = f"[ {first}, %{before} ], [ {following}, %{self.block} ]"
            heads.append(f"  {name} = phi {self.number} {sources}")
        self.lines[hole:hole] = heads
        self.do(f"%next{k} = add nsw i64 %i{k}, {step}")
        self.do(f"%more{k} = icmp slt i64 %next{k}, {count}")
        self.do(f"br i1 %more{k}, label %loop{k}, label %after{k}")
        self.label(f"after{k}")

    def for_each(self, count: str, body: Callable[[str], None]) -> None:
        """The body for i from 0 to count: in long vectors, then one by one for the remainder."""
        wide = 2 * self.module.lanes
        whole = self.set(f"and i64 {count}, {-wide}")
        some = self.set(f"icmp sgt i64 {whole}, 0")
        with self.when(some), self.loop(whole, wide) as (i, _), self.width(wide):
            body(i)
        left = self.set(f"icmp slt i64 {whole}, {count}")
        with self.when(left), self.loop(count, start=whole) as (i, _):
            body(i)

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """Run the body if a scalar condition holds; it sets no value that is used after it."""
        self._count += 1
        k = self._count
        self.do(f"br i1 {condition}, label %then{k}, label %end{k}")
        self.label(f"then{k}")
        yield
        self.do(f"br label %end{k}")
        self.label(f"end{k}")

    def return_unless(self, condition: str, result: str) -> None:
        """Return a result unless a condition holds."""
        self._count += 1
        k = self._count
        self.do(f"br i1 {condition}, label %on{k}, label %return{k}")
        self.label(f"return{k}")
        self.do(f"ret {self.result} {result}")
        self.label(f"on{k}")

    def go_unless(self, condition: str, label: str) -> None:
        """Branch to a later label unless a condition holds."""
        self._count += 1
        k = self._count
        self.do(f"br i1 {condition}, label %on{k}, label %{label}")
        self.label(f"on{k}")

    def repaired(self, wrong: str, usual: str, other: Callable[[], str]) -> str:
        """`usual`, with the value of `other` in the lanes where `wrong` holds, which is rare."""
        condition = self.any(wrong)
        self._count += 1
        k, before = self._count, self.block
        self.do(f"br i1 {condition}, label %wrong{k}, label %right{k}")
        self.label(f"wrong{k}")
        repaired = self.select(wrong, other(), usual)
        source = self.block
        self.do(f"br label %right{k}")
        self.label(f"right{k}")
        return self.set(f"phi {self.number} [ {usual}, %{before} ], [ {repaired}, %{source} ]")
