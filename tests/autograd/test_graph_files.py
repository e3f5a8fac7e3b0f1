"""A graph that is saved and loaded is the same graph, and a file is right or refused."""

from __future__ import annotations

import copy
import json
import math
import os
import pickle
import random
import re
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, draw, gradients, load, no_grad, paths, save, where
from autograd.conditions import Decided
from autograd.files import FormatError
from autograd.graph import sources, topological_order
from autograd.ops import TABLE, Shape
from autograd.recording import evaluate
from nn import MLP
from tests.autograd import programs

ARITY = {Shape.ONE: 1, Shape.TWO: 2, Shape.THREE: 3, Shape.FOUR: 4, Shape.MANY: 3, Shape.PAIRS: 4}
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-310, -5e-324, 1.7976931348623157e308]
SPECIAL += [0.1, 1 / 3, math.pi, 1e22, 20.0, -20.0, math.inf, -math.inf, math.nan, -math.nan]


def bits(x: float) -> bytes:
    """What a number is; of a NaN its sign."""
    assert type(x) is float
    return struct.pack("d", math.copysign(1.0, x)) + b"nan" if x != x else struct.pack("d", x)  # noqa: PLR0124


def again(y: Any, folder: Path) -> Any:
    return load(save(y, folder / "graph.json"))


def match(ones: Sequence[Value], others: Sequence[Value]) -> None:
    """Assert that two lists of roots are one and the same graph, bit for bit."""
    order, twins = [topological_order(*roots, operands=sources) for roots in (ones, others)]
    assert len(order) == len(twins)
    twin = dict(zip(order, twins, strict=True))
    assert [twin[root] for root in ones] == list(others)
    for one, other in twin.items():
        assert type(other) is (Value if one.op is None else type(one))
        assert (one.op, one.label) == (other.op, other.label)
        assert [bits(one.data), bits(one.grad)] == [bits(other.data), bits(other.grad)]
        assert [*map(bits, one.local_derivatives)] == [*map(bits, other.local_derivatives)]
        assert tuple([twin[parent] for parent in one.parents]) == other.parents
        if isinstance(one, Decided) and isinstance(other, Decided):
            assert (one.traced_op, one.traceable) == (other.traced_op, other.traceable)
            assert tuple([twin[operand] for operand in one.operands]) == other.operands


def function_of(op: Any) -> Callable[..., Value]:
    return lambda *operands: evaluate(op, operands)


# Everything in the table, and what else makes nodes.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: function_of(op) for name, op in TABLE.items() if op.shape in ARITY},
    "chosen": lambda a, b, c: where(a < b, b, c),
    "opposite": lambda a, b, c: where(~(a < b), b, c),
    "flag": lambda a, b: where(a.data < b.data, a, b),
    "compared": lambda a, b, c: (a <= b) * c,
    "both": lambda a, b, c: where((a < b) & (b < c), a, 1.0),
    "detached": lambda a: a.detach() * a,
    "constant": lambda a: a * 2.5,
    "slope": lambda a, b: gradients(autograd.relu(a * b) + a, [a], create_graph=True)[0],
    "share": lambda a, b: gradients(autograd.logsumexp(a, b), [b], create_graph=True)[0],
}
ARITIES = {name: ARITY[op.shape] for name, op in TABLE.items() if op.shape in ARITY}
ARITIES |= {
    "chosen": 3,
    "opposite": 3,
    "flag": 2,
    "compared": 3,
    "both": 3,
    "detached": 1,
    "constant": 1,
}
ARITIES |= {"slope": 2, "share": 2}


@st.composite
def graphs(draw: st.DrawFn) -> list[Value]:
    """All values of a random program over the operation table, with labels, swept or not."""
    seed = draw(st.integers(0, 10**9))
    rng = random.Random(seed)
    program = programs.draw(rng, 3, draw(st.integers(0, 12)), ARITIES)
    pool = SPECIAL if draw(st.booleans()) else [0.5, -0.25, 1.5, 2.0]
    values: list[Value] = programs.run(
        program, [Value(rng.choice(pool), f"x{i}") for i in range(3)], FUNCTIONS
    )
    for node in values:
        node.label = draw(st.one_of(st.none(), st.text())) if rng.random() < 0.3 else node.label
    for _ in range(draw(st.integers(0, 2))):
        rng.choice(values).backward()
    return values


