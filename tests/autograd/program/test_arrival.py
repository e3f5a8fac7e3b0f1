"""Programs that arrive as pickles: compiled once for each tape, with numbers of their own."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest

from autograd import Value, compile
from autograd.program import Program, derivatives, program
from autograd.program.backends import BACKENDS

X = [[0.5, 1.0], [1.5, -2.0]]


@pytest.fixture(autouse=True)
def selected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is compiled, in a process where nothing has arrived."""
    found: list[str] = []

    def select(*given: Any) -> Any:
        found.append(given[0])
        return real(*given)

    real = program.select
    monkeypatch.setattr(program, "select", select)
    monkeypatch.setattr(derivatives, "select", select)
    monkeypatch.setattr(program, "_arrived", {})
    return found


def made(a: float = 2.0, factor: float = 1.0, backend: str = "python") -> Program:
    w, other = Value(a), Value(3.0)
    return compile(lambda x, y: (w * x - y * factor).tanh() * w + other, 2, [w], backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_tape_is_compiled_once(backend: str, selected: list[str]) -> None:
    for package in BACKENDS[backend].packages:
        pytest.importorskip(package, reason=f"the {backend} backend needs it")
    first, second = made(2.0, backend=backend), made(-1.0, backend=backend)
    wanted = [(p.value_and_grad(X), p.hessian(X), p.hvp(X, [1.0])) for p in (first, second)]
    bytes_of = [pickle.dumps(p) for p in (first, second)]
    selected.clear()
    for _ in range(2):
        arrived = [pickle.loads(written) for written in bytes_of]
        for p, (slopes, hessian, product) in zip(arrived, wanted, strict=True):
            assert p.value_and_grad(X) == slopes
            assert p.hessian(X) == hessian
            assert p.hvp(X, [1.0]) == product
    assert len(selected) == 3  # values with gradients, the Hessian, products


def test_numbers_are_their_own(selected: list[str]) -> None:
    first = made()
    again = pickle.loads(pickle.dumps(first))
    other = pickle.loads(pickle.dumps(first))
    again.parameters[0].data = 5.0
    assert again.value(X) == made(5.0).value(X)
    assert other.value(X) == first.value(X)
    assert other.parameters[0] is not again.parameters[0]


def test_other_tapes_and_settings_are_others(selected: list[str]) -> None:
    programs = [made(), made(factor=2.0), compile(lambda x, y: x, 2, backend="python")]
    for p in programs:
        assert pickle.loads(pickle.dumps(p))(X) == p(X)
    w = Value(1.0)  # a parameter, or not
    for parameters in ([w], []):
        p = compile(lambda x: w * x, 1, parameters, "python")
        assert pickle.loads(pickle.dumps(p)).value_and_grad([[1.0]]) == p.value_and_grad([[1.0]])


def test_forms_are_their_own() -> None:
    flat = compile(lambda x: [x, x * 2.0], 1, backend="python")
    nested = compile(lambda x: {"a": [x, x * 2.0]}["a"] and ((x,), [x * 2.0]), 1, backend="python")
    for p in (flat, nested):
        assert pickle.loads(pickle.dumps(p))([[1.0]]) == p([[1.0]])


def test_they_are_bounded(monkeypatch: pytest.MonkeyPatch, selected: list[str]) -> None:
    monkeypatch.setattr(program, "MOST_ARRIVED", 2)
    written = [pickle.dumps(made(factor=float(k))) for k in range(3)]
    selected.clear()
    for k in (0, 1, 0, 2, 0, 1):
        pickle.loads(written[k])
    assert len(selected) == 4  # 1 made room for 2
    assert len(program._arrived) == 2


def test_threads_compile_once(selected: list[str]) -> None:
    written = pickle.dumps(made())
    selected.clear()
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        pickle.loads(written).hessian(X)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(selected) == 2


def test_nothing_of_the_first_one_stays(selected: list[str]) -> None:
    arrived = pickle.loads(pickle.dumps(made()))
    (shared,) = program._arrived.values()
    assert shared["_leaves"] == shared["parameters"] == []
    assert arrived.parameters
