"""save and load: a whole graph in a file, as JSON that names no code."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import modes, reads
from .arguments import value
from .files import FormatError, opened, path_of, write
from .graph import topological_order
from .graph_lists import KEYS, Reading, lists_of
from .modes import described
from .ops import TABLE
from .strict_json import parse
from .value import Decided, Value, sources

FORMAT, VERSION = "autograd graph", 1
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")  # two surrogates


def save(y: Value | Sequence[Value], path: str | os.PathLike[str]) -> Path:
    """Write a graph to a file, from which `load` makes it again, and return the path.

    Numbers, gradients, local derivatives, labels and who is shared by whom stay, bit for bit (of a
    NaN the sign). The file is JSON, written whole or not at all.

    y: a Value, with all that it was computed from, or a list of Values.
    path: the name of the file.

    Raises ValueError for a graph with an operation of the user's own, which a file can't hold but a
    pickle can; OSError, which names the path, where it can't be written.

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
    content = {"format": FORMAT, "version": VERSION, **lists_of(order, roots)}
    if not several:
        (content["roots"],) = content["roots"]
    lines = [f"{in_json(key)}: {in_json(thing)}" for key, thing in content.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    write(path, text.encode(errors="backslashreplace"))  # a lone surrogate as JSON escapes it
    return path


def in_json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def refuse_what_no_file_holds(order: Sequence[Value]) -> None:
    """TypeError or ValueError for what would be lost in a file."""
    for node in order:
        op, label = node.op, node.label
        if type(node) is not Value and type(node) is not Decided:
            raise TypeError(
                f"save: {node!r:.80} is a {type(node).__name__}, and a file names no class; "
                "pickle the graph"
            )
        if op is not None and not (op.ours and TABLE.get(op.name) is op):
            raise ValueError(
                f"save: {described(node)} is by the operation {op.name!r} of your own, and a file "
                "names no code; pickle the graph"
            )
        if label is None:
            continue
        if not isinstance(label, str):
            raise TypeError(f"save: expected a string or None as label, got {label!r:.60}")
        if PAIR.search(label):
            raise ValueError(
                f"save: in the label {label!r:.60} two surrogates meet, which JSON reads as one "
                "character"
            )


def load(path: str | os.PathLike[str]) -> Any:
    """Read a graph that `save` wrote: the Value, or the list of Values, that was saved.

    It is a graph as any other, to sweep, to draw and to compile. Nothing in a file can run code,
    and what it takes of memory is bounded by its size.

    path: the name of the file.

    Raises FormatError, a ValueError, for a file that is no such graph: it says what is wrong and at
    which node; OSError where there is no file.
    """
    path = path_of(path, "load", 'load("graph.json")')
    with opened(path) as (file, size):
        start = file.read(9)
        if start[8:] == b"{" and int.from_bytes(start[:8], "little") < size:
            raise FormatError(f"{path}: a file of tensors, not of a graph: use nn.load")
        if start.lstrip()[:1] not in (b"{", b""):
            raise FormatError(f"{path}: no graph that autograd.save wrote, which begins with {{")
        content = start + file.read(size)
    lists = parse(content, str(path))
    refuse_other_formats(lists, str(path))
    if isinstance(lists["roots"], list):
        return Reading(lists, str(path)).graph()
    return Reading({**lists, "roots": [lists["roots"]]}, str(path)).graph()[0]


def refuse_other_formats(content: Any, where: str) -> None:
    """FormatError for what is no graph, or one that was written by a later version."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FormatError(f"{where}: no graph that autograd.save wrote: no format {FORMAT!r}")
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise FormatError(f"{where}: version: expected a number from 1, got {version!r:.60}")
    if version > VERSION:
        raise FormatError(
            f"{where}: written by a newer version of autograd: its format is {version}, and this "
            f"version reads up to {VERSION}"
        )
    keys = ("format", "version", *KEYS)
    for key in [*keys, *content]:
        if key not in content:
            raise FormatError(f"{where}: {key}: missing")
        if key not in keys:
            raise FormatError(f"{where}: unknown key {key!r:.60}")
        if key in KEYS and key != "roots" and not isinstance(content[key], list):
            raise FormatError(f"{where}: {key}: expected a list, got {content[key]!r:.60}")