@settings(max_examples=100, deadline=None)
@given(values=graphs(), data=st.data())
def test_what_is_loaded_is_what_was_saved(
    tmp_path_factory: pytest.TempPathFactory, values: list[Value], data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    roots = data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=4))
    match([roots[-1]], [again(roots[-1], folder)])
    found = again(roots, folder)
    assert type(found) is list
    match(roots, found)
    first = (folder / "graph.json").read_bytes()
    assert save(found, folder / "graph.json").read_bytes() == first


def outcome(act: Callable[[], Any]) -> Any:
    """What comes of it, also an error, so that two can be compared."""
    try:
        return act()
    except (ValueError, TypeError) as error:
        return str(error)


def numbers(results: Any) -> Any:
    return results if isinstance(results, str) else [bits(float(result)) for result in results]


def seen(y: Value, x: Value) -> list[Any]:
    """What can be seen of a graph by its root and a leaf."""
    found: list[Any] = [repr(path) for path in paths(y, x).largest(3)] if y is not x else []
    found += [draw(y).source, numbers(gradients(y, [x]))]
    (slope,) = gradients(y, [x], create_graph=True)
    found.append(numbers([slope.data, *gradients(slope, [x])]))
    program = outcome(lambda: autograd.compile(y, [], backend="python")([[]]))
    y.backward()
    return [*found, numbers(program), numbers([node.grad for node in topological_order(y)])]


@settings(max_examples=60, deadline=None)
@given(values=graphs())
def test_a_loaded_graph_is_a_graph_as_any_other(
    tmp_path_factory: pytest.TempPathFactory, values: list[Value]
) -> None:
    """The same sweep, derivatives of second order, paths, program, copies and picture."""
    y, leaf = values[-1], values[0]
    loaded = again([y, leaf], tmp_path_factory.getbasetemp())
    assert seen(y, leaf) == seen(*loaded)
    match([y, leaf], loaded)
    match(loaded, pickle.loads(pickle.dumps(loaded)))
    match(loaded, copy.deepcopy(loaded))


def test_pictures_are_the_same(tmp_path: Path) -> None:
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    loss = autograd.cross_entropy(model([0.5, -1.0]), 1)
    loss.backward()
    loaded = again(loss, tmp_path)
    assert draw(loaded).svg == draw(loss).svg
    assert str(autograd.derive(loaded, loaded)) == str(autograd.derive(loss, loss))
    assert autograd.explore(loaded).html == autograd.explore(loss).html


def test_a_program_follows_what_is_set_in_a_loaded_graph(tmp_path: Path) -> None:
    """Also a derivative that was built where relu was flat: the other branch is in the file."""
    x = Value(-1.0, label="x")
    y, slope = (x * 2.0).relu() * x, None
    (slope,) = gradients(y, [x], create_graph=True)
    y, slope, x = again([y, slope, x], tmp_path)
    program = autograd.compile(slope, [x], backend="python")
    assert [float(value) for value in program([[-1.0], [3.0]])] == [0.0, 12.0]
    x.data = 3.0
    with pytest.raises(ValueError, match="no longer follows from its parents"):
        gradients(y, [x], create_graph=True)


def test_what_was_changed_since_stays_changed(tmp_path: Path) -> None:
    x = Value(1.0)
    y = x.exp()
    x.data, x.grad = 5, True
    loaded = again(y, tmp_path)
    assert (loaded.data, loaded.local_derivatives) == (math.e, (math.e,))
    assert (loaded.parents[0].data, loaded.parents[0].grad) == (5.0, 1.0)


LABELS = ["", "x", "ŷ1", '"\\\n\0\x1f\u2028', "\ud800", "\udc80\ud800", "😀", "[{" * 100, "17"]


