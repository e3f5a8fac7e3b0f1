"""export: a program as a file in another language, chosen by the suffix of the path."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..arguments import choices, several, wrong
from ..files import path_of, write
from ..program import PointProgram, Program
from ..program.derivatives import By
from . import c, javascript, onnx, python
from .subject import DERIVATIVES, Subject, subject_of

CALL = 'export(program, "program.c")'
# By the suffix of the path: the printer of a subject.
FORMATS: dict[str, Callable[[Subject], str | bytes]] = {
    ".c": c.text,
    ".js": javascript.text,
    ".onnx": onnx.content,
    ".py": python.text,
}

SINGLE = (".c", ".onnx")  # where float32=True is possible


def export(
    program: Program | PointProgram,
    path: str | os.PathLike[str],
    *,
    derivatives: str | Sequence[str] = (),
    by: By = "inputs",
    float32: bool = False,
    name: str | None = None,
) -> Path:
    """Write a program into a file in another language, and return the path.

    The file needs neither this package nor Python. It begins with a comment on how to call it, has
    one line for each node, named by its label, and contains a self-test. It computes one row. The
    present numbers of the program's parameters are constants in it; its inputs are the arguments.
    In double precision the results of C and Python are bitwise those of `program` on the python
    backend, if the mathematical library is the same.

    Args:
        program: the result of `compile`, or `jit(f).program(...)`.
        path: the file; its suffix is the language: .c is C (C99, without memory allocation or
            state), .js an ES module, .py Python with the standard library only, .onnx a model of
            ONNX, over rows.
        derivatives: "gradient" and "hessian" of a single output, or "jacobian"; several in a list.
            They are further results, after the outputs.
        by: the variables of the derivatives: "inputs", "parameters", or a list of names of inputs.
        float32: whether to compute in single precision; for C (microcontrollers) and ONNX.
        name: the name of the function; the stem of the path if None.

    Raises:
        ValueError: for another suffix, and for a user-defined operation.

    >>> import autograd, subprocess, sys, tempfile
    >>> program = autograd.compile(lambda x, w: autograd.tanh(x * w), ["x", "w"], backend="python")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = autograd.export(program, f"{folder}/neuron.py", derivatives="gradient")
    ...     subprocess.run([sys.executable, path], capture_output=True, text=True).stdout.strip()
    'self-test passed'
    """
    path, derivatives = checked(path, derivatives, float32, name, "export", CALL)
    subject = subject_of(program, path.stem if name is None else name, derivatives, by, float32)
    return write_subject(replace(subject, file=path.name), path)


def checked(
    path: Any, derivatives: Any, float32: Any, name: Any, where: str, call: str
) -> tuple[Path, tuple[str, ...]]:
    """The path and the kinds of derivatives of a call of `where`, if all arguments are valid.

    Args:
        call: an example of a right call.
    """
    found = path_of(path, where, call)
    if found.suffix not in FORMATS:
        accepted = ", ".join(FORMATS)
        raise ValueError(
            f"{where}: expected a file that ends in {accepted}, got {found.name!r:.60}"
        )
    kinds = (
        (derivatives,)
        if isinstance(derivatives, str)
        else several(derivatives, where, "names of derivatives")
    )
    for kind in kinds:
        if not isinstance(kind, str) or kind not in DERIVATIVES:
            advice = choices(kind, DERIVATIVES)
            raise ValueError(f"{where}: expected kinds of derivatives, got {kind!r:.60}{advice}")
    if not isinstance(float32, bool):
        raise wrong(where, "True or False as float32", float32)
    if float32 and found.suffix not in SINGLE:
        raise ValueError(f"{where}: float32=True is for files that end in {' or '.join(SINGLE)}")
    if name is not None and not isinstance(name, str):
        raise wrong(where, "a text as name", name)
    return found, tuple(dict.fromkeys(kinds))


def write_subject(subject: Subject, path: Path) -> Path:
    """Write a subject in the format that the suffix of the path names."""
    write(path, FORMATS[path.suffix](subject))
    return path
