"""engine="auto": the fastest engine that is installed and that the model and the loss fit."""

import math
import random
import re

import pytest

from autograd import Value, dot, gradients, mean
from autograd.program import backends, fastest_backend
from nn import MLP, Data, Module, cross_entropy, mse, train
from nn.training.engines import ENGINES
from nn.training.engines.engine import Engine

ROWS = [[math.sin(i), math.cos(2.0 * i)] for i in range(90)]
PAIRS = [(row, int(row[0] > row[1])) for row in ROWS]
EPOCHS = 200  # enough work for a compiler


def trained(model, data=PAIRS, loss=cross_entropy, **settings):
    history = train(model, data, loss, progress=False, **{"epochs": EPOCHS, **settings})
    return history, [parameter.data for parameter in model.parameters()]


def network():
    return MLP(2, [6, 2], activation="tanh", seed=0)


def test_much_work_is_done_by_the_fastest_engine_with_the_same_numbers():
    history, numbers = trained(network())
    assert (history.engine, history.note) == (fastest_backend(), "")
    eager, _ = trained(network(), epochs=20, engine="eager")
    assert history["loss"][:20] == pytest.approx(eager["loss"], rel=1e-9)
    assert trained(network(), engine=history.engine)[1] == numbers


def test_little_work_stays_eager():
    history, numbers = trained(network(), epochs=1)
    assert (history.engine, history.note) == ("eager", "")
    assert numbers == trained(network(), epochs=1, engine="eager")[1]


@pytest.mark.parametrize(
    ("installed", "name"),
    [(("numpy", "llvmlite"), "native"), (("numpy",), "numpy"), (("llvmlite",), "python")],
)
def test_the_fastest_backend_is_the_first_whose_packages_are_installed(
    installed, name, monkeypatch
):
    monkeypatch.setattr(backends, "find_spec", lambda package: package in installed or None)
    assert fastest_backend() == name
    assert name in ENGINES


class Line(Module):
    """A model of one's own that computes what tracing can't record."""

    def __init__(self, compute):
        self.slope, self.offset, self.compute = Value(1.0, "slope"), Value(0.0, "offset"), compute

    def __call__(self, row):
        return self.compute(self, row)


def branches(self, row):
    return self.slope * row[0] if row[0] > 0.0 else self.offset * row[0]


def reads_data(self, row):
    return self.slope * row[0] + Value(math.sin((self.offset + row[1]).data))


def any_length(self, row):
    return mean([self.slope * x for x in row]) + self.offset


@pytest.mark.parametrize(
    ("compute", "rows", "words"),
    [
        (branches, ROWS, r"can't be compiled: .*test_engines\.py, line \d+"),
        (reads_data, ROWS, r"can't be compiled: .*test_engines\.py, line \d+"),
        (any_length, [ROWS[i][: 1 + i % 2] for i in range(90)], "expected 1 numbers, got 2"),
        (lambda self, row: self.slope * len(row[0]), [["a", "b"]] * 90, "table of numbers"),
    ],
)
def test_what_can_not_be_compiled_is_trained_by_graphs_and_the_note_says_why(compute, rows, words):
    data = [(row, float(i % 3)) for i, row in enumerate(rows)]
    settings = {"data": data, "loss": mse, "epochs": 2000}
    history, numbers = trained(Line(compute), **settings, callbacks=[lambda history: True])
    assert history.engine == "eager"
    assert re.search(words, history.note)
    eager = trained(Line(compute), **settings, engine="eager", callbacks=[lambda history: True])
    assert numbers == eager[1]


@pytest.mark.parametrize(
    "compute",
    [
        lambda self, row: self.slope * float(row[0]),
        lambda self, row: self.slope * (2.0 if row[0] else row[1]),
        lambda self, row: self.slope * math.sin(row[0]),
        lambda self, row: self.slope * [1.0, 2.0][int(row[1])],
        lambda self, row: self.slope * {0.0: 2.0, 1.0: 3.0}[row[1]],
        lambda self, row: self.slope * (1.0 if row[0] == row[1] else row[0]),
        lambda self, row: self.slope * int(f"{row[1]:.0f}"),
        lambda self, row: self.slope * sorted(row)[0],
        lambda self, row: self.slope * row[0].hex().count("0"),
    ],
)
def test_the_note_says_in_which_line(compute):
    """Of whatever is right for floats and can't be traced."""
    data = [([i % 7 / 7, float(i % 2)], 0.5) for i in range(90)]
    place = rf"test_engines\.py, line {compute.__code__.co_firstlineno}\b"
    history = train(
        Line(compute), data, mse, progress=False, epochs=2000, callbacks=[lambda h: True]
    )
    assert history.engine == "eager"
    assert re.search(place, history.note)
    with pytest.raises((TypeError, ValueError), match=place):
        train(Line(compute), data, mse, progress=False, engine="python")