def test_labels_are_any_text(tmp_path: Path) -> None:
    ys = [Value(1.0, label) for label in LABELS]
    assert [y.label for y in again(ys, tmp_path)] == LABELS
    assert "ŷ1" in (tmp_path / "graph.json").read_text("utf-8")
    pair = Value(1.0, "\ud83d\ude00")
    with pytest.raises(ValueError, match=r"save: the label '.*' has a pair of surrogates"):
        save(pair, tmp_path / "graph.json")


def test_roots(tmp_path: Path) -> None:
    x = Value(2.0)
    y = x * 3.0
    match([y], [again(y, tmp_path)])
    for roots in ([y], [y, y], [y, x], [x, y, y.parents[1]], (y, x)):
        match(roots, again(roots, tmp_path))
    for leaf in (x, y.parents[1]):
        match([leaf], [again(leaf, tmp_path)])


def test_a_decision_that_nothing_recorded_is_a_leaf(tmp_path: Path) -> None:
    with no_grad():
        y = where(Value(1.0) < 2.0, Value(3.0), 4.0)
    assert type(y) is Decided
    loaded = again(y * 2.0, tmp_path).parents[0]
    assert (type(loaded), loaded.data, loaded.op) == (Value, 3.0, None)
    assert again(y, tmp_path).data == 3.0


def test_a_deep_graph(tmp_path: Path) -> None:
    x = y = Value(0.5, label="x")
    for i in range(20 * sys.getrecursionlimit()):
        y = y * x if i % 2 else y + 0.5
    y.backward()
    loaded = again(y, tmp_path)
    match([y], [loaded])
    for root in (y, loaded):
        root.backward()
    match([y], [loaded])


# What no file holds


class Named(Value):
    """A class of a user's."""


def test_what_can_not_be_saved(tmp_path: Path, same_table: None) -> None:
    path = tmp_path / "graph.json"
    cube = autograd.operation("cube", lambda x: x**3, lambda m, x, y: (3.0 * x * x,))
    x = Value(2.0, label="x")
    odd, unset = Value(1.0), Value(1.0, label="w")
    odd.label, unset.grad = 5, None  # type: ignore[assignment]
    for thing, kind, message in [
        (
            cube(x) + 1.0,
            ValueError,
            r"save: cube\(x = 2.0\) uses the user-defined operation 'cube'",
        ),
        (
            Named(1.0) * 2.0,
            TypeError,
            r"save: Value\(data=1.0, grad=0.0\) is a Named, a subclass of Value",
        ),
        (odd * 2.0, TypeError, "save: expected a string or None as label, got 5"),
        (unset * 2.0, TypeError, "save: the grad of w is None"),
        (3.0, TypeError, "save: expected a Value or a list of Values, got float 3.0"),
        ([x, 3.0], TypeError, "save: expected Values, got float 3.0"),
        ("graph.json", TypeError, "save: expected a Value or a list of Values, got str"),
        ([], ValueError, "save: expected at least one Value, got an empty sequence"),
        (MLP(2, [1], seed=0), TypeError, r"nn\.save\(model, path\) writes a model"),
    ]:
        with pytest.raises(kind, match=message):
            save(thing, path)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"save returns floats, .*; save what the function gives"):
        autograd.compile(lambda a: save(a * a, path), 1)  # type: ignore[arg-type, return-value]
    for call in (lambda: save(x, 3), lambda: load(3)):  # type: ignore[arg-type]
        with pytest.raises(
            TypeError, match=r"expected the name of a file, got int 3; as in .*json"
        ):
            call()
    assert not path.exists()


def test_what_a_function_saves_has_left_its_graph(tmp_path: Path) -> None:
    def f(x: Value) -> Value:
        save(x * x, tmp_path / "graph.json")
        return load(tmp_path / "graph.json")

    with pytest.warns(UserWarning, match="a number computed from it left the graph"):
        assert autograd.grad(f)(3.0) == 0.0


def test_a_save_that_fails_leaves_the_old_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "graph.json"
    save(Value(1.0), path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=re.escape(f"No space left on device: {str(path)!r}")):
        save(Value(2.0), path)
    assert load(path).data == 1.0
    assert [*tmp_path.iterdir()] == [path]
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        save(Value(2.0), tmp_path / "nowhere" / "graph.json")


