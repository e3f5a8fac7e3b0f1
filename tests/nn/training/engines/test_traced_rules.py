"""Update rules of one's own: whatever runs on floats trains the same in every engine."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import numpy as np

import autograd
from autograd import where
from nn import MLP, Adam, AdamW, mse, train
from nn.optimizers import Optimizer
from nn.training.engines import ENGINES
from nn.training.engines.native import Native
from nn.training.engines.traced_rules import is_looked_up

ROWS = [([0.1, -0.4], 0.3), ([0.9, 0.2], -0.5), ([-0.6, 0.7], 0.1), ([0.3, 0.3], 0.8)]


def outcome(make, engine, epochs=6, **others):
    """Parameters, states, count of steps and losses, or the error; and the history."""
    model = MLP(2, [2, 1], activation="tanh", seed=1)
    optimizer = make(model.parameters())
    given = {"epochs": epochs, "batch_size": 2, "seed": 3, "engine": engine, "progress": False}
    try:
        history = train(model, ROWS, mse, optimizer, **given, **others)
        error = ""
    except Exception as raised:
        history, error = None, f"{type(raised).__name__}: {raised}"
    numbers = [p.data for p in model.parameters()]
    states = [float(x) for state in optimizer.states for x in state if isinstance(x, (int, float))]
    losses = history["loss"] if history else []
    return error, optimizer.steps, [*numbers, *states, *losses], history


def agree(make, **others):
    """The history of the native engine, which did what the others did."""
    error, steps, want, _ = outcome(make, "eager", **others)
    histories = {}
    for engine in ENGINES:
        raised, count, numbers, histories[engine] = outcome(make, engine, **others)
        assert (raised, count) == (error, steps), engine
        assert numbers == pytest.approx(want, rel=1e-9, abs=1e-12, nan_ok=True), engine
    return histories["native"]


def of_rule(function, start=(), **given):
    """An optimizer with a rule."""
    kind = type("Own", (Optimizer,), {"rule": staticmethod(function), "start": start})
    return lambda parameters: kind(parameters, lr=0.1, **given)


NUMBER = {"scale": 1.0}  # which a rule reads, and a callback changes
TABLE = {2: 0.5, 11: 3.0}

AS_CODE = {
    "where by the step": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * g * where(step > 2, 1.0, 0.1), state)
    ),
    "where by a condition that is the same for all, of slots that are not": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * where(step > lr * 30.0, g, p), state)
    ),
    "where by the state": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * where(state[0] < g, g, state[0]), (g,)), (0.0,)
    ),
    "where by a setting": of_rule(
        lambda p, g, state, step, *, lr, a: (p - lr * where(a > 0.5, g, p), state), a=0.75
    ),
    "if by a setting": of_rule(
        lambda p, g, state, step, *, lr, a: (p - lr * (g if a > 0.5 else p), state), a=0.75
    ),
    "settings that are no numbers": of_rule(
        lambda p, g, state, step, *, lr, mode, more, none: (
            p - lr * g * (2.0 if mode == "fast" and none is None else sum(more)),
            state,
        ),
        mode="fast",
        more=[0.5, 0.25],
        none=None,
    ),
    "abs, remainders and powers": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * abs(g) * (step % 3) * 0.9**step, state)
    ),
    "a constant as state": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * g * state[0], (2,)), (1,)
    ),
    "a constant as parameter": of_rule(lambda p, g, state, step, *, lr: (0.5, state)),
    "0 divided by 0 that is not taken": of_rule(
        lambda p, g, state, step, *, lr: (
            p - lr * where(step > 1, g / (step - 1.0), g),
            state,
        )
    ),
    "a root of a negative number that is not taken": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * where(g > 0.0, g**0.5, g), state)
    ),
    "overflow": of_rule(
        lambda p, g, state, step, *, lr: (p - lr / (autograd.exp(1000.0 * abs(g)) + 1.0), state)
    ),
}
IN_PYTHON = {
    "if by the step": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * (g if step == 1 else 0.5 * g), state)
    ),
    "steps in a list": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * (g if step in (1, 10) else 0.5 * g), state)
    ),
    "a table by the step": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * g * TABLE.get(step, 1.0), state)
    ),
    "a late entry of a table": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * g * {11: 3.0}.get(step, 1.0), state)
    ),
    "a table by the state": of_rule(
        lambda p, g, state, step, *, lr: (
            p - lr * g * TABLE.get(state[0], 1.0),
            (state[0] + 1,),
        ),
        (0,),
    ),
    "is the step a whole number": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * g * (1 + isinstance(step, int)), state)
    ),
    "max": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * max(state[0], g), (max(state[0], g),)), (0.0,)
    ),
    "whole parts": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * g * 0.5 ** (step // 4), state)
    ),
    "math": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * math.tanh(g) / math.sqrt(step), state)
    ),
    "a state that grows": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * sum([*state[-3:], g]), (*state, g))
    ),
    "a state that is no number": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * g * (0.1 if state[0] else 1.0), ("warm",)), ("",)
    ),
    "a state of None": of_rule(
        lambda p, g, state, step, *, lr: (p - lr * (g if state[0] is None else state[0]), (g,)),
        (None,),
    ),
    "rounded": of_rule(lambda p, g, state, step, *, lr: (p - lr * round(g, 3), state)),
    "a setting that is an array": of_rule(
        lambda p, g, state, step, *, lr, a: (p - lr * g * float(a[step % 2]), state),
        a=np.array([1.0, 0.5]),
    ),
}


@pytest.mark.parametrize("name", AS_CODE)
def test_rules_that_become_machine_code(name):
    history = agree(AS_CODE[name])
    assert (history.engine, history.note) == ("native", "")


@pytest.mark.parametrize("name", IN_PYTHON)
def test_rules_that_only_python_can_run(name):
    history = agree(IN_PYTHON[name])
    assert history.engine == "native"
    assert history.note.startswith("its steps are done one by one in Python: the rule of Own")
    assert history.note in repr(history)


def test_a_number_that_a_callback_changes():
    def change(history):
        NUMBER["scale"] = 1.0 if len(history) in (1, 6) else 0.25

    make = of_rule(lambda p, g, state, step, *, lr: (p - lr * g * NUMBER["scale"], state))
    history = agree(make, callbacks=[change])
    assert "in step 5 it does what tracing can't record" in history.note  # there are two an epoch


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_adam_without_eps_refuses_a_gradient_of_0(kind):
    """0/0 is no step. PyTorch's parameter becomes NaN, and so does all that follows."""
    data = [([0.0, 1.0], 0.5)]
    found = []
    for engine in ENGINES:
        model = MLP(2, [1], bias=False, seed=0)
        optimizer = kind(model.parameters(), lr=0.1, eps=0.0)
        before = [p.data for p in model.parameters()]
        with pytest.raises(FloatingPointError, match="nan") as error:
            train(model, data, mse, optimizer, 3, engine=engine, progress=False)
        found.append(str(error.value))
        assert [p.data for p in model.parameters()] == before
        assert (optimizer.steps, optimizer.states) == (0, [(0.0, 0.0)] * 2)
    assert set(found) == {
        f"{kind.__name__}: w1 would become nan in step 1; no parameter was updated. Try a "
        "smaller lr, or a positive eps"
    }


