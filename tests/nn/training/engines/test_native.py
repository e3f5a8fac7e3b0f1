"""The native engine: the same training as eager, in slices of machine code."""

import math
import random
import signal
import threading
from collections import OrderedDict

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import numpy as np

import autograd
from autograd.program.native import code, compile_time, llvm_jit
from autograd.program.pace import Pace
from nn import MLP, SGD, Adam, AdamW, Data, cross_entropy, huber, load_iris, mse, schedules, train
from nn.optimizers import Optimizer, adam
from nn.training.engines.native import Native
from nn.training.task import Task

RNG = random.Random(1)
ROWS = [[RNG.uniform(-1, 1), RNG.uniform(-1, 1)] for _ in range(30)]
DATA = Data(ROWS, [int(a * b > 0) for a, b in ROWS])


def trained(engine, make=lambda parameters: Adam(parameters, lr=0.05), data=DATA, **settings):
    model = MLP(2, [5, 2], activation="tanh", seed=2)
    optimizer = make(model.parameters())
    settings = {"epochs": 20, "batch_size": 7, "seed": 5, **settings}
    history = train(
        model, data, cross_entropy, optimizer, engine=engine, progress=False, **settings
    )
    return model, optimizer, history


def same(**settings):
    """Parameters, state, history and snapshots, as of the eager engine."""
    model, optimizer, history = trained("eager", **settings)
    native, moved, found = trained("native", **settings)
    assert list(native.state_dict().values()) == pytest.approx(
        list(model.state_dict().values()), rel=1e-10, abs=1e-12
    )
    assert moved.steps == optimizer.steps
    assert moved.lr == optimizer.lr
    for state, want in zip(moved.states, optimizer.states, strict=True):
        assert state == pytest.approx(want, rel=1e-9, abs=1e-12)
    assert list(found.columns) == list(history.columns)
    for name, column in history.columns.items():
        assert found[name] == pytest.approx(column, rel=1e-10, abs=1e-12)
    assert np.allclose(found.snapshots.numbers, history.snapshots.numbers, rtol=1e-10, atol=1e-12)
    assert found.ended_by == history.ended_by
    assert (history.engine, found.engine) == ("eager", "native")


@pytest.mark.parametrize("batch_size", [None, 7, 1])
@pytest.mark.parametrize(
    "make",
    [
        lambda parameters: SGD(parameters, lr=0.1),
        lambda parameters: SGD(parameters, lr=0.1, momentum=0.9, nesterov=True),
        lambda parameters: SGD(parameters, lr=0.1, momentum=0.5, weight_decay=0.01),
        lambda parameters: Adam(parameters, lr=0.05, betas=(0.8, 0.99), eps=1e-6),
        lambda parameters: AdamW(parameters, lr=0.05, weight_decay=0.1),
    ],
)
def test_every_optimizer(make, batch_size):
    same(make=make, batch_size=batch_size, epochs=5 if batch_size == 1 else 20)


def test_what_else_train_takes():
    same(sample_weight=[i % 3 for i in range(30)])
    same(class_weight={0: 2.0, 1: 0.5}, batch_size=None)
    same(schedule=schedules.warm_up(10, schedules.cosine(40)))
    same(validation=DATA, patience=1, make=lambda parameters: SGD(parameters, lr=0.6), epochs=40)
    same(callbacks=[lambda history: history["epoch"][-1] == 4])
    same(clip_norm=0.1)
    same(clip_value=0.01)


class Sign(Optimizer):
    """An optimizer of one's own: by the sign of the mean gradient, with a count as its state."""

    start = (0.0, 0.0)

    @staticmethod
    def rule(parameter, gradient, state, step, *, lr):
        mean = 0.5 * state[0] + gradient
        return parameter - lr * autograd.tanh(mean) / autograd.sqrt(step), (mean, state[1] + 1.0)


def test_a_rule_of_ones_own():
    same(make=lambda parameters: Sign(parameters, lr=0.1))