# Files that are no graphs


def lists() -> dict[str, Any]:
    """A file with all in it: 0 x, 1 w, 2 x·w, 3 the number 1, 4 dot, 5 detached, 6 chosen."""
    made: dict[str, Any] = {
        "format": "autograd graph",
        "version": 1,
        "roots": [6, 4],
        "operations": [None, "mul", "constant", "dot", "detach", "branch", "where_less"],
        "op": [0, 0, 1, 2, 3, 4, 5],
        "slots": [0, 0, 2, 0, 4, 0, 1],
        "data": [0.5, "inf", "inf", 1, "nan", 2.5, 2.5],
        "grad": [0.0, 1.0, "-nan", "-inf", 1.0, -0.0, 1.0],
        "parents": [0, 1, 0, 2, 3, 3, 5],
        "local_derivatives": ["inf", 0.5, 1.0, 1.0, 0.5, "inf", 1.0],
        "labeled": [0, 4],
        "labels": ["x", "ŷ"],
        "decided": [5, 6],
        "traced_op": [4, 6],
        "traceable": [True, False],
        "operands": [2, 0, 3, 5, 4],
    }
    return made


def loaded(thing: Any, folder: Path) -> Any:
    path = folder / "graph.json"
    path.write_bytes(thing if isinstance(thing, bytes) else json.dumps(thing).encode())
    return load(path)


def test_the_format_is_as_described(tmp_path: Path) -> None:
    """Written by hand from the description, which is what other programs have."""
    chosen, dot = loaded(lists(), tmp_path)
    x, w = dot.parents[1].parents
    assert (x.label, dot.label, w.data, chosen.traced_op.name) == ("x", "ŷ", math.inf, "where_less")
    assert chosen.operands == (x, dot.parents[2], chosen.parents[0], dot)
    assert chosen.parents[0].operands == (dot.parents[1],)
    assert bits(dot.parents[1].grad) == bits(-math.nan)
    assert {**lists(), "data": [0.5, "inf", "inf", 1.0, "nan", 2.5, 2.5]}.keys() == json.loads(
        save([chosen, dot], tmp_path / "graph.json").read_text("utf-8")
    ).keys()


def edited(key: str, i: int | None, item: Any) -> dict[str, Any]:
    found = lists()
    if i is None:
        found[key] = item
    else:
        found[key][i] = item
    return found


