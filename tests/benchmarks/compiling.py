"""How long programs take to compile: python -m tests.benchmarks.compiling [part of a name ...]

Processor seconds of `compile`, from the function to machine code that can be called: Python's
passes, LLVM's parsing, and its optimizing and generation of code; the lines of LLVM IR and
those of the longest function. First large models, then several shapes of programs at 10^3, 10^4 and
10^5 instructions with the microseconds for each. Each program is compiled once; it needs llvmlite.
"""

from __future__ import annotations

import platform
import re
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from autograd import Value, compile, exp, logsumexp, total
from autograd.program import Program
from autograd.program.native import llvm_jit
from tests.benchmarks.compiled_models import MODELS, values

SIZES = (1_000, 10_000, 100_000)


def chain(count: int) -> Program:
    """Straight-line code: each instruction of the one before it."""
    w = Value(0.5)

    def f(x: Value) -> Value:
        for i in range(count // 2):
            x = x * w if i % 2 else x - w
        return x

    return compile(f, 1, [w], backend="native")


def wide(count: int) -> Program:
    """One function of many numbers."""
    w = values(count // 8)
    return compile(lambda x: logsumexp([x * exp(weight) for weight in w]), 1, w, backend="native")


def shared(count: int) -> Program:
    """Weights that several positions share."""
    w = values(count // 16)

    def f(*x: Value) -> Value:
        return total([(a * b).tanh() for b in x for a in w])

    return compile(f, 4, w, backend="native")


def sums(count: int) -> Program:
    """Many derivatives, each of several sums over rows."""
    w = values(count // 16)

    def f(x: Value, y: Value) -> Value:
        return total([(a * x + a.exp() * y) * a for a in w])

    return compile(f, 2, w, backend="native")


SHAPES: list[Callable[[int], Program]] = [chain, wide, shared, sums]


class Clock:
    """Adds up the processor time of calls."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*given, **named)
            finally:
                self.seconds += time.process_time() - began

        return call


def report(name: str, make: Callable[[], Program], instructions: int = 0) -> None:
    library, parser = Clock(), Clock()
    before = llvm_jit.Library.__init__, llvm_jit.llvm.parse_assembly
    llvm_jit.Library.__init__ = library.timed(before[0])  # type: ignore[method-assign]
    llvm_jit.llvm.parse_assembly = parser.timed(before[1])
    began = time.process_time()
    try:
        program = make()
    finally:
        llvm_jit.Library.__init__, llvm_jit.llvm.parse_assembly = before  # type: ignore[method-assign]
    seconds = time.process_time() - began
    if program.backend != "native":
        print(f"{name:<30} {seconds:8.2f} s  {program.note}")
        return
    lengths = [f.count("\n") for f in re.split(r"^define ", program.llvm, flags=re.M)]
    generation = library.seconds - parser.seconds
    each = f"  {seconds / instructions * 1e6:6.1f} us an instruction" if instructions else ""
    print(
        f"{name:<30} {seconds:8.2f} s = Python {seconds - library.seconds:6.2f} + parsing "
        f"{parser.seconds:5.2f} + code {generation:6.2f}   {sum(lengths):8,} lines, "
        f"{library.seconds / sum(lengths) * 1e6:4.0f} us each, longest {max(lengths):6,}{each}",
        flush=True,
    )


def main(parts: list[str]) -> None:
    print(f"llvmlite {version('llvmlite')}, Python {platform.python_version()}")
    print("processor", llvm_jit.processor()[0], flush=True)
    compile(lambda x: x * 2.0, 1, backend="native")  # LLVM is loaded
    for name, make in MODELS.items():
        if not parts or any(part in name for part in parts):
            report(name, make)
    for shape in SHAPES:
        if not parts or any(part in shape.__name__ for part in parts):
            for size in SIZES:
                report(f"{shape.__name__} {size:,}", lambda f=shape, n=size: f(n), size)  # type: ignore[misc]


if __name__ == "__main__":
    main(sys.argv[1:])
