import math
import random
from contextlib import nullcontext
from importlib.util import find_spec

import numpy as np
import pytest

import autograd
from autograd import Value, no_grad
from nn import (
    MLP,
    SGD,
    Adam,
    Data,
    Module,
    accuracy,
    clip_norm,
    clip_value,
    cross_entropy,
    hinge,
    load_iris,
    mean_loss,
    mse,
    predict,
    schedules,
    train,
)

CORNERS = Data(
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["same", "differ", "differ", "same"]
)


def numbers(model):
    return [p.data for p in model.parameters()]


@pytest.mark.parametrize("make", [Adam, SGD])
def test_the_loop_by_hand_gives_the_same_bits(make):
    by_hand, trained = [MLP(2, [4, 2], activation="tanh", seed=1) for _ in range(2)]
    optimizer = make(by_hand.parameters(), lr=0.1)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = autograd.mean([cross_entropy(by_hand(row), label) for row, label in CORNERS])
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    history = train(
        trained,
        CORNERS,
        loss=cross_entropy,
        optimizer=make(trained.parameters(), lr=0.1),
        epochs=10,
        progress=False,
    )
    assert history["loss"] == losses
    assert history["epoch"] == list(range(1, 11))
    assert len(history) == 10
    assert history.engine == "eager"
    assert numbers(trained) == numbers(by_hand)


def test_it_learns_exclusive_or():
    model = MLP(2, [4, 2], activation="tanh", seed=0)
    history = train(
        model, CORNERS, optimizer=Adam(model.parameters(), lr=0.1), epochs=100, progress=False
    )
    assert history["loss"][-1] < 0.1 < history["loss"][0]
    assert accuracy(model, CORNERS) == 1.0
    assert predict(model, [[0.0, 1.0], [1.0, 1.0]]) == ["differ", "same"]
    assert predict(model, CORNERS) == ["same", "differ", "differ", "same"]


def test_another_loss_another_model_and_plain_pairs():
    class Line(Module):
        def __init__(self):
            self.slope, self.offset = Value(0.0), Value(0.0)

        def __call__(self, row):
            return self.slope * row[0] + self.offset

    line = Line()
    pairs = [([x], 2.0 * x - 1.0) for x in (-1.0, 0.0, 1.0)]
    optimizer = SGD(line.parameters(), lr=0.3)
    train(line, pairs, lambda y, t: (y - t) ** 2, optimizer, epochs=60, progress=False)
    assert numbers(line) == pytest.approx([2.0, -1.0], abs=1e-6)
    assert predict(line, [[0.0], [1.0]]) == pytest.approx([-1.0, 1.0], abs=1e-6)


def test_adam_with_its_rate_is_the_default():
    models = [MLP(2, [2], seed=0) for _ in range(2)]
    train(models[0], CORNERS, epochs=2, progress=False)
    optimizer = Adam(models[1].parameters(), lr=0.03)
    train(models[1], CORNERS, optimizer=optimizer, epochs=2, progress=False)
    assert numbers(models[0]) == numbers(models[1])


def test_what_train_refuses():
    model = MLP(2, [2], seed=0)
    before = numbers(model)
    for epochs in (0, -5):
        with pytest.raises(ValueError, match=f"epochs: expected a whole number .* got {epochs}"):
            train(model, CORNERS, epochs=epochs)
    with pytest.raises(ValueError, match=r"whole number of at least 1, got 1\.5"):
        train(model, CORNERS, epochs=1.5)
    for nothing in ({"data": []}, {"data": CORNERS, "validation": []}):
        with pytest.raises(ValueError, match="at least one row, got none"):
            train(model, **nothing)
    for setting in ("batch_size", "patience"):
        for bad in (0, -1, 2.5, "8"):
            with pytest.raises(ValueError, match=f"train: {setting}.*: expected a whole n"):
                train(model, CORNERS, validation=CORNERS, progress=False, **{setting: bad})
    with pytest.raises(ValueError, match="expected patience with tolerance, got none"):
        train(model, CORNERS, tolerance=0.1)
    with pytest.raises(ValueError, match="tolerance: expected a finite number of at least 0"):
        train(model, CORNERS, patience=3, tolerance=-0.1)
    with pytest.raises(ValueError, match="unknown engine 'nunpy'; did you mean 'numpy'"):
        train(model, CORNERS, engine="nunpy")
    with pytest.raises(ValueError, match="clip_norm: expected a finite number"):
        train(model, CORNERS, clip_norm=-1.0, progress=False)
    with pytest.raises(TypeError, match=r"train: expected a whole number, .* as seed"):
        train(model, CORNERS, seed="0", batch_size=2, progress=False)
    with pytest.raises(ValueError, match="Adam: expected at least one parameter, got none"):
        train(Module(), CORNERS)
    with pytest.raises(ValueError, match=r"class from 0 to 1 \(differ, same\) as label, got 2"):
        train(model, [([0.0, 0.0], 0), ([1.0, 0.0], 2)], progress=False)
    with pytest.raises(ValueError, match="expected a row of 2 numbers, got 3"):
        train(model, [([0.0, 0.0, 0.0], 0)], progress=False)
    with pytest.raises(ValueError, match="double softmax"):
        train(MLP(2, [2], output="softmax"), CORNERS, loss=cross_entropy, progress=False)
    assert numbers(model) == before


