"""engine="auto" gives what the engine eager gives, whatever the model, the loss and others keep."""

import math
import random
from importlib.util import find_spec

import pytest

from autograd import Value, mean
from nn import MLP, Adam, Module, binary_cross_entropy, cross_entropy, hinge, mse, train
from nn.optimizers import Optimizer
from nn.training import engines

ROWS = [[math.sin(i), float(i % 3)] for i in range(30)]
PAIRS = [(row, row[0] + row[1]) for row in ROWS]
COMPILED = ("python", "numpy", *(["native"] if find_spec("llvmlite") else []))


@pytest.fixture(autouse=True)
def _much_work(monkeypatch):
    monkeypatch.setattr(engines, "FEW_EDGES", 0)


class Line(Module):
    def __init__(self, compute):
        self.slope, self.offset, self.compute = Value(0.5, "slope"), Value(0.1, "offset"), compute
        self.rng, self.calls, self.factor, self.kept = random.Random(0), 0, 1.0, []
        self.warmth = Value(1.0)

    def __call__(self, row):
        return self.compute(self, row)

    def parameters(self):
        return [self.slope, self.offset]


def line(self, row):
    return self.slope * row[0] + self.offset


def dropout(self, row):
    return line(self, row) * float(self.rng.random() < 0.5)


def rare_dropout(self, row):
    return line(self, row) * (float(self.rng.random() < 0.5) if row[1] == 1.0 else 1.0)


def global_dropout(self, row):
    return line(self, row) * float(random.random() < 0.5)


def counted(self, row):
    self.calls += 1
    return line(self, row) * (1.0 if self.calls < 60 else 2.0)


def appended(self, row):
    self.kept.append(row[0])
    return line(self, row) * (1.0 if len(self.kept) < 60 else 2.0)


def recurrent(self, row):
    self.factor = 0.5 * self.factor + 0.1 * line(self, row).data
    return line(self, row) + self.factor


def scaled(self, row):
    return line(self, row) * self.factor


def warm(self, row):
    return line(self, row) * self.warmth


def by_table(self, row):
    return line(self, row) * {2.0: 3.0}.get(row[1], 1.0)


def by_name(self, row):
    return line(self, row) * {"2": 3.0}.get(f"{row[1]:.0f}", 1.0)


def of_floats(self, row):
    assert all(isinstance(x, float) for x in row)
    return line(self, row)


class OwnError(Exception):
    pass


def own_error(self, row):
    if not isinstance(row[0], float):
        raise OwnError("floats only")
    return line(self, row)


def of_the_type(self, row):
    return line(self, row) * (3.0 if isinstance(row[0], float) else 1.0)


def both(compute, loss=mse, epochs=6, make=lambda model: {}, **settings):
    """The history and what is there after it, by "auto" and by "eager"."""
    found = []
    for engine in ("auto", "eager"):
        random.seed(1)
        model = Line(compute)
        made = loss() if loss not in (mse,) else loss
        optimizer = settings.pop("optimizer", Adam)
        history = train(
            *(model, PAIRS, made, optimizer(model.parameters(), 0.05), epochs),
            engine=engine, progress=False, batch_size=7, **settings, **make(model),
        )  # fmt: skip
        settings["optimizer"] = optimizer
        left = model.rng.getstate(), model.calls, model.factor, model.kept, model.warmth.data
        found.append((history, [p.data for p in model.parameters()], left, random.getstate()))
    return found


MODELS = [
    *(dropout, rare_dropout, global_dropout, counted, appended, recurrent),
    *(by_table, by_name, of_floats, own_error, of_the_type),
]


@pytest.mark.parametrize("compute", MODELS, ids=lambda compute: compute.__name__)
def test_what_a_model_keeps_draws_or_looks_up_is_as_in_eager_to_the_bit(compute):
    (history, *auto), (eager, *wanted) = both(compute)
    assert history.engine == "eager"
    assert history.note
    assert auto == wanted
    assert history.columns == eager.columns


def test_little_work_leaves_no_trace_either(monkeypatch):
    monkeypatch.setattr(engines, "FEW_EDGES", 10**9)
    for compute in (dropout, counted, appended):
        (history, *auto), (_, *wanted) = both(compute)
        assert (history.engine, history.note) == ("eager", "")
        assert auto == wanted


def counting_loss():
    """A loss with a counter in its closure."""
    count = 0

    def loss(z, t):
        nonlocal count
        count += 1
        return mse(z, t) * (1.0 if count < 70 else 5.0)

    return loss


rare = {2.0 + math.sin(2.0)}


def weighted_loss():
    return lambda z, t: mse(z, t) * (100.0 if t in rare else 1.0)


@pytest.mark.parametrize("loss", [counting_loss, weighted_loss])
def test_what_a_loss_keeps_or_looks_up_too(loss):
    (history, *auto), (eager, *wanted) = both(line, loss)
    assert history.engine == "eager"
    assert history.note
    assert (auto, history.columns) == (wanted, eager.columns)


def test_what_a_model_notes_of_its_last_call_is_no_state():
    def noting(self, row):
        self.last_row, self.last = list(row), line(self, row)
        self.cache = getattr(self, "cache", None) or {"made once": Value(2.0)}
        return self.last * 1.0

    history, _, _, _ = both(noting)[0]
    assert history.engine in COMPILED


def anneal(model):
    def schedule(step):
        model.factor = 0.97**step
        return 1.0

    return {"schedule": schedule}


def anneal_by_counting(model):
    def schedule(step):
        model.factor *= 0.97
        return 1.0

    return {"schedule": schedule}