@pytest.mark.uncovered
@pytest.mark.parametrize("batch_size", [None, 16])
@pytest.mark.parametrize("kind", [SGD, Adam])
def test_iris_after_50_epochs(kind, batch_size):
    iris = load_iris(0)
    found = []
    for engine in ("eager", "native"):
        model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
        optimizer = kind(model.parameters(), lr=0.03)
        settings = {"epochs": 50, "batch_size": batch_size, "progress": False}
        train(model, iris.train, optimizer=optimizer, engine=engine, **settings)
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_gradient_that_is_not_finite_stops_it_as_eager_does(batch_size):
    data = [*DATA][:20] + [([1e200, 1e200], 1)]
    found = []
    for engine in ("eager", "native"):
        model = MLP(2, [1], bias=False, seed=0)
        optimizer = SGD(model.parameters(), lr=1e-3)
        with pytest.raises(FloatingPointError) as error:
            train(
                model,
                data,
                mse,
                optimizer,
                epochs=5,
                batch_size=batch_size,
                engine=engine,
                progress=False,
            )
        found.append((str(error.value), [p.data for p in model.parameters()], optimizer.steps))
    assert found[0] == (found[1][0], pytest.approx(found[1][1], rel=1e-12), found[1][2])


def test_ctrl_c_leaves_the_model_as_after_the_last_slice():
    model = MLP(2, [5, 2], activation="tanh", seed=2)
    train(model, DATA, epochs=1, engine="native", progress=False)  # compiled
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer.start()
        history = train(model, DATA, epochs=10**8, engine="native", progress=False)
    finally:
        signal.signal(signal.SIGINT, before)
        timer.cancel()
    assert history.ended_by == "interrupt"
    assert 0 < len(history) < 10**8
    assert {len(column) for column in history.columns.values()} == {len(history)}
    assert history.snapshots.numbers[-1] == [p.data for p in model.parameters()]


def test_slices_grow_to_their_time():
    pace, counts = Pace(), []
    for _ in range(8):
        counts.append(pace.next(10**6))
        pace.took(1e-4 * counts[-1])
    assert counts[:3] == [1, 8, 64]
    assert max(counts) == counts[-1] in (499, 500, 501)
    assert pace.next(3) == 3
    pace.took(10.0)
    assert pace.next(10**6) == 1


def test_the_first_slice_is_of_the_estimated_time():
    pace = Pace(1e-5)
    assert pace.next(10**6) in (4999, 5000)
    pace.took(0.01)
    assert pace.next(10**6) in (24995, 25000)
    assert Pace(1e-5).next(7) == 7
    assert Pace(100.0).next(7) == 1


@pytest.mark.parametrize("x", [0.5, 1e200])
def test_rows_are_compared_by_the_code_of_the_steps(x, monkeypatch):
    """Where a sum of it is not finite, by a program, as the loss of a graph may be finite."""
    made, program_of = [], Native.program_of
    monkeypatch.setattr(Native, "program_of", lambda *a: made.append(1) or program_of(*a))
    model = MLP(1, [1], activation="linear", bias=False, seed=0)
    task = Task(
        model, huber, SGD(model.parameters(), lr=0.1), [([x], 1.0), ([-x], 2.0)], None,
        validation=None, has_accuracy=False, batch_size=None, shuffler=0, schedule=None,
        clip_norm=None, clip_value=None,
    )  # fmt: skip
    engine = Native(task, "native")
    engine.prepare()
    wanted = [task.row_loss(*pair).data for pair in task.pairs]
    assert engine.losses(engine.rows) == pytest.approx(wanted)
    assert engine.descent is not None
    real = engine.descent.losses
    monkeypatch.setattr(engine.descent, "losses", lambda *given: [math.nan, *real(*given)[1:]])
    made.clear()
    assert list(engine.losses(engine.rows)) == pytest.approx(wanted)
    assert made == [1]


def test_many_parameters_are_not_kept():
    data = [([math.sin(i + k) for k in range(40)], i % 2) for i in range(20)]
    model, twin = (MLP(40, [30, 2], activation="tanh", seed=0) for _ in range(2))
    for one, engine in ((model, "native"), (twin, "eager")):
        settings = {"epochs": 3, "batch_size": 6, "engine": engine, "progress": False}
        history = train(one, data, cross_entropy, SGD(one.parameters(), lr=0.1), **settings)
    assert history.snapshots.numbers == []
    numbers = [p.data for p in model.parameters()]
    assert numbers == pytest.approx([p.data for p in twin.parameters()], rel=1e-10)


