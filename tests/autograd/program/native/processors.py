"""Narrower processors than the one at hand, for which the native backend can be made to write."""

from __future__ import annotations

import platform
from collections import OrderedDict

import pytest

from autograd.program.native import code, llvm_jit

# The names by which LLVM knows them; what they have of what the backend asks for.
NARROWER = {"x86-64-v3": {"avx": True}, "x86-64-v2": {}}

narrower = pytest.mark.parametrize(
    "processor",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                platform.machine().lower() not in ("x86_64", "amd64"),
                reason="needs a processor that runs the code of x86",
            ),
        )
        for name in NARROWER
    ],
)


def become(processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the backend write for that processor."""
    monkeypatch.setattr(llvm_jit, "processor", lambda: (processor, "", NARROWER[processor]))
    monkeypatch.setattr(code, "_known", OrderedDict())
