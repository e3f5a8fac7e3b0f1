"""Type checkers see the types of operations, derivatives and compiled functions as users do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HEAD = """\
from __future__ import annotations

import autograd
import nn
from autograd import (
    Value, compile, cross_entropy, grad, gradients, hessian, hvp, jit, value_and_grad, where
)

a, b = Value(1.0), Value(2.0)


def square(x: Value) -> Value:
    return x * x


def product(x: list[Value]) -> Value:
    return x[0] * x[1]


@jit
def compiled(x: Value) -> Value:
    return x.tanh()


@grad
def slope(x: Value) -> Value:
    return x * x


"""
EXPRESSIONS = {
    "a * b": "Value",
    "a + 1": "Value",
    "2.0 / a": "Value",
    "a ** 2": "Value",
    "-a": "Value",
    "a.tanh()": "Value",
    "a.exp()": "Value",
    "a.data": "float",
    "a.grad": "float",
    "a < b": "bool",
    "autograd.tanh(a)": "Value",
    "autograd.tanh(0.5)": "float",
    "autograd.dot([a], [1.0])": "Value",
    "autograd.maximum(a, b)": "Value",
    "autograd.maximum(1.0, 2.0)": "float",
    "autograd.maximum([a, b])": "Value",
    "autograd.logsumexp([a, b])": "Value",
    "autograd.logsumexp([1.0])": "float",
    "autograd.softmax([a])": "list[Value]",
    "autograd.softmax(a, b)": "list[Value]",
    "where(a > 0.0, a, 0.0)": "Value",
    "cross_entropy([a, b], 0)": "Value",
    "cross_entropy([1.0, 2.0], 0)": "float",
    "gradients(a, [b])": "tuple[float, ...]",
    "gradients(a, [b], create_graph=True)": "tuple[Value, ...]",
    "grad(square)(2.0)": "float",
    "grad(square)(a)": "Value",
    "grad(grad(square))(2)": "float",
    "grad(product)([2.0, 5.0])": "list[float]",
    "grad(square)(2.0, 3.0)": "tuple[float, float]",
    "slope(2.0)": "float",
    "value_and_grad(square)(2.0)": "tuple[float, float]",
    "value_and_grad(product)([2.0, 5.0])": "tuple[float, list[float]]",
    "hessian(square)(2.0)": "list[tuple[float, ...]]",
    "hessian(product)([2.0, 5.0])": "list[list[float]]",
    "hvp(product)([2.0, 5.0], [1.0, 0.0])": "list[float]",
    "compiled(2.0)": "float",
    "jit(square)(2.0)": "float",
    "jit(grad(product))([2.0, 5.0])": "list[float]",
    "jit(value_and_grad(square))(2.0)": "tuple[float, float]",
    "jit(hessian(product))([2.0, 5.0])": "list[list[float]]",
    "compile(square, 1)": "Program",
    'nn.load("model.safetensors", into=nn.MLP(1, [1]))': "MLP",
}


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    """A file of a user's, which reveals the type of each expression."""
    file = tmp_path / "user.py"
    file.write_text(HEAD + "".join([f"reveal_type({e})\n" for e in EXPRESSIONS]))
    return file


def check(revealed: list[str]) -> None:
    short = [re.sub(r"\b(\w+\.)+(?=\w)", "", got) for got in revealed]
    assert dict(zip(EXPRESSIONS, short, strict=True)) == EXPRESSIONS


def test_mypy_sees_the_types(user_file: Path) -> None:
    api = pytest.importorskip("mypy.api", reason="mypy shows the types: pip install mypy")
    cache = user_file.with_name("cache")
    out, errors, _ = api.run([
        "--strict", "--follow-imports=silent", f"--cache-dir={cache}", "--config-file=",
        str(user_file),
    ])  # fmt: skip
    assert "error" not in out + errors, out
    check(re.findall(r'Revealed type is "(.*)"', out))


def test_pyright_sees_the_types(user_file: Path) -> None:
    """In its strict mode, with no error in the user's file."""
    missing = pytest.fail if os.environ.get("CI") else pytest.skip
    if not (pyright := shutil.which("pyright")):
        missing("pyright shows the types: npm install --global pyright")
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(Path(__file__).parents[2])]}
    user_file.with_name("pyrightconfig.json").write_text(json.dumps(settings))
    command = [pyright, "--outputjson", "--project", str(user_file.parent)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if not found.stdout:
        missing(f"pyright does not run here: {found.stderr[-200:]}")
    messages = json.loads(found.stdout)["generalDiagnostics"]
    assert [m["message"] for m in messages if m["severity"] != "information"] == []
    check([re.search(r' is "(.*)"$', m["message"])[1] for m in messages])
