"""A module of LLVM's intermediate representation (IR) as text, and its notation of numbers."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field


def literal(x: float) -> str:
    """The exact notation of a number in LLVM IR: its 64 bits."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', x))[0]:016X}"


def kinds_of(parameters: str) -> list[str]:
    """The types of parameters that are declared as in LLVM, "ptr %x, i64 %n".

    A pointer is "ptr", a whole number "i64", a number "double", a bool "i1".
    """
    return [parameter.rpartition(" ")[0] for parameter in parameters.split(", ")]


@dataclass
class Module:
    """A translation unit: functions, declarations of others, constant tables.

    Args:
        lanes: how many doubles a vector register of the processor holds.
        registers: how many vector registers there are.
    """

    lanes: int
    registers: int
    functions: dict[str, str] = field(default_factory=dict)
    signatures: dict[str, tuple[str, list[str]]] = field(default_factory=dict)  # result, operands
    declarations: set[str] = field(default_factory=set)
    tables: dict[tuple[str, tuple[int | str, ...]], str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)  # by kind, how many have such names

    def new_name(self, kind: str) -> str:
        """The name of one more function of a kind."""
        self.counts[kind] = self.counts.get(kind, -1) + 1
        return f"{kind}{self.counts[kind]}"

    def table(self, numbers: Sequence[int]) -> str:
        """The name of a constant table of whole numbers; equal tables are one."""
        return self._table("i32", numbers)

    def numbers(self, numbers: Sequence[float]) -> str:
        """The name of a constant table of numbers."""
        return self._table("double", [literal(x) for x in numbers])

    def _table(self, kind: str, numbers: Sequence[int | str]) -> str:
        return self.tables.setdefault((kind, tuple(numbers)), f"@table{len(self.tables)}")

    def text(self) -> str:
        """The module, complete."""
        lines = []
        for (kind, numbers), name in self.tables.items():
            entries = ", ".join([f"{kind} {number}" for number in numbers])
            lines.append(f"{name} = internal constant [{len(numbers)} x {kind}] [{entries}]")
        lines += self.functions.values()
        lines += sorted(self.declarations)
        # A function with a large stack frame probes each page, so that an overflow raises a fault
        # and does not overwrite other memory.
        attributes = 'nounwind "prefer-vector-width"="512" "probe-stack"="inline-asm"'
        lines.append(f"attributes #0 = {{ {attributes} }}")
        return "\n".join(lines) + "\n"