def test_a_model_that_draws_numbers_is_trained_by_graphs():
    generator = random.Random(0)

    def dropout(self, row):
        return self.slope * row[0] * float(generator.random() < 0.5) + self.offset

    data = [(row, row[0]) for row in ROWS]
    history, _ = trained(Line(dropout), data, mse, epochs=2000, callbacks=[lambda history: True])
    assert history.engine == "eager"
    assert "such as random.random()" in history.note


def test_a_callback_that_changes_what_the_model_computes_is_an_error():
    """A compiled program would go on with what the model was."""
    model = Line(lambda self, row: self.slope * row[0] * self.factor + self.offset)
    model.factor = 1.0

    def double(history):
        model.factor = 2.0

    data = [(row, row[0]) for row in ROWS]
    with pytest.raises(ValueError, match='engine="eager"'):
        trained(model, data, mse, epochs=2000, engine="python", callbacks=[double])
    trained(model, data, mse, epochs=3, engine="eager", callbacks=[double])


def test_what_is_wrong_with_the_data_is_the_same_error():
    data = Data(ROWS, [0.5] * len(ROWS))
    with pytest.raises(TypeError, match="cross_entropy: expected a class index"):
        trained(network(), data)


class Own(Engine):
    """An engine of one's own, whose tables need what its __init__ sets after that of the base."""

    engine_and_note = ("own", "")

    def __init__(self, task):
        super().__init__(task)
        self.count = len(task.optimizer.parameters)
        self.called = []

    def table(self, pairs):
        assert self.count
        return tuple(pairs)

    def take(self, table, batch):
        self.called.append("take")
        return tuple(table[i] for i in batch)

    def backward(self, table, weights):
        self.called.append("backward")
        parameters = self.task.optimizer.parameters
        weights = [1.0] * len(table) if weights is None else weights
        losses = [self.task.loss(self.task.model(row), label) for row, label in table]
        loss = dot(weights, losses) / sum(weights)
        self.task.optimizer.zero_grad()
        for parameter, slope in zip(parameters, gradients(loss, parameters), strict=True):
            parameter.grad += slope
        return loss.data, self.outputs(table) if self.task.has_accuracy else []

    def evaluate(self, table):
        self.called.append("evaluate")
        assert table is self.validation_rows is not None
        losses = [self.task.loss(self.task.model(row), label) for row, label in table]
        return mean(losses).data, self.outputs(table) if self.task.has_accuracy else []

    def outputs(self, table):
        return [[z.data for z in as_outputs(self.task.model(row))] for row, _ in table]


def as_outputs(z):
    return [z] if isinstance(z, Value) else z


@pytest.mark.parametrize("validation", [None, PAIRS[60:]])
@pytest.mark.parametrize("weights", [None, [0.5 + i % 3 for i in range(60)]])
@pytest.mark.parametrize("loss", [cross_entropy, mse])
def test_an_engine_that_keeps_the_contract_is_an_entry(monkeypatch, validation, weights, loss):
    """A subclass and one line of ENGINES: the same history as that of the engine eager."""
    made = []
    monkeypatch.setitem(ENGINES, "own", lambda task: made.append(Own(task)) or made[-1])

    def outcome(engine):
        model = MLP(2, [3, 2] if loss is cross_entropy else [3, 1], activation="tanh", seed=0)
        history = train(
            model, PAIRS[:60], loss, epochs=4, batch_size=7, validation=validation,
            sample_weight=weights, clip_norm=0.5, engine=engine, progress=False,
        )  # fmt: skip
        numbers = [number for column in history.columns.values() for number in column]
        return [*numbers, *[parameter.data for parameter in model.parameters()]], history

    (found, history), (want, eager) = outcome("own"), outcome("eager")
    assert found == pytest.approx(want, rel=1e-9, abs=1e-12)
    assert (history.engine, list(history)) == ("own", list(eager))
    assert ("evaluate" in made[0].called) is (validation is not None)