def test_a_parameter_that_overflows_later_stops_where_it_does():
    make = of_rule(lambda p, g, state, step, *, lr: (p + 10.0 ** (50.0 * step), state))
    agree(make, epochs=20)
    error, _, numbers, _ = outcome(make, "native", epochs=20)
    assert "Own: " in error
    assert "in step" in error
    assert all(map(math.isfinite, numbers))


def test_a_gradient_of_both_infinities_is_nan_in_every_engine():
    data = [([1.0], 0.5), ([-3.0], 0.25)]
    for weights in (None, [1.0, 2.0]):
        found = set()
        for engine in ENGINES:
            model = MLP(1, [1], bias=False, seed=0)
            optimizer = Adam(model.parameters())
            given = {"sample_weight": weights, "engine": engine, "progress": False}
            with pytest.raises(FloatingPointError) as error:
                train(model, data, lambda y, t: (y - t) * math.inf, optimizer, 2, **given)
            found.add(str(error.value))
        (said,) = found
        assert "the gradient of w1 is nan in step 1; no parameter was updated" in said


def test_what_a_rule_raises_is_raised():
    agree(of_rule(lambda p, g, state, step, *, lr: (p - math.sqrt(-1.0 - abs(g)), state)))
    agree(of_rule(lambda p, g, state, step, *, lr: (p - [][step], state)))
    agree(of_rule(lambda p, g, state, step, *, lr: ("no number", state)))


