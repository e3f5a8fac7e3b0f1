"""What a training keeps for its page."""

from __future__ import annotations

import numpy as np
import pytest

from nn import MLP, SGD, Data, train
from nn.training.snapshots import MAX_PARAMETERS, Snapshots

ROWS = [([0.0], 0), ([1.0], 1)]


def test_the_start_and_every_epoch_are_kept() -> None:
    model = MLP(1, [2], bias=False, seed=0)
    start = [p.data for p in model.parameters()]
    history = train(model, ROWS, epochs=3, progress=False)
    kept = history.snapshots
    assert kept is not None
    assert len(kept.numbers) == 4
    assert kept.numbers[0] == start
    assert kept.numbers[-1] == [p.data for p in model.parameters()]
    assert kept.optimizer == "Adam"


def test_an_interrupted_epoch_is_not_kept() -> None:
    model = MLP(1, [2], bias=False, seed=0)
    optimizer = SGD(model.parameters(), lr=0.1)
    step, count = optimizer.step, 0

    def interrupted() -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        step()

    optimizer.step = interrupted  # type: ignore[method-assign]
    history = train(model, ROWS, optimizer=optimizer, epochs=5, progress=False)
    assert history.ended_by == "interrupt"
    assert history.snapshots is not None
    assert len(history.snapshots.numbers) == 3
    assert history.snapshots.numbers[-1] == [p.data for p in model.parameters()]


def test_large_models_are_not_kept() -> None:
    model = MLP(MAX_PARAMETERS, [2], bias=False, seed=0)
    kept = Snapshots(model, model.parameters(), "Adam", ROWS, None)
    assert kept.numbers == []


def test_rows_are_those_of_training_and_validation() -> None:
    data = Data([[0.0], [1.0], [2.0]], ["a", "b", "a"], ["length"])
    validation = Data([[5.0]], ["b"], ["length"], class_names=["a", "b"])
    history = train(MLP(1, [2], seed=0), data, validation=validation, epochs=1, progress=False)
    assert history.snapshots is not None
    rows = history.snapshots.rows()
    assert rows.rows == [[0.0], [1.0], [2.0], [5.0]]
    assert rows.labels == [0, 1, 0, 1]
    assert rows.feature_names == ("length",)
    assert rows.class_names == ("a", "b")
    assert rows.parts == ([0, 1, 2], [3])


def test_a_history_is_explored_with_its_own_rows_or_others() -> None:
    history = train(MLP(1, [2], seed=0), ROWS, epochs=2, progress=False)
    assert '"parts":[]' in history.explore().html
    others = Data([[0.5]], [0])
    assert '"numbers":[[0.5,1.0,0.0]]' in history.explore(others).html


def test_the_restored_epoch_is_the_one_shown() -> None:
    history = train(
        MLP(1, [2], seed=0), ROWS, validation=[([0.0], 1)], patience=1, epochs=9, progress=False
    )
    if history.best_epoch is None:
        pytest.fail("the case needs early stopping")
    assert f'"shown":{history.best_epoch},' in history.explore().html


def test_what_came_after_is_forgotten_also_of_arrays() -> None:
    model = MLP(1, [2], bias=False, seed=0)
    kept = Snapshots(model, model.parameters(), "SGD", ROWS, None)
    for first, count in ((1.0, 3), (4.0, 2), (6.0, 2)):
        kept.add(np.arange(first, first + count)[:, None] + np.zeros(2))
    kept.cut(4)
    assert [row[0] for row in kept.numbers[1:]] == [1.0, 2.0, 3.0, 4.0]
    kept.cut(2)
    assert [row[0] for row in kept.numbers[1:]] == [1.0, 2.0]
