"""A module of LLVM's assembly language: what it translates in one piece."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field


def literal(x: float) -> str:
    """A number as LLVM writes it exactly: its 64 bits."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', x))[0]:016X}"


@dataclass
class Module:
    """What LLVM translates in one piece: functions, declarations of others, tables of numbers.

    lanes: how many numbers of 64 bits a register of the processor holds.
    registers: how many vector registers there are.
    """

    lanes: int
    registers: int
    functions: dict[str, str] = field(default_factory=dict)
    declarations: set[str] = field(default_factory=set)
    tables: dict[tuple[int, ...], str] = field(default_factory=dict)

    def table(self, numbers: Sequence[int]) -> str:
        """The name of a constant table of whole numbers; equal tables are one."""
        key = tuple(numbers)
        return self.tables.setdefault(key, f"@table{len(self.tables)}")

    def text(self) -> str:
        """The module, complete."""
        lines = []
        for numbers, name in self.tables.items():
            entries = ", ".join([f"i32 {number}" for number in numbers])
            lines.append(f"{name} = internal constant [{len(numbers)} x i32] [{entries}]")
        lines += self.functions.values()
        lines += sorted(self.declarations)
        lines.append('attributes #0 = { nounwind "prefer-vector-width"="512" }')
        return "\n".join(lines) + "\n"


def vector_type(kind: str, lanes: int) -> str:
    return kind if lanes == 1 else f"<{lanes} x {kind}>"
