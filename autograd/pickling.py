"""Copying and pickling a graph without recursion, with the identity of nodes preserved.

A node is pickled as what it consists of, its parents among it, and the pickler itself remembers
which objects it has met: a graph beside its leaves, roots that share nodes, a list of nodes. Left
to itself it would follow the parents by recursion. So a node whose parents have not come up yet
brings along what lies behind it, parents first: each of those finds its parents already there.

Only the depth of the recursion and the time rest on what is kept here, never who is who: a node is
always pickled as one object. Two pickles, of `y` and of its leaf, are two graphs once loaded.
"""

from __future__ import annotations

import weakref
from threading import local
from typing import Any, TypeVar

from .graph import sources, topological_order

Node = TypeVar("Node", bound=Any)


class Dump:
    """The nodes that one pickler has met; `waiting` are those brought along and not yet come up.

    It lies in the pickle, as (), because a pickler holds what it pickled: it lives as long.
    """

    __slots__ = ("__weakref__", "met", "waiting")

    def __init__(self) -> None:
        self.met: set[Any] = set()
        self.waiting: set[Any] = set()

    def __reduce__(self) -> tuple[type[tuple[()]], tuple[()]]:
        return tuple, ()

    def expects(self, node: Any) -> bool:
        """Whether this can be the pickler of the node: it pickles each once, parents first."""
        if node in self.waiting:
            return self.waiting.isdisjoint(sources(node))
        return node not in self.met


class Dumps(local):
    """The dumps of a thread that are going on, the innermost last."""

    def __init__(self) -> None:
        self.stack: list[weakref.ref[Dump]] = []

    def current(self) -> Dump | None:
        """The innermost one whose pickler is still there."""
        while self.stack:
            if dump := self.stack[-1]():
                return dump
            self.stack.pop()
        return None


_dumps = Dumps()


def brought_along(node: Any) -> tuple[Dump, list[Any]] | None:
    """The nodes to pickle before a node's parents: all ancestors that the pickler has not met."""
    if not sources(node):
        return None
    dump = _dumps.current()
    started = dump is None or not dump.expects(node)
    if dump is None or started:
        dump = Dump()
        _dumps.stack.append(weakref.ref(dump))
    if node in dump.waiting:
        dump.waiting.remove(node)
        return None
    order = topological_order(node, seen=dump.met, operands=sources)
    behind = [other for other in order if sources(other)][:-1]
    dump.waiting.update(behind)
    return (dump, behind) if behind or started else None


def slots(kind: type[Any]) -> list[str]:
    """The names of what a node of this kind consists of; a class of the user's may have a dict."""
    named = [name for base in kind.__mro__ for name in vars(base).get("__slots__", ())]
    has_dict = any(["__dict__" in vars(base) for base in kind.__mro__])  # PyPy has no offset of it
    return [*named, "__dict__"] if has_dict else named


def state(node: Any) -> list[Any]:
    """The attributes of a node."""
    parts = [getattr(node, name) for name in slots(type(node))]
    return [dict(part) if isinstance(part, dict) else part for part in parts]


def restored(kind: type[Node], brought_along: Any, state: list[Any]) -> Node:
    """A node of what it consisted of; what was brought along is now behind its parents."""
    node = object.__new__(kind)
    for name, part in zip(slots(kind), state, strict=True):
        setattr(node, name, part)
    return node


def copied(root: Node, memo: dict[Any, Any]) -> Node:
    """`copy.deepcopy` of a node, with all that it was computed from."""
    for node in topological_order(root, seen=memo.setdefault("autograd", set()), operands=sources):
        if id(node) not in memo:
            copy = memo[id(node)] = node.__copy__()
            copy.parents = tuple([memo[id(parent)] for parent in node.parents])
            if "operands" in slots(type(copy)):
                copy.operands = tuple([memo[id(operand)] for operand in sources(node)])
    found: Node = memo[id(root)]
    return found
