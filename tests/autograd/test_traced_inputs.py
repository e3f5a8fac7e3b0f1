"""Where a function would look a number up, the input of a traced one is refused as a key."""

import copy
import functools
import pickle

import pytest

from autograd import Value, compile, dot, where
from autograd.traced_inputs import Input

TABLE = {2.0: 100.0, 4.0: 50.0}
NAMES = {"2.0": 3.0, "2": 3.0}


@functools.cache
def cached(x):
    return x * x


LOOKUPS = {
    "get": lambda x: x * TABLE.get(x, 1.0),
    "in a set": lambda x: x * (1.0 if x in {5.0} else 2.0),
    "not in a dict": lambda x: x * (1.0 if x not in TABLE else 2.0),
    "a result": lambda x: x * (1.0 if x * 2.0 in TABLE else 2.0),
    "a deep result": lambda x: x * TABLE.get(2.0 + abs(-x) % 9.0 - 2.0, 1.0),
    "of several": lambda x: x * TABLE.get(dot([x, 1.0], [1.0, 0.0]), 1.0),
    "of a choice": lambda x: x * TABLE.get(where(x > 1.0, x, 3.0), 1.0),
    "a tuple": lambda x: x * {(2.0, 1): 5.0}.get((x, 1), 1.0),
    "a set of them": lambda x: x * len({x, x + 0.0}),
    "equal": lambda x: x * (1.0 if x == x * 2.0 else 2.0),
    "not equal": lambda x: x * (1.0 if x != x * 2.0 else 2.0),
    "cache": lambda x: cached(x) + x,
    "hash": lambda x: x * (hash(x) % 3),
    "str": lambda x: x * NAMES.get(str(x), 1.0),
    "format": lambda x: x * NAMES.get(f"{x}", 1.0),
    "digits": lambda x: x * NAMES.get(f"{x:.0f}", 1.0),
}


@pytest.mark.parametrize("name", LOOKUPS)
def test_a_lookup_by_an_input_is_refused_with_its_line(name):
    LOOKUPS[name](2.0)  # with numbers it works
    with pytest.raises(TypeError, match=r"traced, in .*test_traced_inputs\.py, line \d+"):
        compile(LOOKUPS[name], 1, backend="python")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_copy_of_what_is_traced_is_refused(copied):
    for f in (lambda x: x * (copied(x) and 1.0), lambda x: x * (copied(x * 2.0) and 1.0)):
        with pytest.raises(TypeError, match="copied or pickled"):
            compile(f, 1, backend="python")


def test_what_depends_on_a_parameter_is_a_key_as_in_every_call():
    w = Value(3.0)

    def keyed(x):
        nodes = {w: "w", w * x: "product"}
        return w * x * len(nodes) * (1.0 if w in nodes else 100.0)

    assert compile(keyed, 1, [w], backend="python")([[2.0]]) == [12.0]
    with pytest.raises(TypeError, match="format returns floats"):
        compile(lambda x: x * w * len(f"{w * x:.1f}"), 1, [w], backend="python")


def test_after_the_trace_an_input_is_a_value_like_others():
    kept = []

    def keep(x):
        kept.append(x)
        return x * 2.0

    compile(keep, 1, backend="python")
    assert [type(x) for x in kept] == [Input]
    assert len({*kept}) == 1
    assert f"{kept[0]}" == str(kept[0]) == repr(kept[0])
    assert f"{kept[0]:.1f}" == "nan"