def test_a_run_that_blows_up_names_the_parameter():
    model = MLP(1, [1], bias=False, seed=0)
    optimizer = SGD(model.parameters(), lr=1e200)
    with pytest.raises(
        FloatingPointError, match=r"w1 would become .* in step 2; no parameter was updated"
    ):
        train(model, [([1.0], 0.0)], lambda y, t: (y - t) ** 2, optimizer, progress=False)


def test_batches_by_hand_give_the_same_bits():
    """With all that a step can have: schedule, both clippings, validation."""
    iris = load_iris(0)
    by_hand, trained = [MLP(4, [4, 3], activation="tanh", seed=1) for _ in range(2)]
    optimizer, schedule = SGD(by_hand.parameters(), lr=0.5, momentum=0.5), schedules.cosine(30)
    shuffler, rows = random.Random(7), []
    for _ in range(3):
        losses, right = [], 0
        for batch in iris.train.batches(50, shuffler):
            optimizer.lr = 0.5 * schedule(optimizer.steps)
            optimizer.zero_grad()
            loss = mean_loss(by_hand, batch)
            right += round(accuracy(by_hand, batch) * len(batch))
            loss.backward()
            clip_value(by_hand.parameters(), 0.2)
            clip_norm(by_hand.parameters(), 0.3)
            optimizer.step()
            losses.append((loss.data, len(batch)))
        rows.append(
            [
                sum(x * n for x, n in losses) / 120,
                right / 120,
                optimizer.lr,
                mean_loss(by_hand, iris.test).data,
                accuracy(by_hand, iris.test),
            ]
        )
    optimizer = SGD(trained.parameters(), lr=0.5, momentum=0.5)
    history = train(
        trained,
        iris.train,
        optimizer=optimizer,
        epochs=3,
        batch_size=50,
        seed=7,
        schedule=schedule,
        clip_norm=0.3,
        clip_value=0.2,
        validation=iris.test,
        progress=False,
    )
    assert numbers(trained) == numbers(by_hand)
    names = ["epoch", "loss", "accuracy", "lr", "validation_loss", "validation_accuracy"]
    assert list(history.columns) == names
    for i, row in enumerate(rows):
        assert [history[name][i] for name in names[1:]] == pytest.approx(row, rel=1e-14)
    assert optimizer.lr == 0.5  # as it was: the schedule only multiplies
    assert history.seeds == {"model": 1, "split": 0, "shuffle": 7}
    assert (history.ended_by, history.best_epoch) == ("epochs", None)


def test_two_calls_are_one_longer_one():
    once, twice = [MLP(2, [3, 2], activation="tanh", seed=1) for _ in range(2)]
    for model, parts in ((once, [6]), (twice, [2, 4])):
        optimizer, shuffler = Adam(model.parameters(), lr=0.1), random.Random(0)
        for epochs in parts:
            train(
                model,
                CORNERS,
                optimizer=optimizer,
                epochs=epochs,
                batch_size=3,
                seed=shuffler,
                schedule=schedules.warm_up(5, schedules.step(2)),
                progress=False,
            )
    assert numbers(once) == numbers(twice)


def test_what_is_known_of_seeds_and_accuracy():
    pairs = list(CORNERS)
    history = train(MLP(2, [2]), pairs, epochs=1, progress=False)
    assert history.seeds == {}
    assert list(history.columns) == ["epoch", "loss", "accuracy", "lr"]
    signs = [(row, 2 * label - 1) for row, label in pairs]
    history = train(MLP(2, [1], seed=0), signs, hinge, epochs=1, progress=False)
    model = MLP(2, [1], seed=0)
    assert history["accuracy"] == [accuracy(model, pairs)] == [accuracy(model, signs)]
    history = train(MLP(2, [1], seed=0), pairs, mse, epochs=1, progress=False)
    assert list(history.columns) == ["epoch", "loss", "lr"]
    smoothed = [(row, [0.9, 0.1] if label == 0 else [0.1, 0.9]) for row, label in pairs]
    model = MLP(2, [2], seed=0)
    share = accuracy(model, smoothed)
    assert share == accuracy(model, pairs)
    assert train(model, smoothed, epochs=1, progress=False)["accuracy"] == [share]