def stepped(monkeypatch):
    """A list that grows with every slice of machine code."""
    called = []
    descend = Native.descend
    monkeypatch.setattr(Native, "descend", lambda *given: called.append(1) or descend(*given))
    return called


def test_where_numpy_serves_the_steps_are_done_one_by_one(monkeypatch):
    called = stepped(monkeypatch)
    monkeypatch.setattr("autograd.program.native.compile_time.SECONDS", 1.0)
    monkeypatch.setattr("autograd.program.native.code._known", OrderedDict())
    _, _, history = trained("native", epochs=3)
    assert called == []
    assert history["loss"] == pytest.approx(trained("eager", epochs=3)[2]["loss"])
    assert history.engine == "numpy"
    assert "lines of LLVM IR take about" in history.note
    assert repr(history).endswith(f"\nnote: {history.note}")


def test_where_only_the_gradient_is_too_large(monkeypatch):
    called = stepped(monkeypatch)
    made = code.SumsCode.__init__

    def refuse(*given, **settings):
        raise compile_time.TooLargeError("too large")

    monkeypatch.setattr("autograd.program.native.code._known", OrderedDict())
    monkeypatch.setattr(code.SumsCode, "__init__", refuse)
    _, _, history = trained("native", epochs=3)
    assert (called, history.engine, history.note) == ([], "numpy", "too large")
    monkeypatch.setattr(code.SumsCode, "__init__", made)


class Halving(SGD):
    """Its steps are its own."""

    def step(self):
        self.lr = self.lr / 2.0
        super().step()


class Branching(Optimizer):
    """A rule that asks how large a number is."""

    @staticmethod
    def rule(parameter, gradient, state, step, *, lr):
        return (parameter - lr if gradient > 0.0 else parameter + lr), state


class Noisy(Optimizer):
    """A rule that draws random numbers."""

    @staticmethod
    def rule(parameter, gradient, state, step, *, lr):
        return parameter - lr * (gradient + 1e-3 * NOISE.gauss(0.0, 1.0)), state


NOISE = random.Random(0)


@pytest.mark.parametrize("kind", [Halving, Branching, Noisy])
def test_what_can_t_be_machine_code_is_done_step_by_step(kind, monkeypatch):
    called = stepped(monkeypatch)
    make = lambda parameters: kind(parameters, lr=0.1)  # noqa: E731  short
    if kind is Noisy:
        first, second = (trained("native", make, epochs=2)[0] for _ in range(2))
        assert first.state_dict() != second.state_dict()
    else:
        same(make=make)
    assert called == []


def test_what_a_callback_changes_holds():
    def halve(history, optimizer):
        optimizer.lr = optimizer.lr / 2.0
        optimizer.settings["momentum"] = 0.1 * len(history)

    found = {}
    for engine in ("eager", "native"):
        model = MLP(2, [5, 2], activation="tanh", seed=2)
        optimizer = SGD(model.parameters(), lr=0.5, momentum=0.5)
        found[engine] = train(
            model,
            DATA,
            optimizer=optimizer,
            epochs=6,
            callbacks=[lambda history: halve(history, optimizer)],  # noqa: B023  used at once
            engine=engine,
            progress=False,
        )
    assert found["native"]["lr"] == found["eager"]["lr"] == [0.5 / 2**k for k in range(6)]
    assert found["native"]["loss"] == pytest.approx(found["eager"]["loss"], rel=1e-10)


@pytest.mark.parametrize(
    ("kind", "name", "numbers"),
    [
        (SGD, "momentum", [0.1 * k for k in range(8)]),
        (SGD, "weight_decay", [0.0, 0.1, 1.0, 0.0, -0.5, 1, 2, 3]),
        (Adam, "betas", [(0.1 * k, 1.0 - 0.5**k) for k in range(1, 9)]),
        (Adam, "eps", [10.0**-k for k in range(8)]),
    ],
)
def test_a_setting_that_changes_makes_no_new_code(kind, name, numbers, monkeypatch):
    written = []
    library = llvm_jit.Library.__init__
    monkeypatch.setattr(
        llvm_jit.Library,
        "__init__",
        lambda self, text: written.append(1) or library(self, text),
    )
    counts = []

    def change(history, optimizer):
        counts.append(len(written))
        optimizer.settings[name] = numbers[len(history) - 1]

    found = []
    for engine in ("eager", "native"):
        model = MLP(2, [5, 2], activation="tanh", seed=2)
        optimizer = kind(model.parameters(), lr=0.05)
        train(
            model,
            DATA,
            optimizer=optimizer,
            epochs=8,
            callbacks=[lambda history: change(history, optimizer)],  # noqa: B023  used at once
            engine=engine,
            progress=False,
        )
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-10, abs=1e-12)
    assert counts[8] == counts[-1]


