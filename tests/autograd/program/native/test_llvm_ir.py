"""The text that LLVM reads."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd import compile
from tests.autograd.program.native.networks import (
    network,
)


def test_the_text_for_llvm_can_be_printed() -> None:
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    text = compile(loss, 7, parameters, "native").llvm
    assert "define internal fastcc void @layer_4_4_4_1(" in text
    assert "@llvm.fma" in text
    other = compile(lambda x: x, 1, backend="python")
    assert not hasattr(other, "llvm")
    with pytest.raises(AttributeError, match="only the native backend"):
        _ = other.llvm