def test_early_stopping_restores_the_best_epoch():
    """Validation labels are all wrong, so that each step that learns makes it worse."""
    wrong = [(row, 1 - label) for row, label in CORNERS]
    model = MLP(2, [4, 2], activation="tanh", seed=0)
    optimizer, seen = Adam(model.parameters(), lr=0.1), []
    history = train(
        model,
        CORNERS,
        optimizer=optimizer,
        epochs=50,
        validation=wrong,
        patience=5,
        callbacks=[lambda history: seen.append(numbers(model))],
        progress=False,
    )
    losses = history["validation_loss"]
    best = losses.index(min(losses))
    assert (history.ended_by, history.best_epoch) == ("patience", best + 1)
    assert len(history) == best + 1 + 5 < 50
    assert numbers(model) == seen[best] != seen[-1]
    assert mean_loss(model, wrong).data == losses[best]
    assert optimizer.steps == best + 1


def test_patience_restores_the_best_also_where_the_epochs_end_first():
    wrong = [(row, 1 - label) for row, label in CORNERS]
    model = MLP(2, [4, 2], activation="tanh", seed=0)
    history = train(model, CORNERS, epochs=3, validation=wrong, patience=9, progress=False)
    assert history.ended_by == "epochs"
    assert history.best_epoch == 1 + history["validation_loss"].index(
        min(history["validation_loss"])
    )


def ended_after(losses, patience, tolerance):
    """After which epoch patience ends a training, by its definition; None where it doesn't."""
    waited = 0
    for epoch, loss in enumerate(losses, start=1):
        least = min(losses[: epoch - 1], default=math.inf)
        waited = 0 if loss < least - tolerance else waited + 1
        if waited >= patience:
            return epoch
    return None


@pytest.mark.parametrize("engine", ["eager", "python", "numpy", "native"])
@pytest.mark.parametrize("tolerance", [0.0, 0.01, 0.1])
def test_without_validation_patience_is_with_the_training_loss(engine, tolerance):
    """Whatever epochs an engine runs at once, it stays at the one at which it ended."""
    if engine == "native":
        pytest.importorskip("llvmlite", reason="needs llvmlite: chainrule[native]")

    def trained(epochs, **given):
        model = MLP(2, [4, 2], activation="tanh", seed=0)
        optimizer = SGD(model.parameters(), lr=3.0)
        given = {"batch_size": 3, "engine": engine, "progress": False, **given}
        return model, train(model, CORNERS, optimizer=optimizer, epochs=epochs, **given)

    for patience in (1, 2, 5):
        model, history = trained(80, patience=patience, tolerance=tolerance)
        assert (history.ended_by, history.best_epoch) == ("patience", None)
        assert len(history) == ended_after(history["loss"], patience, tolerance) < 80
        same, shorter = trained(len(history))
        assert (numbers(model), history["loss"]) == (numbers(same), shorter["loss"])


def test_a_callback_ends_the_training_with_true():
    def enough(history):
        return len(history) == 3

    seen = []
    model = MLP(2, [2], seed=0)
    history = train(model, CORNERS, callbacks=[enough, seen.append], epochs=9, progress=False)
    assert (len(history), history.ended_by) == (3, "callback")
    assert seen == [history] * 3
    history = train(model, CORNERS, callbacks=[lambda history: 1], epochs=4, progress=False)
    assert len(history) == 4


@pytest.mark.parametrize("engine", ["eager", "numpy"])
def test_ctrl_c_leaves_the_model_at_the_last_whole_epoch(engine):
    """The interrupt comes from the schedule, in the middle of an epoch, after one of its steps."""

    def interrupted(step):
        if step == 5:
            raise KeyboardInterrupt
        return 1.0

    model, short = [MLP(2, [3, 2], activation="tanh", seed=0) for _ in range(2)]
    optimizer = Adam(model.parameters(), lr=0.1)
    settings = {"batch_size": 2, "engine": engine, "progress": False}
    history = train(model, CORNERS, optimizer=optimizer, schedule=interrupted, **settings)
    optimizer_of_short = Adam(short.parameters(), lr=0.1)
    expected = train(short, CORNERS, optimizer=optimizer_of_short, epochs=2, **settings)
    assert (len(history), history.ended_by) == (2, "interrupt")
    assert history.columns == expected.columns
    assert numbers(model) == numbers(short)
    assert optimizer.checkpoint() == optimizer_of_short.checkpoint()
    assert optimizer.lr == 0.1


