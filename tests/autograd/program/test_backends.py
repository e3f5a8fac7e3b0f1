"""The table of backends, and which one stands in where another one can't."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograd import compile
from autograd.program import backends, program


def test_numpy_stands_in_where_llvmlite_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "autograd.program.native", None)
    with pytest.raises(ImportError, match=r'pip install "chainrule\[native\]"'):
        compile(lambda x: x, 1, backend="native")
    monkeypatch.setattr(backends, "has_llvmlite", lambda: False)
    program = compile(lambda x: x, 1, backend="native")
    assert (program.backend, list(program([[2.0]]))) == ("numpy", [2.0])
    assert "not available for this platform" in program.note


def test_a_new_backend_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is accepted, it is made, and it is the fastest if it comes first."""
    python = backends.BACKENDS["python"].make
    entry = backends.Entry((), lambda *given: replace(python(*given), name="mine"))
    table = {"mine": entry, **backends.BACKENDS}
    monkeypatch.setattr(backends, "BACKENDS", table)
    monkeypatch.setattr(program, "BACKENDS", table)
    for name in ("mine", None):
        made = compile(lambda x: x * 2.0, 1, backend=name)
        assert (made.backend, made([[2.0]])) == ("mine", [4.0])
    with pytest.raises(ValueError, match="a backend of mine, native, numpy, python, got 'cuda'"):
        compile(lambda x: x, 1, backend="cuda")


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
