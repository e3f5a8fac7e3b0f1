import functools
import random
from collections import deque

import numpy as np
import pytest

from autograd import Value
from nn import MLP, Module
from nn.training.visible_state import VisibleState

count = 0
table = {"a": [1]}


class Kept(Module):
    shared = 0

    def __init__(self):
        self.number, self.items, self.named, self.bag = 1, [1.0, [2.0]], {"a": {"b": 1}}, {1}
        self.value, self.rng, self.array = Value(1.0), random.Random(0), np.zeros(3)
        self.last, self.pair = deque([1]), ([1], 2)
        self.generator, self.old = np.random.default_rng(0), np.random.RandomState(0)

    def __call__(self, row):
        return count + len(table) + row


def with_closure():
    number, things = 1, [1]

    def function(change=False, default=[1]):  # noqa: B006  the default is what is changed
        nonlocal number
        if change:
            number += 1
            things.append(number)
        return default

    return function


def set_global(_):
    global count  # noqa: PLW0603  of which it is the test
    count += 1


CHANGES = {
    "number": lambda m: setattr(m, "number", 2),
    "new attribute": lambda m: setattr(m, "other", 2),
    "gone attribute": lambda m: delattr(m, "number"),
    "kind of number": lambda m: setattr(m, "number", True),
    "item": lambda m: m.items[1].append(3.0),
    "named": lambda m: m.named["a"].update(b=2),
    "set": lambda m: m.bag.add(2),
    "deque": lambda m: m.last.append(2),
    "tuple": lambda m: m.pair[0].append(2),
    "value": lambda m: setattr(m.value, "data", 2.0),
    "random": lambda m: m.rng.random(),
    "array": lambda m: m.array.__setitem__(1, 2.0),
    "generator": lambda m: m.generator.random(),
    "old generator": lambda m: m.old.rand(),
    "module random": lambda m: random.random(),
    "numpy random": lambda m: np.random.rand(),
    "class": lambda m: setattr(Kept, "shared", Kept.shared + 1),
    "global": set_global,
    "global table": lambda m: table["a"].append(1),
    "closure": lambda m: m.loss(True),
    "default": lambda m: m.loss().append(2),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen_and_put_back(name):
    model = Kept()
    model.loss = with_closure()
    things = [functools.partial(model.__call__, 1)]
    before = VisibleState(things)
    assert before == VisibleState(things)
    for _ in range(2):
        CHANGES[name](model)
        assert before != VisibleState(things)
        before.restore()
        assert before == VisibleState(things)


def test_parameters_may_move():
    model = MLP(2, [3, 1], seed=0)
    before = [VisibleState([model], moving) for moving in ((), model.parameters())]
    model.parameters()[0].data += 1.0
    assert before[0] != VisibleState([model])
    assert before[1] == VisibleState([model], model.parameters())


def test_a_large_table_is_not_read_whole():
    model = Kept()
    model.rows = [[float(i)] * 10 for i in range(200_000)]
    assert len(VisibleState([model]).tokens) < 200_000
