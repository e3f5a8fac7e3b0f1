"""Optimizers whose parts are of one's own, or change while they train: the same in every engine."""

import math

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from nn import MLP, SGD, Adam, mse, train
from nn.training.engines import ENGINES
from tests.nn.training.engines.test_traced_rules import ROWS, agree


class OwnMove(SGD):
    def moved(self, parameter, gradient, state, step):
        return parameter - 0.5 * self.lr * gradient, state


class Accumulating(SGD):
    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad *= 0.5


class OwnRate(SGD):
    @property
    def lr(self):
        return 0.1 / (1 + getattr(self, "steps", 0))

    @lr.setter
    def lr(self, lr):
        pass


class OwnSettings(SGD):
    @property
    def settings(self):
        return {"momentum": 0.9 if self.steps % 2 else 0.1}

    @settings.setter
    def settings(self, settings):
        pass


def with_attribute(name, function):
    """Makes an optimizer that has this beside its class."""

    def make(parameters):
        optimizer = SGD(parameters, lr=0.1)
        setattr(optimizer, name, function)
        return optimizer

    return make


OWN = {
    "moved": lambda parameters: OwnMove(parameters, lr=0.1),
    "zero_grad": lambda parameters: Accumulating(parameters, lr=0.1),
    "lr": lambda parameters: OwnRate(parameters, lr=0.1),
    "settings": lambda parameters: OwnSettings(parameters, lr=0.1),
    "moved of an instance": with_attribute(
        "moved", lambda p, g, state, step: (p - 0.01 * g, state)
    ),
    "zero_grad of an instance": with_attribute("zero_grad", lambda: None),
    "step of an instance": with_attribute("step", lambda: None),
}


@pytest.mark.parametrize("schedule", [None, lambda step: 1.0 / (1 + step)])
@pytest.mark.parametrize("name", OWN)
def test_a_part_of_ones_own(name, schedule):
    history = agree(OWN[name], schedule=schedule)
    part = name.split()[0]
    assert f"has {part} of its own" in history.note


def fewer(optimizer):
    optimizer.parameters, optimizer.states = optimizer.parameters[:3], optimizer.states[:3]


def fewer_in_place(optimizer):
    del optimizer.parameters[3:], optimizer.states[3:]


def turned(optimizer):
    optimizer.parameters = optimizer.parameters[::-1]


def fewer_states(optimizer):
    optimizer.states = optimizer.states[:2]


def still(optimizer):
    optimizer.step = lambda: None


def other_rule(optimizer):
    rule = staticmethod(lambda p, g, state, step, **settings: (p - 0.01 * g, state))
    optimizer.__class__ = type("Other", (Adam,), {"rule": rule})


def other_state(optimizer):
    rule = staticmethod(lambda p, g, state, step, **settings: (p - 0.01 * g, (*state[:1], g, p)))
    optimizer.__class__ = type("Other", (Adam,), {"rule": rule, "start": (0.0,) * 3})
    optimizer.states = [(0.5, 0.0, 0.0)] * len(optimizer.parameters)


@pytest.mark.parametrize(
    "change", [fewer, fewer_in_place, turned, fewer_states, still, other_rule, other_state]
)
def test_what_a_callback_changes(change):
    """Machine code that goes on with the old parameters writes where their numbers are not."""

    def make(parameters):
        made.append(Adam(parameters, lr=0.05))
        return made[-1]

    def callback(history):
        if len(history) == 2:
            change(made[-1])

    made = []
    agree(make, callbacks=[callback])


@pytest.mark.parametrize("factor", [math.nan, -1.0, math.inf, "text", None])
def test_a_schedule_that_fails_later_fails_where_it_does(factor):
    """Machine code asks for the rates of many steps before it does the first."""
    found = []
    for engine in ENGINES:
        model = MLP(2, [2, 1], activation="tanh", seed=1)
        optimizer = SGD(model.parameters(), lr=0.1)
        given = {"schedule": lambda step: factor if step == 7 else 1.0, "seed": 3}
        with pytest.raises((ValueError, TypeError)) as error:
            train(
                model, ROWS, mse, optimizer, 9, batch_size=2, engine=engine, progress=False, **given
            )
        assert (optimizer.steps, optimizer.lr) == (7, 0.1)
        found.append((str(error.value), [p.data for p in model.parameters()]))
    for said, numbers in found[1:]:
        assert said == found[0][0]
        assert numbers == pytest.approx(found[0][1], rel=1e-9)
