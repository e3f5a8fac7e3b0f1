"""grid_search: all candidates of a grid, on this machine or on a cluster."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from joblib import parallel_config  # type: ignore[import-untyped]  # has no stubs
from sklearn.base import is_classifier  # type: ignore[import-untyped]  # as above
from sklearn.model_selection import (  # type: ignore[import-untyped]  # as above
    GridSearchCV,
    ParameterGrid,
    check_cv,
)

from autograd.arguments import wrong

from ..arguments import at_least_zero, whole
from ..optional import optional
from ..training.progress import make_bar
from .backends import Cluster, Here, Processes


def grid_search(
    estimator: Any,
    grid: Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Sequence[Any]]],
    X: Any,
    y: Any,
    cv: Any = 5,
    client: Any = None,
    *,
    scoring: Any = None,
    n_jobs: int | None = None,
    refit: Any = True,
    error_score: Any = math.nan,
    timeout: float = 600.0,
    retries: int = 3,
    progress: bool = True,
) -> Any:
    """Fit an estimator with every combination of settings, and the best one to all rows.

    The result is a fitted GridSearchCV of scikit-learn. Without a client joblib runs the fits.

    Args:
        estimator: an estimator of scikit-learn, as in GridSearchCV.
        grid: lists of values by the names of settings, as in GridSearchCV.
        X: the rows.
        y: the label of each row.
        cv: the number of folds, or a splitter, as in GridSearchCV.
        client: a `dask.distributed.Client`. Each fit is a task that carries its rows, so that any
            worker can repeat it; `cv_results_` is the same as without a client.
        scoring: as in GridSearchCV.
        n_jobs: the number of parallel fits without a client, as in GridSearchCV.
        refit: as in GridSearchCV.
        error_score: the score of a failed fit, or "raise", as in GridSearchCV.
        timeout: the number of seconds after which a fit without a result is submitted to another
            worker too, and again after twice as many; the first result counts. Fits may take
            longer.
        retries: the number of such submissions, and of repetitions of a fit whose worker died. A
            candidate whose workers die has the error score.
        progress: whether to show a bar on a terminal and in Jupyter.

    Raises:
        TypeError: for an argument of another type.
        ValueError: for an invalid argument. With `error_score="raise"`, the errors of fits are
            raised.

    >>> from nn import MLPClassifier, grid_search, load_iris
    >>> iris = load_iris(seed=0)
    >>> X, y = [row for row, _ in iris.train], [label for _, label in iris.train]
    >>> network = MLPClassifier((4,), solver="lbfgs", max_iter=1000, random_state=0)
    >>> found = grid_search(network, {"alpha": [0.01, 10.0]}, X, y, cv=3)
    >>> found.best_params_, len(found.cv_results_["params"])
    ({'alpha': 0.01}, 2)
    """
    timeout = at_least_zero(timeout, "grid_search: timeout")
    if not timeout:
        raise ValueError("grid_search: timeout: expected a positive number of seconds, got 0")
    retries = whole(retries, "grid_search: retries", 0)
    splitter = check_cv(cv, y, classifier=is_classifier(estimator))
    fits = splitter.get_n_splits(X, y) * len(ParameterGrid(grid))
    search = GridSearchCV(
        estimator,
        grid,
        scoring=scoring,
        n_jobs=n_jobs,
        refit=refit,
        cv=splitter,
        error_score=error_score,
        pre_dispatch="all" if client is None else "n_jobs",
    )
    alone = client is None and n_jobs in (None, 1)
    if client is not None:
        driver = driver_of(client, timeout, retries)
    backend: Any
    bar = make_bar(fits, 0, "search", "fit") if progress else None
    backend = Here(bar) if alone else Processes(bar) if client is None else Cluster(driver, bar)
    try:
        with parallel_config(backend=backend):
            return search.fit(X, y)
    finally:
        if bar is not None:
            bar.close()


def driver_of(client: Any, timeout: float, retries: int) -> Any:
    """The driver of a client's cluster."""
    with optional("Dask", "cluster", "grid_search"):
        from distributed import Client

    if not isinstance(client, Client) or client.asynchronous:
        raise wrong("grid_search", "a dask.distributed Client as client", client)
    from .driver import Driver

    return Driver(client, timeout, retries)
