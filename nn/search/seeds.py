"""train_many: one model with several seeds, and the spread of its scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from autograd.arguments import several

from ..arguments import whole
from .grid import grid_search


@dataclass(frozen=True)
class Seeds:
    """The scores of one model from several seeds.

    Args:
        seeds: the seeds, in the given order.
        scores: for each seed the mean over the folds; NaN if a fit failed.
        mean: the mean of the scores.
        spread: their sample standard deviation (n − 1); NaN for a single seed.
        cv_results: the table of GridSearchCV, with the score of each fold.
    """

    seeds: tuple[int, ...]
    scores: tuple[float, ...]
    mean: float
    spread: float
    cv_results: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {self.spread:.3f} over {len(self.seeds)} seeds"


def train_many(
    estimator: Any,
    seeds: int | Sequence[int],
    X: Any,
    y: Any,
    cv: Any = 5,
    client: Any = None,
    **settings: Any,
) -> Seeds:
    """Fit one estimator with several seeds, each on the same folds of the rows, and score it.

    Args:
        estimator: an estimator of scikit-learn with a `random_state`.
        seeds: the values of `random_state`; an integer n stands for 0, 1, ..., n - 1.
        X: the rows.
        y: the label of each row.
        cv: as in `grid_search`.
        client: as in `grid_search`.
        **settings: further arguments of `grid_search`.

    Raises:
        ValueError: for an estimator without `random_state`, and as in `grid_search`.

    >>> from nn import MLPClassifier, load_iris, train_many
    >>> iris = load_iris(seed=0)
    >>> X, y = [row for row, _ in iris.train], [label for _, label in iris.train]
    >>> network = MLPClassifier((4,), solver="lbfgs", max_iter=1000)
    >>> found = train_many(network, 3, X, y, cv=3)
    >>> len(found.scores), found.seeds
    (3, (0, 1, 2))
    """
    if isinstance(seeds, (str, bytes)) or not hasattr(seeds, "__iter__"):
        chosen = [*range(whole(seeds, "train_many: seeds"))]
    else:
        chosen = [whole(seed, "train_many: seeds", 0) for seed in several(seeds, "train_many")]
    if not chosen:
        raise ValueError("train_many: expected at least one seed, got none")
    if "random_state" not in getattr(estimator, "get_params", dict)():
        raise ValueError(
            f"train_many: expected an estimator with a random_state, {estimator!r:.60} has none"
        )
    found = grid_search(
        estimator, {"random_state": chosen}, X, y, cv, client, refit=False, **settings
    )
    scores = tuple([float(score) for score in found.cv_results_["mean_test_score"]])
    spread = stdev(scores) if len(scores) > 1 and all(map(math.isfinite, scores)) else math.nan
    return Seeds(tuple(chosen), scores, fmean(scores), spread, found.cv_results_)