def test_the_machine_code_was_used(monkeypatch):
    called = []
    descend = Native.descend
    monkeypatch.setattr(Native, "descend", lambda *given: called.append(1) or descend(*given))
    outcome(AS_CODE["where by the step"], "native")
    assert called
    called.clear()
    outcome(IN_PYTHON["if by the step"], "native")
    assert not called


def test_two_rules_that_are_watched_at_once_are_told_apart():
    """As in two threads: one is watched while the other is."""
    found = []

    def looks_up(p, g, state, step, *, lr):
        found.append(is_looked_up(plain))
        return p - lr * g * TABLE.get(step, 1.0), state

    def looks_nothing_up(p, g, state, step, *, lr):
        return p - lr * g * step, state

    def watches_another(p, g, state, step, *, lr):
        found.append(is_looked_up(table))
        return p - lr * g, state

    parameters = MLP(1, [1], seed=0).parameters()
    plain = of_rule(looks_nothing_up)(parameters)
    table = of_rule(looks_up)(parameters)
    assert not is_looked_up(of_rule(watches_another)(parameters))
    assert found == [False, True]


# Rules that are drawn: trees of operations on what a rule is given.

LEAVES = ["p", "g", "s0", "s1", "step", "lr", "a", "b", 0.5, -1.5, 2.0, 0.0]
BINARY = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "max": max,
}
UNARY = {"abs": abs, "tanh": autograd.tanh, "sqrt": autograd.sqrt, "neg": lambda x: -x}
TREES = st.recursive(
    st.sampled_from(LEAVES),
    lambda tree: st.one_of(
        st.tuples(st.sampled_from(list(BINARY)), tree, tree),
        st.tuples(st.sampled_from(list(UNARY)), tree),
        st.tuples(st.just("where"), st.sampled_from(["step", "s0", "a", "g"]), tree, tree, tree),
        st.tuples(st.just("if"), st.sampled_from(["mode", "a", "step"]), tree, tree),
        st.tuples(st.just("cycle"), st.integers(2, 4)),
        st.tuples(st.just("table"), st.integers(1, 12)),
    ),
    max_leaves=8,
)


def evaluated(tree, names):
    if not isinstance(tree, tuple):
        return names.get(tree, tree)
    kind, *parts = tree
    if kind in ("cycle", "table"):
        step = names["step"]
        return step % parts[0] if kind == "cycle" else {parts[0]: 0.25}.get(step, 1.5)
    if kind == "if":
        which = {"mode": "slow", "a": 0.5, "step": 3}[parts[0]]
        taken = parts[1] if names[parts[0]] == which else parts[2]
        return evaluated(taken, names)
    if kind == "where":
        name, bound, left, right = parts
        found = [evaluated(part, names) for part in (bound, left, right)]
        return where(names[name] < found[0], found[1], found[2])
    return {**BINARY, **UNARY}[kind](*[evaluated(part, names) for part in parts])


@settings(max_examples=40, deadline=None)
@given(TREES, TREES, st.sampled_from(["slow", "fast"]), st.sampled_from([0.0, 0.5, 2.0]))
def test_drawn_rules(first, second, mode, a):
    """The same numbers after some epochs, or the same refusal, whatever the rule."""

    def rule(p, g, state, step, *, lr, mode, a, b):
        names = {"p": p, "g": g, "s0": state[0], "s1": state[1], "step": step, "lr": lr}
        names |= {"mode": mode, "a": a, "b": b[1]}
        moved, kept = evaluated(first, names), evaluated(second, names)
        return p - lr * autograd.tanh(moved), (autograd.tanh(kept), g)

    agree(of_rule(rule, (0.0, 0.25), mode=mode, a=a, b=(1.0, 0.75)))
