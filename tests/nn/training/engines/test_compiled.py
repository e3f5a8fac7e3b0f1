import builtins
import functools
import math
import random
from importlib.util import find_spec

import pytest

import autograd
from autograd import Value, where
from nn import (
    MLP,
    SGD,
    Adam,
    Data,
    Module,
    accuracy,
    binary_cross_entropy,
    cross_entropy,
    hinge,
    huber,
    load_iris,
    mean_loss,
    mse,
    train,
)
from nn.training.engines.compiled import Compiled

COMPILED = ("python", "numpy", *(["native"] if find_spec("llvmlite") else []))
RNG = random.Random(0)
ROWS = [[RNG.uniform(-1, 1), RNG.uniform(-1, 1)] for _ in range(12)]
CLASSES = [int(a * b > 0) for a, b in ROWS]
NUMBERS = [a - 2 * b for a, b in ROWS]


def trained(engine, sizes, data, loss, **settings):
    model = MLP(2, sizes, activation="tanh", seed=3)
    settings = {"epochs": 8, "batch_size": 5, "validation": data, **settings}
    optimizer = Adam(model.parameters(), lr=0.05)
    history = train(
        model, data, loss, optimizer=optimizer, engine=engine, progress=False, **settings
    )
    return [p.data for p in model.parameters()], history