def test_ctrl_c_before_the_first_epoch_is_done_and_in_a_callback():
    def interrupt(*_):
        raise KeyboardInterrupt

    model = MLP(2, [2], seed=0)
    before = numbers(model)
    history = train(model, CORNERS, schedule=interrupt, progress=False)
    assert (len(history), history.ended_by) == (0, "interrupt")
    assert numbers(model) == before
    history = train(model, CORNERS, callbacks=[interrupt], progress=False)
    assert (len(history), history.ended_by) == (1, "interrupt")
    assert numbers(model) != before


def test_ctrl_c_while_an_epoch_is_noted(monkeypatch):
    real, calls = Adam.checkpoint, []

    def interrupted(self):
        calls.append(self)
        if len(calls) == 3:  # at the start, after the first epoch, after the second
            raise KeyboardInterrupt
        return real(self)

    model, short = [MLP(2, [2], seed=0) for _ in range(2)]
    expected = train(short, CORNERS, epochs=1, progress=False)
    monkeypatch.setattr(Adam, "checkpoint", interrupted)
    history = train(model, CORNERS, progress=False)
    assert (history.columns, history.ended_by) == (expected.columns, "interrupt")
    assert numbers(model) == numbers(short)


def test_progress_is_shown(capsys):
    train(MLP(2, [2], seed=0), CORNERS, epochs=2, validation=CORNERS)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("epoch 1/2  loss ")
    assert "  validation loss " in second


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "mse"}, "expected a function of the outputs and the label of a row as loss"),
        ({"loss": [0, 1]}, r"got list \[0, 1\]; rows and labels go together: Data\(X, y\)"),
        (
            {"optimizer": "adam"},
            r"such as nn.Adam\(model.parameters\(\), lr=0.01\), got str 'adam'",
        ),
        ({"schedule": "cosine"}, "such as nn.schedules.cosine.*, got str 'cosine'"),
        ({"validation": [[1.0]]}, r"expected \(row, label\) pairs as validation, got list"),
    ],
)
def test_other_kinds_of_things_are_refused_in_words(settings, message):
    with pytest.raises(TypeError, match=message):
        train(MLP(2, [2], seed=0), CORNERS, progress=False, **settings)


def test_rows_and_labels_apart_are_refused_in_words():
    X, y = [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]], [0, 1, 0]
    with pytest.raises(TypeError, match=r"got list .*; number 0: .*nn.Data\(X, y\) makes pairs"):
        train(MLP(2, [2], seed=0), (X, y), progress=False)


def test_an_optimizer_of_another_model_is_refused():
    model, other = MLP(2, [2], seed=0), MLP(2, [2], seed=0)
    with pytest.raises(ValueError, match="has none of this model's parameters"):
        train(model, CORNERS, optimizer=Adam(other.parameters()), progress=False)
    some = Adam(model.parameters()[:2], lr=0.1)  # the others stay as they are
    before = numbers(model)
    train(model, CORNERS, optimizer=some, epochs=2, progress=False)
    assert [a == b for a, b in zip(before, numbers(model), strict=True)].count(False) == 2


@pytest.mark.parametrize("engine", ["eager", *(["native"] if find_spec("llvmlite") else [])])
@pytest.mark.parametrize("factor", [None, "1", float("nan"), -1.0])
def test_what_a_schedule_gives_is_checked(engine, factor):
    with pytest.raises(
        ValueError, match=r"schedule\(0\) as factor of lr: expected a finite number"
    ):
        train(
            MLP(2, [2], seed=0),
            CORNERS,
            schedule=lambda step: factor,
            engine=engine,
            progress=False,
        )


def test_seeds_of_numpy_are_noted():
    seed = np.int64(3)
    history = train(MLP(2, [2], seed=seed), CORNERS, batch_size=2, seed=seed, progress=False)
    assert history.seeds == {"model": 3, "shuffle": 3}
    assert {type(found) for found in history.seeds.values()} == {int}


@pytest.mark.parametrize("engine", ["eager", "python"])
def test_training_records_for_itself_inside_no_grad(engine):
    pairs = [([0.0], 0), ([1.0], 1)]
    found = []
    for around in (nullcontext, no_grad):
        model = MLP(1, [2], seed=0)
        with around():
            history = train(model, pairs, epochs=5, engine=engine, progress=False)
            assert (model([1.0])[0].parents == ()) is (around is no_grad)
        found.append((history["loss"], model.state_dict()))
    assert found[0] == found[1]
    assert found[0][0][-1] < found[0][0][0]