NUMBER = r'expected a number, "nan", "-nan", "inf", "-inf", got'
EDITS: list[tuple[str, int | None, Any, str]] = [
    ("format", None, "graph", "not a graph of autograd.save: no format 'autograd graph'"),
    ("version", None, 2, "written by a newer version of autograd: its format is 2, and this"),
    ("version", None, True, "version: expected a number from 1, got True"),
    ("version", None, 0, "version: expected a number from 1, got 0"),
    ("version", None, 1.0, "version: expected a number from 1, got 1.0"),
    ("color", None, [], "unknown key 'color'"),
    ("data", None, {}, "data: expected a list, got {}"),
    ("op", None, None, "op: expected a list, got None"),
    ("roots", None, [], "roots: expected at least one, got none"),
    ("roots", None, 7, "roots: item 0: expected a whole number from 0 to 6, got 7"),
    ("roots", None, "6", "roots: item 0: expected a whole number from 0 to 6, got '6'"),
    ("roots", 1, -1, "roots: item 1: expected a whole number from 0 to 6, got -1"),
    ("operations", 1, "cube", "operations: item 1: autograd has no operation 'cube'"),
    ("operations", 1, "own", "operations: item 1: autograd has no operation 'own'"),
    ("operations", 1, ["mul"], "operations: item 1: autograd has no operation \\['mul'\\]"),
    ("operations", 0, "mul", "node 0: slots: mul takes two operands, got 0"),
    ("op", 2, 7, "node 2: op: expected a whole number from 0 to 6, got 7"),
    ("op", 2, None, "node 2: op: expected a whole number from 0 to 6, got None"),
    ("op", 2, 0, "node 2: slots: a leaf has none, got 2"),
    ("op", 6, 3, "node 6: traced_op: <operation where_less>, but its op is <operation dot>"),
    ("slots", None, [0, 0, 3, 0, 3, 0, 1], "node 2: slots: mul takes two operands, got 3"),
    ("op", 4, 1, "node 4: slots: mul takes two operands, got 4"),
    ("op", 3, 3, "node 3: slots: dot takes two sequences of one length, got 0"),
    ("op", 6, 1, "node 6: traced_op: <operation where_less>, but its op is <operation mul>"),
    ("slots", 0, -1, "node 0: slots: expected a whole number from 0, got -1"),
    ("slots", 0, 10**15, "parents: expected 1000000000000007 items, as slots together, got 7"),
    ("slots", None, [0, 0, 1, 1, 4, 0, 1], "node 2: slots: mul takes two operands, got 1"),
    ("slots", None, [0, 0, 2, 0, 4, 0], "slots: expected 7 items, as op, got 6"),
    ("data", 3, None, f"node 3: data: {NUMBER} None"),
    ("data", 3, True, f"node 3: data: {NUMBER} True"),
    ("data", 3, "NaN", f"node 3: data: {NUMBER} 'NaN'"),
    ("grad", 3, [1.0], f"node 3: grad: {NUMBER} \\[1.0\\]"),
    ("local_derivatives", 5, "0.5", f"node 4: local_derivatives: {NUMBER} '0.5'"),
    ("local_derivatives", 6, {}, f"node 6: local_derivatives: {NUMBER} {{}}"),
    ("local_derivatives", None, [], "local_derivatives: expected 7 items, as slots together"),
    ("parents", 1, 2, "node 2: parents: expected earlier nodes, got 2"),
    ("parents", 5, 99, "node 4: parents: expected earlier nodes, got 99"),
    ("parents", 5, 1.0, "node 4: parents: expected a whole number from 0, got 1.0"),
    ("parents", 5, False, "node 4: parents: expected a whole number from 0, got False"),
    ("parents", 6, 0, "node 6: parents: expected a branch of the choice"),
    ("labeled", 1, 0, "labeled: item 1: expected more than 0"),
    ("labeled", 1, 7, "labeled: item 1: expected a whole number from 0 to 6, got 7"),
    ("labels", 1, None, "node 4: label: expected a string, got None"),
    ("labels", None, ["x"], "labels: expected 2 items, as labeled, got 1"),
    ("decided", None, [6, 5], "decided: item 1: expected more than 6"),
    ("decided", None, [5], "traced_op: expected 1 items, as decided, got 2"),
    ("traced_op", 0, 1, "node 5: traced_op: <operation mul> decides nothing"),
    ("traced_op", 0, 0, "node 5: traced_op: 'a leaf' decides nothing"),
    ("traced_op", 0, 6, "operands: expected 8 items, as decided needs, got 5"),
    ("traceable", 1, 1, "node 6: traceable: got 1 for <operation where_less>"),
    ("operands", 0, 5, "node 5: operands: expected earlier nodes, got 5"),
    ("operands", 0, None, "operands: item 0: expected a whole number from 0, got None"),
    ("operands", None, [], "operands: expected 5 items, as decided needs, got 0"),
]


@pytest.mark.parametrize(("key", "i", "item", "message"), EDITS)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, same_table: None, key: str, i: int | None, item: Any, message: str
) -> None:
    autograd.operation("own", lambda a, b: a * b, lambda m, a, b, y: (b, a))
    with pytest.raises(FormatError) as raised:
        loaded(edited(key, i, item), tmp_path)
    assert re.match(re.escape(f"{tmp_path / 'graph.json'}: ") + message, str(raised.value))


def test_known_for_a_choice_by_a_plain_bool_is_refused(tmp_path: Path) -> None:
    x = Value(1.0)
    y = where(x.data > 0.0, x, 2.0)
    thing = json.loads(save(y, tmp_path / "graph.json").read_text())
    with pytest.raises(FormatError, match="node 2: traceable: got True for <operation branch>"):
        loaded({**thing, "traceable": [True]}, tmp_path)