def agree(sizes, data, loss, **settings):
    """Whether every engine gives what the eager one gives."""
    numbers, history = trained("eager", sizes, data, loss, **settings)
    assert history.engine == "eager"
    for engine in COMPILED:
        same_numbers, same_history = trained(engine, sizes, data, loss, **settings)
        assert same_history.engine == engine
        assert same_numbers == pytest.approx(numbers, rel=1e-11, abs=1e-12)
        assert list(same_history.columns) == list(history.columns)
        for name, column in history.columns.items():
            assert same_history[name] == pytest.approx(column, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("batch_size", [None, 16])
def test_iris_after_50_epochs(batch_size):
    iris = load_iris(0)
    found = {}
    for engine in ("eager", *COMPILED):
        model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
        train(
            model,
            iris.train,
            optimizer=Adam(model.parameters(), lr=0.03),
            epochs=50 if batch_size is None else 10,
            batch_size=batch_size,
            engine=engine,
            progress=False,
        )
        found[engine] = [p.data for p in model.parameters()]
    for engine in COMPILED:
        assert found[engine] == pytest.approx(found["eager"], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("sizes", "labels", "loss"),
    [
        ([3, 2], CLASSES, cross_entropy),
        ([3, 2], CLASSES, autograd.cross_entropy),
        ([3, 3], [k + 1 for k in CLASSES], cross_entropy),  # class 0 has no rows
        ([3, 2], [[0.9, 0.1] if k == 0 else (0.2, 0.8) for k in CLASSES], cross_entropy),
        ([3, 2], [[0.9, 0.1], *CLASSES[1:]], cross_entropy),
        ([3, 2], [*CLASSES[:-1], [0.9, 0.1]], cross_entropy),
        ([3, 1], CLASSES, binary_cross_entropy),
        ([3, 1], [2 * k - 1 for k in CLASSES], hinge),
        ([3, 1], NUMBERS, mse),
        ([3, 1], CLASSES, mse),
        ([3, 2], [[t, -t] for t in NUMBERS], huber),
        ([3, 1], NUMBERS, functools.partial(huber, delta=0.3)),
        ([3, 1], NUMBERS, lambda y, t: where(t > 0.0, 3.0, 1.0) * (y - t) ** 2),
        ([3, 2], CLASSES, lambda z, t: where(t > 0.5, -z[1], -z[0]) + autograd.logsumexp(z)),
    ],
)
def test_every_kind_of_label(sizes, labels, loss):
    agree(sizes, list(zip(ROWS, labels, strict=True)), loss)


def test_weights():
    agree([3, 2], Data(ROWS, CLASSES), cross_entropy, class_weight={0: 3.0, 1: 0.5})
    weights = [i % 4 for i in range(12)]
    agree([3, 2], Data(ROWS, CLASSES), cross_entropy, sample_weight=weights)


class Branched(Module):
    """A model of one's own, with a parameter that the loss does not depend on."""

    def __init__(self):
        self.w, self.left, self.unused = Value(0.5), Value(2.0, label="left"), Value(1.0)

    def __call__(self, row):
        a, b = row
        return where(a < b, self.left * a, self.w) + self.w * b


def test_a_model_of_ones_own():
    found = []
    for engine in ("eager", *COMPILED):
        model = Branched()
        optimizer = SGD(model.parameters(), lr=0.1)
        data = list(zip(ROWS, NUMBERS, strict=True))
        train(model, data, mse, optimizer, epochs=5, engine=engine, progress=False)
        found.append([p.data for p in model.parameters()])
        assert model.unused.data == 1.0
    assert found[1] == pytest.approx(found[0], rel=1e-12)
    assert found[2] == pytest.approx(found[0], rel=1e-12)


@pytest.mark.parametrize("engine", COMPILED)
def test_only_the_parameters_of_the_optimizer_move(engine):
    model = MLP(2, [3, 2], activation="tanh", seed=3)
    before = model.state_dict()
    optimizer = SGD(model.layers[1].parameters(), lr=0.1)
    train(model, Data(ROWS, CLASSES), optimizer=optimizer, engine=engine, progress=False)
    after = model.state_dict()
    moved = [name for name in before if before[name] != after[name]]
    assert moved == [p.label for p in model.layers[1].parameters()]


@pytest.mark.parametrize("engine", COMPILED)
def test_one_program_for_all_epochs(engine, monkeypatch):
    made, program_of = [], Compiled.program_of
    monkeypatch.setattr(Compiled, "program_of", lambda *a: made.append(1) or program_of(*a))
    for data, loss, programs in ((CLASSES, cross_entropy, 2), (NUMBERS, mse, 1)):
        made.clear()
        model = MLP(2, [2 if loss is cross_entropy else 1], seed=0)
        pairs = list(zip(ROWS, data, strict=True))
        train(model, pairs, loss, epochs=4, batch_size=3, engine=engine, progress=False)
        # The outputs are computed only where they are asked for, and native's steps are one piece.
        assert len(made) == (0 if engine == "native" else programs)


def chooses(z, k):
    return -z[1] if k > 0.5 else -z[0]


@pytest.mark.parametrize("engine", COMPILED)
@pytest.mark.parametrize(
    "loss",
    [
        chooses,
        lambda z, k: -z[k],
        lambda z, k: 2.0 * cross_entropy(z, k),
        lambda z, k: Value(math.exp(z[0].data)),
        lambda z, k: {0: z[0], 1: z[1]}[k],
        lambda z, k: z[0] * math.exp(k),
        lambda z, k: -z[1] if k == 1 else -z[0],
        lambda z, k: -z[1] if k in (1, 2) else -z[0],
    ],
)
def test_a_loss_that_cannot_be_traced_says_how_to_write_it(engine, loss):
    model = MLP(2, [2], seed=0)
    before = model.state_dict()
    with pytest.raises(TypeError) as error:
        train(model, Data(ROWS, CLASSES), loss, engine=engine, progress=False)
    for words in (
        f"engine='{engine}': ",
        "can't be compiled",
        'or use engine="eager"',
        "autograd.where",
    ):
        assert words.lower() in str(error.value).lower()
    assert model.state_dict() == before
    train(model, Data(ROWS, CLASSES), lambda z, k: z[0] - z[1], epochs=1, progress=False)


@pytest.mark.parametrize("engine", COMPILED)
@pytest.mark.parametrize(
    "loss",
    [
        lambda z, k: (z[0] - z[1]) * random.random(),
    ],
)
def test_what_tracing_cannot_see_is_found_by_comparing(engine, loss):
    with pytest.raises(ValueError, match=r"the loss is .* where that of the graph is .*random"):
        train(MLP(2, [2], seed=0), Data(ROWS, CLASSES), loss, engine=engine, progress=False)


@pytest.mark.parametrize("engine", COMPILED)
def test_a_choice_by_a_number_of_the_row_is_refused_too(engine):
    class Choosing(Module):
        def __init__(self):
            self.w = Value(1.0)

        def __call__(self, row):
            return self.w if row[0] == 7.0 else self.w * row[0]

    pairs = [([7.0 if i > 30 else 1.0], 0.0) for i in range(60)]
    with pytest.raises(TypeError, match=r"test_compiled.py, line .*autograd\.where"):
        train(Choosing(), pairs, mse, engine=engine, progress=False)


@pytest.mark.parametrize("engine", ["eager", *COMPILED])
def test_what_is_wrong_is_said_in_the_same_words(engine):
    settings = {"engine": engine, "progress": False}
    for labels, loss, message in (
        ([*CLASSES[:-1], 2], cross_entropy, "class from 0 to 1, got 2"),
        ([*CLASSES[:-1], -1], cross_entropy, "class from 0 to 1, got -1"),
        ([[0.5, 0.5], *CLASSES[:-2], [0.2, 0.3, 0.5]], cross_entropy, "of one length, got 2 and 3"),
    ):
        with pytest.raises(ValueError, match=message):
            train(MLP(2, [2]), list(zip(ROWS, labels, strict=True)), loss, **settings)
    with pytest.raises(ValueError, match="hinge: expected 1 or -1"):
        train(MLP(2, [1]), list(zip(ROWS, range(12), strict=True)), hinge, **settings)
    with pytest.raises(ValueError, match=r"expected .*2 numbers, got 3"):
        train(MLP(2, [2]), [([0.0, 1.0], 0), ([0.0, 1.0, 2.0], 0)], **settings)
    with pytest.raises(ValueError, match=r"expected .*1 numbers, got 2"):
        train(MLP(1, [2]), [*[([0.0], 0)] * 59, ([0.0, 1.0], 0)], **settings)
    with pytest.raises(ValueError, match="double softmax"):
        train(MLP(2, [2], output="softmax"), Data(ROWS, CLASSES), **settings)
    model = MLP(1, [1], bias=False, seed=0)
    with pytest.raises(
        FloatingPointError, match=r"w1 would become .* in step 2; no parameter was updated"
    ):
        train(model, [([1.0], 0.0)], mse, SGD(model.parameters(), lr=1e200), **settings)


@pytest.mark.parametrize("engine", COMPILED)
def test_a_loss_that_is_nan_at_first_is_not_taken_for_a_disagreement(engine):
    model = MLP(1, [1], bias=False)
    model["w1"].data = math.nan
    with pytest.raises(FloatingPointError, match="gradient of w1 is nan in step 1"):
        train(model, [([1.0], 0.0)], mse, engine=engine, progress=False)


def test_without_numpy_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, _globals=None, _locals=None, fromlist=(), level=0):
        if "numpy_backend" in name or name == "numpy":
            raise ImportError(name)
        return real(name, _globals, _locals, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "chainrule\[numpy\]"'):
        train(MLP(2, [2]), Data(ROWS, CLASSES), engine="numpy", progress=False)
    train(MLP(2, [2]), Data(ROWS, CLASSES), engine="python", epochs=1, progress=False)


@pytest.mark.parametrize("engine", COMPILED)
def test_moons_as_in_micrograds_notebook(engine):
    """The loss with its L2 term, the schedule and the steps of the demo reach 100 %."""
    make_moons = pytest.importorskip("sklearn.datasets").make_moons
    random.seed(1337)
    X, y = make_moons(n_samples=100, noise=0.1, random_state=1337)
    model, data, alpha = MLP(2, [16, 16, 1]), Data(X, y), 1e-4
    history = train(
        model,
        data,
        hinge,
        SGD(model.parameters(), lr=1.0, weight_decay=2 * alpha),
        epochs=100,
        schedule=lambda step: 1.0 - 0.9 * step / 100,
        engine=engine,
        progress=False,
    )
    assert accuracy(model, data) == 1.0
    assert history["lr"][-1] == pytest.approx(0.109)
    assert mean_loss(model, data, hinge).data < 0.02


@pytest.mark.parametrize("engine", ["eager", *COMPILED])
def test_validation_losses_of_both_infinities_have_no_mean(engine):
    model = MLP(2, [1], seed=0)
    infinite = [(ROWS[0], math.inf), (ROWS[1], -math.inf)]
    settings = {"epochs": 2, "validation": infinite, "engine": engine, "progress": False}
    history = train(model, [(ROWS[0], 0.5)], lambda y, t: (y - t) * 1.0, **settings)
    assert all(map(math.isnan, history["validation_loss"]))