def anneal_value(model):
    def schedule(step):
        model.warmth.data = 0.97**step
        return 1.0

    return {"schedule": schedule}


def late(model):
    def schedule(step):
        model.factor = 1.0 if step < 24 else 3.0
        return 1.0

    return {"schedule": schedule}


@pytest.mark.parametrize(
    ("compute", "make"),
    [(scaled, anneal), (scaled, anneal_by_counting), (warm, anneal_value), (scaled, late)],
)
@pytest.mark.parametrize("validation", [None, PAIRS[:4]])
def test_a_schedule_that_changes_the_model(compute, make, validation):
    (history, *auto), (eager, *wanted) = both(compute, make=make, validation=validation)
    assert history.engine == "eager"
    assert "changed from step to step" in history.note
    assert auto[0] == pytest.approx(wanted[0], rel=1e-9)
    assert auto[1:] == wanted[1:]
    for name, column in eager.columns.items():
        assert history[name] == pytest.approx(column, rel=1e-9)


class Annealing(Adam):
    """An optimizer of one's own that changes the model."""

    model = None

    def step(self):
        super().step()
        self.model.factor *= 0.9


def test_an_optimizer_that_changes_the_model():
    def made(parameters, lr):
        return Annealing(parameters, lr)

    def known(model):
        Annealing.model = model
        return {}

    (history, *auto), (_, *wanted) = both(scaled, make=known, optimizer=made)
    assert history.engine == "eager"
    assert auto == wanted
    assert isinstance(made([Value(0.0)], 1.0), Optimizer)


def test_a_callback_that_changes_the_model_is_followed_by_the_graph():
    def cooling(model):
        def cool(history):
            if len(history) > 2:
                model.factor *= 0.9

        return {"callbacks": [cool]}

    (history, *auto), (eager, *wanted) = both(scaled, make=cooling)
    assert history.engine == "eager"
    assert history.note.startswith("epochs up to 3 by ")
    assert auto[0] == pytest.approx(wanted[0], rel=1e-9)
    assert history["loss"] == pytest.approx(eager["loss"], rel=1e-9)
    model = Line(scaled)
    with pytest.raises(ValueError, match='engine="eager"'):
        train(model, PAIRS, mse, engine="python", progress=False, **cooling(model))


WRONG = [
    (cross_entropy, [0, 1, 2], 7, ValueError, "expected a class from 0 to 2, got 7"),
    (cross_entropy, [0, 1, 2], 1.0, TypeError, "expected a class index"),
    (cross_entropy, [0, 1, 2], "b", TypeError, "expected a class index"),
    (binary_cross_entropy, [0, 1], 3, ValueError, "expected a label from 0 to 1"),
    (hinge, [0, 1], 3, ValueError, "expected 1 or -1"),
    (mse, [0.5, 1.5], [1.0, 2.0], ValueError, "one target for each of 1 outputs, got 2"),
]


@pytest.mark.parametrize("engine", ["auto", "eager", *COMPILED])
@pytest.mark.parametrize(("loss", "labels", "wrong", "error", "words"), WRONG)
@pytest.mark.parametrize("part", ["training", "validation"])
def test_a_label_of_another_kind_is_the_error_of_the_loss(
    loss, labels, wrong, error, words, part, engine
):
    pairs = [(row, labels[i % len(labels)]) for i, row in enumerate(ROWS)]
    other = [*pairs[:5], (ROWS[5], wrong)]
    model = MLP(2, [3, 3 if loss is cross_entropy else 1], seed=0)
    given = (pairs + other, None) if part == "training" else (pairs, other)
    with pytest.raises(error, match=words):
        train(model, given[0], loss, validation=given[1], engine=engine, epochs=3, progress=False)


@pytest.mark.parametrize("engine", ["auto", "eager", *COMPILED])
def test_a_loss_that_gives_a_float_is_named(engine):
    def by_data(z, t):
        return (mean(z).data - t) ** 2

    with pytest.raises(TypeError, match=r"a loss that gives a Value, got float .* from by_data"):
        train(MLP(2, [1], seed=0), PAIRS, by_data, engine=engine, progress=False)


@pytest.mark.parametrize(
    "row", [[math.inf, 0.0], [-math.inf, 1.0], [1e300, 1e300], [math.nan, 0.0]]
)
@pytest.mark.parametrize("engine", ["auto", *COMPILED])
@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_gradient_that_is_not_finite_is_that_of_the_graph(row, engine, batch_size):
    found = []
    for name in (engine, "eager"):
        with pytest.raises(FloatingPointError) as raised:
            train(
                *(Line(line), [*PAIRS, (row, 1.0)], mse),
                engine=name, batch_size=batch_size, epochs=2, progress=False,
            )  # fmt: skip
        found.append(str(raised.value))
    assert found[0] == found[1]


def test_a_step_that_is_finite_only_by_the_graph_is_done_by_it(monkeypatch):
    """Sums in another order may overflow where those of the graph do not."""
    from autograd.program import Program

    def overflowing(self, table, **settings):
        return math.nan, [math.nan] * len(self.parameters)

    eager, model = Line(line), Line(line)
    wanted = train(eager, PAIRS, mse, engine="eager", epochs=3, progress=False)
    monkeypatch.setattr(Program, "value_and_grad", overflowing)
    found = train(model, PAIRS, mse, engine="python", epochs=3, progress=False)
    assert found["loss"] == wanted["loss"]
    assert [p.data for p in model.parameters()] == [p.data for p in eager.parameters()]
