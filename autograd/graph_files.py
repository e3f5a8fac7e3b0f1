"""save and load: a whole graph in a JSON file, with operations by name and no code."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import modes, reads
from .arguments import value
from .collector import collector_paused
from .conditions import Decided
from .files import FormatError, opened, path_of, write
from .graph import sources, topological_order
from .graph_lists import KEYS, Reading, lists_of
from .modes import described
from .ops import TABLE
from .strict_json import parse
from .value import Value

FORMAT, VERSION = "autograd graph", 1
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")  # two surrogates


def save(y: Value | Sequence[Value], path: str | os.PathLike[str]) -> Path:
    """Write a graph to a JSON file, atomically, and return the path; `load` reads it.

    Data, gradients and local derivatives are preserved bit for bit (of a NaN the sign), and so are
    labels and shared nodes.

    Args:
        y: a Value, saved with all its ancestors, or a list of Values.
        path: the name of the file.

    Raises:
        ValueError: for a graph with a user-defined operation, which only a pickle can hold.
        OSError: if it can't be written, with the path.

    >>> import autograd, tempfile
    >>> from pathlib import Path
    >>> x = autograd.Value(0.5, label="x")
    >>> y = x * x + 1.0
    >>> y.backward()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = autograd.save(y, Path(folder, "graph.json"))
    ...     again = autograd.load(path)
    >>> again, again.parents[0].parents[1]
    (Value(data=1.25, grad=1.0), Value(data=0.5, grad=1.0, label='x'))
    """
    if several := isinstance(y, (list, tuple)):
        roots = [value(root, "save", "Values") for root in y]
    else:
        roots = [value(y, "save", "a Value or a list of Values")]
    path = path_of(path, "save", 'save(y, "graph.json")')
    if not roots:
        raise ValueError("save: expected at least one Value, got an empty sequence")
    if modes.active:
        modes.refuse_numbers("save", "save what the function gives")
    if reads.watching:
        for root in roots:
            reads.keep(root)
    order = topological_order(*roots, operands=sources)
    refuse_what_no_file_holds(order)
    lists = lists_of(order, roots)
    content: dict[str, Any] = {"version": VERSION, "format": FORMAT, **lists}
    if not several:
        (content["roots"],) = lists["roots"]
    lines = [f"{in_json(key)}: {in_json(thing)}" for key, thing in content.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    write(path, text.encode(errors="backslashreplace"))  # a lone surrogate as JSON escapes it
    return path


def in_json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def refuse_what_no_file_holds(order: Sequence[Value]) -> None:
    """Raise TypeError or ValueError for what a file can't represent."""
    for node in order:
        op, label = node.op, node.label
        if type(node) is not Value and type(node) is not Decided:
            raise TypeError(
                f"save: {node!r:.80} is a {type(node).__name__}, a subclass of Value, which a file "
                "can't hold; pickle the graph"
            )
        if op is not None and not (op.builtin and TABLE.get(op.name) is op):
            raise ValueError(
                f"save: {described(node)} uses the user-defined operation {op.name!r}, whose "
                "code a file can't hold; pickle the graph"
            )
        if label is None:
            continue
        if not isinstance(label, str):
            raise TypeError(f"save: expected a string or None as label, got {label!r:.60}")
        if PAIR.search(label):
            raise ValueError(
                f"save: the label {label!r:.60} has a pair of surrogates, which JSON reads as one "
                "character"
            )


def load(path: str | os.PathLike[str]) -> Any:
    """Read a graph that `save` wrote: the Value or the list of Values that was saved.

    It can be swept, drawn and compiled as any graph. Loading runs no code from the file, and its
    memory is bounded by the size of the file.

    Args:
        path: the name of the file.

    Raises:
        FormatError: a ValueError with the fault and the node, for a file with other content.
        OSError: if the file can't be read.

    >>> import autograd, tempfile
    >>> from pathlib import Path
    >>> x = autograd.Value(3.0, label="x")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = autograd.save([x * x, x], Path(folder, "graph.json"))
    ...     y, x = autograd.load(path)
    >>> autograd.gradients(y, [x])
    (6.0,)
    """
    path = path_of(path, "load", 'load("graph.json")')
    with opened(path) as (file, size):
        start = file.read(9)
        if start[8:] == b"{" and int.from_bytes(start[:8], "little") < size:
            raise FormatError(f"{path}: a file of tensors, not of a graph: use nn.load")
        if start.lstrip()[:1] not in (b"{", b""):
            raise FormatError(f"{path}: not a graph of autograd.save, which begins with {{")
        content = start + file.read(size)
    lists = parse(content, str(path))
    refuse_other_formats(lists, str(path))
    with collector_paused():
        if isinstance(lists["roots"], list):
            return Reading(lists, str(path)).graph()
        return Reading({**lists, "roots": [lists["roots"]]}, str(path)).graph()[0]


def refuse_other_formats(content: Any, where: str) -> None:
    """Raise FormatError for other content, and for a newer version of the format."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FormatError(f"{where}: not a graph of autograd.save: no format {FORMAT!r}")
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise FormatError(f"{where}: version: expected a number from 1, got {version!r:.60}")
    if version > VERSION:
        raise FormatError(
            f"{where}: written by a newer version of autograd: its format is {version}, and this "
            f"version reads up to {VERSION}"
        )
    keys = ("version", "format", *KEYS)
    for key in [*keys, *content]:
        if key not in content:
            raise FormatError(f"{where}: {key}: missing")
        if key not in keys:
            raise FormatError(f"{where}: unknown key {key!r:.60}")
        if key in KEYS and key != "roots" and not isinstance(content[key], list):
            raise FormatError(f"{where}: {key}: expected a list, got {content[key]!r:.60}")
