"""Searches on one machine, the bar, and arguments that are refused."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import numpy as np
import pytest

pytest.importorskip("sklearn", reason='needs scikit-learn: pip install "chainrule[sklearn]"')

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.tree import DecisionTreeClassifier

from nn import grid_search, train_many
from nn.search import grid as module

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X @ [1.0, -2.0, 0.5] > 0.0).astype(int)
TREE = DecisionTreeClassifier(random_state=0)
GRID = {"max_depth": [1, 2, 3]}


class Bar:
    """Counts what a bar of tqdm would show."""

    made: ClassVar[list[Any]] = []

    def __init__(self, total: int, *_: Any) -> None:
        self.total, self.done, self.closed = total, 0, False
        Bar.made.append(self)

    def update(self, count: int) -> None:
        self.done += count

    def close(self) -> None:
        self.closed = True


def table(search: Any) -> dict[str, Any]:
    return {
        name: np.ma.getdata(column).tolist()
        for name, column in search.cv_results_.items()
        if "time" not in name
    }


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
@pytest.mark.parametrize("cv", [3, KFold(4), "generator"])
def test_the_table_is_that_of_scikit_learn(
    n_jobs: int | None, cv: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Bar.made = []
    monkeypatch.setattr(module, "make_bar", Bar)
    splits = [*KFold(4).split(X)] if cv == "generator" else cv
    found = grid_search(
        TREE, [GRID], X, Y, cv=iter(splits) if cv == "generator" else cv, n_jobs=n_jobs
    )
    wanted = GridSearchCV(TREE, [GRID], cv=splits).fit(X, Y)
    assert table(found) == table(wanted)
    assert (found.best_params_, found.best_score_) == (wanted.best_params_, wanted.best_score_)
    (bar,) = Bar.made
    assert (bar.done, bar.closed) == (bar.total, True)
    assert bar.total == 3 * found.n_splits_


def test_several_scores_and_an_estimator_with_jobs_of_its_own() -> None:
    forest = RandomForestClassifier(4, random_state=0, n_jobs=2)
    settings: dict[str, Any] = {"scoring": ["accuracy", "f1"], "refit": "f1"}
    found = grid_search(forest, GRID, X, Y, cv=2, progress=False, **settings)
    wanted = GridSearchCV(forest, GRID, cv=2, **settings).fit(X, Y)
    assert table(found) == table(wanted)


def test_what_a_fit_raises() -> None:
    wrong = {"max_depth": ["deep"]}
    with pytest.raises(ValueError, match="max_depth"):
        grid_search(TREE, wrong, X, Y, error_score="raise")


def test_seeds() -> None:
    found = train_many(TREE, 2, X, Y, cv=2)
    assert found.seeds == (0, 1)
    assert str(found) == f"{found.mean:.3f} ± {found.spread:.3f} over 2 seeds"
    assert np.isnan(train_many(TREE, [7], X, Y, cv=2).spread)
    with pytest.raises(ValueError, match=r"train_many: expected at least one seed, got none"):
        train_many(TREE, [], X, Y)
    for seeds in ("ab", 0, -1, 1.5, [1.5], [-1], None):
        with pytest.raises((TypeError, ValueError), match="train_many"):
            train_many(TREE, seeds, X, Y)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="train_many: expected an estimator with a random_state"):
        train_many(object(), 2, X, Y)


@pytest.mark.parametrize("given", [{"timeout": 0.0}, {"timeout": -1.0}, {"retries": -1}])
def test_what_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"grid_search: {next(iter(given))}: expected"):
        grid_search(TREE, GRID, X, Y, **given)


def test_a_client_is_one_of_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason='needs Dask: pip install "chainrule[cluster]"')
    words = "grid_search: expected a dask.distributed Client as client, got str 'tcp"
    with pytest.raises(TypeError, match=words):
        grid_search(LogisticRegression(), {"C": [1.0]}, X, Y, client="tcp://127.0.0.1:8786")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r'grid_search needs Dask: pip install "chainrule\[cl'):
        grid_search(LogisticRegression(), {"C": [1.0]}, X, Y, client="tcp://127.0.0.1:8786")
