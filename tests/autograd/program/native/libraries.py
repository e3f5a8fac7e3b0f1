"""What LLVM makes, while it is watched."""

from __future__ import annotations

import gc
from typing import Any

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')


ONE = "double %x"


def alive(engines: list[Any]) -> int:
    gc.collect()
    return [engine.closed for engine in engines].count(False)


def plus(number: float) -> str:
    """A short module: a function that adds a number."""
    return (
        "define double @plus(double %x) {\n"
        f"  %y = fadd double %x, {number:e}\n"
        "  ret double %y\n}\n"
    )
