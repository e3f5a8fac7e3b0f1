"""What LLVM makes, while it is watched."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What LLVM makes from now on; at the end contexts are freed where their engines are."""
    import llvmlite.binding as llvm  # type: ignore[import-untyped]

    from autograd.program.native import code, llvm_jit

    made: list[Any] = []
    contexts: list[Any] = []
    compiler, context = llvm.create_mcjit_compiler, llvm.create_context

    def record(into: list[Any], found: Any) -> Any:
        into.append(found)
        return found

    monkeypatch.setattr(
        llvm, "create_mcjit_compiler", lambda *given: record(made, compiler(*given))
    )
    monkeypatch.setattr(llvm, "create_context", lambda: record(contexts, context()))
    monkeypatch.setattr(code, "_known", OrderedDict())
    llvm_jit.library_of.cache_clear()
    gc.collect()
    yield made
    assert [found.closed for found in made] == [found.closed for found in contexts]
