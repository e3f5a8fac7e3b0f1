"""Copying and pickling of graphs without recursion; the identity of nodes is preserved.

A node is pickled as its attributes, parents included, and the pickler's memo preserves identities:
of a graph beside its leaves, of roots that share nodes, of a list of nodes. By itself the pickler
would recurse through the parents. So a node whose parents are not in the memo yet is pickled
together with its ancestors, parents first: each of those then finds its parents in the memo. The
state in this module affects only the depth of recursion and the time, never identities: a node is
always pickled as one object. Two pickles, of `y` and of its leaf, load as two graphs.
"""

from __future__ import annotations

import weakref
from threading import local
from typing import Any, TypeVar

from .graph import sources, topological_order

Node = TypeVar("Node", bound=Any)


class Dump:
    """The nodes that one pickler has seen; `waiting` are the ancestors that it has not reached yet.

    It is part of the pickle, as (), since a pickler holds references to its objects: so it lives as
    long as the pickler.
    """

    __slots__ = ("__weakref__", "met", "waiting")

    def __init__(self) -> None:
        self.met: set[Any] = set()
        self.waiting: set[Any] = set()

    def __reduce__(self) -> tuple[type[tuple[()]], tuple[()]]:
        return tuple, ()

    def expects(self, node: Any) -> bool:
        """Whether this can be the pickler of the node: a pickler reaches each node once, parents
        first.
        """
        if node in self.waiting:
            return self.waiting.isdisjoint(sources(node))
        return node not in self.met


class Dumps(local):
    """The running dumps of a thread, the innermost last."""

    def __init__(self) -> None:
        self.stack: list[weakref.ref[Dump]] = []

    def current(self) -> Dump | None:
        """The innermost one whose pickler is still alive."""
        while self.stack:
            if dump := self.stack[-1]():
                return dump
            self.stack.pop()
        return None


_dumps = Dumps()


def brought_along(node: Any) -> tuple[Dump, list[Any]] | None:
    """The nodes to pickle before a node's parents: all ancestors that the pickler has not seen."""
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
    """The names of the attributes of a node of this class; a user's class may have a dict."""
    named = [name for base in kind.__mro__ for name in vars(base).get("__slots__", ())]
    has_dict = any(["__dict__" in vars(base) for base in kind.__mro__])  # PyPy has no offset of it
    return [*named, "__dict__"] if has_dict else named


def state(node: Any) -> list[Any]:
    """The attributes of a node."""
    parts = [getattr(node, name) for name in slots(type(node))]
    return [dict(part) if isinstance(part, dict) else part for part in parts]


def restored(kind: type[Node], brought_along: Any, state: list[Any]) -> Node:
    """A node with these attributes; the ancestors pickled with it are behind its parents."""
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