@pytest.mark.parametrize("settings", [(0.0, 0.9, 0.99), (0.5, 0.0, 1e-3), (0.3, 0.7, 0.0)])
@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_a_rule_told_its_settings_has_the_bits_of_floats(kind, settings):
    """One step of a loss with a gradient that is exact, against the rule on floats."""
    a, b, c = settings
    given = {"momentum": a, "weight_decay": c} if kind is SGD else {"betas": (a, b), "eps": c}
    found = []
    for engine in ("eager", "native"):
        model = MLP(2, [1], bias=False, seed=3)
        optimizer = kind(model.parameters(), lr=0.1, **given)
        train(model, [([1.0, 0.5], 0.25)], mse, optimizer, 1, engine=engine, progress=False)
        found.append(([p.data for p in model.parameters()], optimizer.states))
    assert found[0] == found[1]


class Choosing(Optimizer):
    """A rule that chooses by one setting and computes with others, in their forms."""

    def __init__(self, parameters, lr, *, power, pair, name=None):
        super().__init__(parameters, lr, power=power, pair=pair, name=name)

    @staticmethod
    def rule(parameter, gradient, state, step, *, lr, power, pair, name):
        moved = gradient * pair[0] + parameter * pair[1]
        for _ in range(power):
            moved = moved * 0.5
        return parameter - (lr if name is None else 2.0 * lr) * moved, state


def test_a_setting_that_a_rule_chooses_by_is_in_the_code(monkeypatch):
    called = stepped(monkeypatch)
    for power, name in ((0, None), (2, None), (3, "twice")):
        same(make=lambda p, n=power, m=name: Choosing(p, 0.5, power=n, pair=(0.9, 1e-3), name=m))
    assert called
    model = MLP(2, [2], seed=2)
    optimizer = Choosing(model.parameters(), 0.5, power=2, pair=(0.9, 1e-3))
    settings = {"batch_size": None, "shuffler": None, "schedule": None}
    clipping = {"clip_norm": None, "clip_value": None}
    task = Task(model, cross_entropy, optimizer, [*DATA], None, None, False, **settings, **clipping)
    engine = Native(task, "native")
    engine.prepare()
    first = engine.descent
    assert engine.rule.settings == [0.9, 1e-3]
    optimizer.settings["pair"] = (0.8, 0.0)
    engine.update_descent()
    assert engine.descent is first
    optimizer.settings["pair"] = changed = [0.7, 1.0]
    engine.update_descent()
    second = engine.descent
    changed[1] = 2.0
    engine.update_descent()
    assert engine.descent is second
    assert engine.rule.settings == [0.7, 2.0]
    optimizer.settings["power"] = 1
    engine.update_descent()
    assert engine.descent is not first


class Counting(Optimizer):
    """Its state is of whole numbers."""

    start = (0, 0)

    @staticmethod
    def rule(parameter, gradient, state, step, *, lr):
        return parameter - lr * gradient / (1 + state[0]), (state[0] + 1, state[1] + gradient)


def test_numbers_of_other_types():
    same(make=lambda parameters: Counting(parameters, lr=0.1))
    same(schedule=lambda step: np.float32(0.5) / np.float32(1 + step))
    same(sample_weight=[np.float32(1 + i % 2) for i in range(30)])


def test_a_schedule_that_goes_wrong_is_refused():
    for engine in ("eager", "native"):
        with pytest.raises(ValueError, match="lr: expected a finite number of at least 0"):
            trained(engine, schedule=lambda step: 1.0 if step < 3 else -1.0)


def test_parameters_are_kept_by_epoch_and_not_by_step():
    native = trained("native", epochs=4, batch_size=1)[2]
    assert [len(array) for array in native.snapshots._added] == [4]


def test_the_rule_is_the_optimizers_own():
    assert Adam.rule is adam
