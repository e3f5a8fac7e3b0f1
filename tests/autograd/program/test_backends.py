"""The table of backends, and which one stands in where another one can't."""

from __future__ import annotations

import pytest

from autograd import compile
from autograd.program import backends


def test_numpy_stands_in_where_llvmlite_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "autograd.program.native", None)
    with pytest.raises(ImportError, match=r'pip install "chainrule\[native\]"'):
        compile(lambda x: x, 1, backend="native")
    monkeypatch.setattr(backends, "has_llvmlite", lambda: False)
    program = compile(lambda x: x, 1, backend="native")
    assert (program.backend, list(program([[2.0]]))) == ("numpy", [2.0])
    assert "not available for this platform" in program.note


@pytest.mark.parametrize(
    ("system", "machine", "libc", "there"),
    [
        ("linux", "x86_64", "glibc", True),
        ("linux", "x86_64", "", False),
        ("linux", "riscv64", "glibc", False),
        ("win32", "AMD64", "", True),
        ("win32", "ARM64", "", False),
        ("darwin", "arm64", "", True),
    ],
)
def test_platforms(
    system: str, machine: str, libc: str, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.libc_ver", lambda: (libc, "1"))
    assert backends.has_llvmlite() is there
