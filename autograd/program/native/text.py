"""LLVM's assembly language, written as text: functions, memory, loops.

Text, since LLVM reads it ten times faster than llvmlite builds objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from .lines import Lines
from .module import Module


@dataclass
class Carried:
    """Values that a loop hands from one round to the next; the last ones after it."""

    current: list[str]
    after: list[str] = field(default_factory=list)


class Function(Lines):
    """A function of a module while it is being written.

    parameters: (type, name) pairs; a pointer is "ptr", a whole number "i64", a number "double".
        What is written through one of them is not read through another.
    lanes: of the vectors it begins with; `width` changes them for a while.
    """

    def __init__(
        self,
        module: Module,
        name: str,
        parameters: Sequence[tuple[str, str]],
        lanes: int,
        *,
        exported: bool = False,
        result: str = "void",
    ) -> None:
        super().__init__(module, lanes)
        self.name, self.result = name, result
        self.block = "entry"
        self.tanh: dict[str, tuple[str, str]] = {}  # by operand, what rows.tanh_and_slope wrote
        given = [
            f"{'ptr noalias' if kind == 'ptr' else kind} %{parameter}"
            for kind, parameter in parameters
        ]
        # A call among ourselves may pass vectors in registers; an exported function may not.
        linkage = "" if exported else "internal fastcc "
        self._head = f"define {linkage}{result} @{name}({', '.join(given)})"

    def end(self, result: str = "") -> None:
        """Finish the function and add it to its module."""
        head = f"{self._head} noinline #0 {{\nentry:"
        last = f"  ret {self.result} {result}".rstrip()
        self.module.functions[self.name] = "\n".join([head, *self.lines, last, "}"])

    # Memory; offsets count numbers.

    def at(self, pointer: str, offset: int | str) -> str:
        """The pointer to the number that many numbers further."""
        if offset in (0, "0"):
            return pointer
        return self.set(f"getelementptr inbounds double, ptr {pointer}, i64 {offset}")

    def load(self, pointer: str) -> str:
        return self.set(f"load {self.number}, ptr {pointer}, align 8")

    def store(self, value: str, pointer: str) -> None:
        self.do(f"store {self.number} {value}, ptr {pointer}, align 8")

    def load_one(self, pointer: str) -> str:
        """The number there, in all lanes."""
        return self.splat(self.set(f"load double, ptr {pointer}, align 8"))

    def prefetch(self, pointer: str, offset: str, vectors: int) -> None:
        """Ask for vectors that will be read soon; nothing happens if there is no such memory."""
        self.module.declarations.add("declare void @llvm.prefetch.p0(ptr, i32, i32, i32)")
        for i in range(vectors):
            further = self.plus(offset, i * self.lanes)
            place = self.set(f"getelementptr double, ptr {pointer}, i64 {further}")
            self.do(f"call void @llvm.prefetch.p0(ptr {place}, i32 0, i32 3, i32 1)")

    def entry(self, table: str, index: str) -> str:
        """A number of a constant table."""
        place = self.set(f"getelementptr inbounds i32, ptr {table}, i64 {index}")
        return self.set(f"sext i32 {self.set(f'load i32, ptr {place}')} to i64")

    # Whole numbers that count, and control.

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

    def call(
        self, name: str, *operands: tuple[str, str], result: str = "void", exported: bool = False
    ) -> str:
        """Call a function of this module; operands are (type, value) pairs."""
        given = ", ".join([f"{kind} {operand}" for kind, operand in operands])
        code = f"call {'' if exported else 'fastcc '}{result} @{name}({given})"
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
        """Repeat for i = start, start + step, ... below count; at least once, so count > start.

        The body reads `carried.current` and puts the next values into `carried.after`, where the
        last ones are found after the loop. One round only is written without a loop.
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
        """The body for i from 0 to count: in long vectors, then for what is left one by one."""
        wide = 2 * self.module.lanes
        whole = self.set(f"and i64 {count}, {-wide}")
        some = self.set(f"icmp sgt i64 {whole}, 0")
        with self.when(some), self.loop(whole, wide) as (i, _), self.width(wide):
            body(i)
        left = self.set(f"icmp slt i64 {whole}, {count}")
        with self.when(left), self.loop(count, start=whole) as (i, _):
            body(i)

    @contextmanager
    def when(self, truth: str) -> Iterator[None]:
        """Do the body only if a truth (one, not a vector) holds; it sets no value used after."""
        self._count += 1
        k = self._count
        self.do(f"br i1 {truth}, label %then{k}, label %end{k}")
        self.label(f"then{k}")
        yield
        self.do(f"br label %end{k}")
        self.label(f"end{k}")

    def give_unless(self, truth: str, result: str) -> None:
        """End the function with a result, unless a truth holds."""
        self._count += 1
        k = self._count
        self.do(f"br i1 {truth}, label %on{k}, label %give{k}")
        self.label(f"give{k}")
        self.do(f"ret {self.result} {result}")
        self.label(f"on{k}")

    def repaired(self, wrong: str, usual: str, other: Callable[[], str]) -> str:
        """`usual`, but what `other` writes in the lanes where `wrong` holds, which is rare."""
        truth = self.any(wrong)
        self._count += 1
        k, before = self._count, self.block
        self.do(f"br i1 {truth}, label %wrong{k}, label %right{k}")
        self.label(f"wrong{k}")
        repaired = self.select(wrong, other(), usual)
        source = self.block
        self.do(f"br label %right{k}")
        self.label(f"right{k}")
        return self.set(f"phi {self.number} [ {usual}, %{before} ], [ {repaired}, %{source} ]")