@pytest.mark.parametrize("key", lists())
def test_a_key_that_is_missing(tmp_path: Path, key: str) -> None:
    thing = lists()
    del thing[key]
    message = {"format": "no format", "version": "version: expected a number from 1, got None"}
    with pytest.raises(FormatError, match=message.get(key, f"{key}: missing")):
        loaded(thing, tmp_path)


GOOD = json.dumps(lists()).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "invalid JSON: Expecting value"),
        (b"{}", "no format"),
        (b"[]", "not a graph of autograd.save"),
        (b"\x80\x04\x95", "not a graph of autograd.save"),
        (pickle.dumps(Value(1.0)), "not a graph of autograd.save"),
        (struct.pack("<Q", 20) + b'{"a":1}             ' + b"\0" * 8, "a file of tensors.*nn.load"),
        (GOOD[:-1], "invalid JSON"),
        (GOOD + b"x", "invalid JSON: Extra data"),
        (GOOD + b"\0", "invalid JSON: Extra data"),
        (GOOD[:-1] + b', "grad": []}', "duplicate key 'grad'"),
        (GOOD.replace(b"2.5", b"NaN"), "NaN is not a number in JSON"),
        (GOOD.replace(b"2.5", b"1e999"), "1e999 is out of the range of floats"),
        (GOOD.replace(b"2.5", b"9" * 9999), "has more than 24 digits"),
        (GOOD.replace(b"2.5", b"[" * 10**5), r"nested \d+ levels deep"),
        (GOOD.replace(b"2.5", b"[" * 10**5 + b"]" * 10**5), "levels deep; at most 32"),
        (GOOD.replace(b"autograd", b"\xff"), "invalid UTF-8"),
    ],
    ids=lambda thing: repr(thing[:20]),
)
def test_what_is_no_json(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        loaded(content, tmp_path)
    assert issubclass(FormatError, ValueError)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"graph\.json"):
        load(tmp_path / "graph.json")
    with pytest.raises(IsADirectoryError):
        load(tmp_path)


def leaves(count: int, **more: Any) -> dict[str, Any]:
    """A file of as many leaves, in the fewest bytes."""
    empty = {key: [] for key in lists()} | {"format": "autograd graph", "version": 1, "roots": 0}
    each = dict.fromkeys(("op", "slots", "data", "grad"), [0] * count)
    return {**empty, "operations": [None], **each, **more}


GREEDY = [
    leaves(25_000),
    leaves(25_000, slots=[10**15] * 25_000),
    leaves(12_000, labeled=[*range(12_000)], labels=[""] * 12_000),
    leaves(2, op=[0, 1], slots=[0, 60_000], parents=[0] * 60_000, operations=[None, "total"])
    | {"local_derivatives": [0] * 60_000},
    leaves(
        10_000, operations=[None, "detach"], op=[0, *[1] * 9_999], decided=[*range(1, 10_000)],
        traced_op=[1] * 9_999, traceable=[True] * 9_999, operands=[0] * 9_999,
    ),
]  # fmt: skip


@pytest.mark.parametrize("thing", GREEDY, ids=range(len(GREEDY)))
def test_memory_is_bounded_by_the_size_of_the_file(tmp_path: Path, thing: dict[str, Any]) -> None:
    path = tmp_path / "graph.json"
    path.write_text(json.dumps(thing, separators=(",", ":")))
    tracemalloc.start()
    try:
        assert isinstance(load(path), Value)
    except FormatError:
        assert max(thing["slots"]) > len(thing["parents"])
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 100 * path.stat().st_size


@pytest.mark.skipif(os.name == "nt", reason="Windows can't bound the memory of a process")
def test_mutations_end_in_a_right_load_or_the_error(tmp_path: Path) -> None:
    """In a process of its own, whose memory is bounded: tests/autograd/mutations.py."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.autograd.mutations", str(tmp_path), "10000"],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert not done.returncode, done.stderr
    right, refused = map(int, done.stdout.split())
    assert right + refused == 10_000
    assert min(right, refused) > 300
