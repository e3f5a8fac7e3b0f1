"""Searches on two worker processes, one of which dies, raises or answers no more."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason='needs scikit-learn: pip install "chainrule[sklearn]"')
pytest.importorskip("distributed", reason='needs Dask: pip install "chainrule[cluster]"')

from distributed import Security
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.model_selection import GridSearchCV

from nn import grid_search, train_many
from tests.clusters import Client, sent, two_workers
from tests.nn.search.candidates import Candidate

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="there are no such signals on Windows"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite"),
]
X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X @ [1.0, -2.0, 0.5] > 0.0).astype(int)
GRID = {"alpha": [0.01, 0.5, 5.0, 50.0]}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with two_workers() as client:
        yield client


def table(search: Any) -> dict[str, Any]:
    """What `cv_results_` has of the candidates; times are its own."""
    return {
        name: np.ma.getdata(column).tolist() if name != "params" else column
        for name, column in search.cv_results_.items()
        if "time" not in name
    }


@pytest.fixture(scope="module")
def serial() -> GridSearchCV:
    return GridSearchCV(Candidate(), GRID, cv=3).fit(X, Y)


def test_the_table_is_the_serial_one(client: Client, serial: GridSearchCV) -> None:
    found = grid_search(Candidate(), GRID, X, Y, cv=3, client=client)
    assert table(found) == table(serial)
    assert found.cv_results_.keys() == serial.cv_results_.keys()
    assert found.best_params_ == serial.best_params_
    np.testing.assert_array_equal(
        found.best_estimator_.predict_proba(X), serial.best_estimator_.predict_proba(X)
    )


@pytest.mark.parametrize("number", ["SIGKILL", "SIGSTOP"])
def test_a_worker_that_dies_or_never_answers(
    number: str, client: Client, serial: GridSearchCV, tmp_path: Path
) -> None:
    waiting = Candidate(does="wait", folder=str(tmp_path))
    with sent(signal.Signals[number], tmp_path):
        found = grid_search(waiting, GRID, X, Y, cv=3, client=client, timeout=3.0, refit=False)
    assert table(found) == table(serial)


def test_a_candidate_that_raises(client: Client, serial: GridSearchCV) -> None:
    raising = Candidate(does="raise")
    with pytest.warns(FitFailedWarning, match="this one fails"):
        found = grid_search(raising, GRID, X, Y, cv=3, client=client, error_score=-1.0)
    failed = found.cv_results_["params"].index({"alpha": 0.5})
    scores, wanted = table(found)["mean_test_score"], table(serial)["mean_test_score"]
    assert scores == [-1.0 if i == failed else score for i, score in enumerate(wanted)]
    with pytest.raises(RuntimeError, match="this one fails"):
        grid_search(raising, GRID, X, Y, cv=3, client=client, error_score="raise")


def test_a_candidate_that_kills_its_workers(client: Client, serial: GridSearchCV) -> None:
    scheduler = client.cluster.scheduler  # type: ignore[union-attr]  # a LocalCluster
    before, scheduler.allowed_failures = scheduler.allowed_failures, 0
    dying = Candidate(does="die", at=50.0)
    halves = [(np.arange(30), np.arange(30, 60))]
    try:
        with pytest.warns(FitFailedWarning, match="its workers died"):
            found = grid_search(dying, GRID, X, Y, halves, client, refit=False)
    finally:
        scheduler.allowed_failures = before
    wanted = GridSearchCV(Candidate(), GRID, cv=halves).fit(X, Y)
    scores = found.cv_results_["mean_test_score"]
    assert math.isnan(scores[3])
    assert scores[:3].tolist() == wanted.cv_results_["mean_test_score"][:3].tolist()


def test_many_seeds(client: Client) -> None:
    here = train_many(Candidate(), [3, 5, 8], X, Y, cv=3)
    there = train_many(Candidate(), [3, 5, 8], X, Y, cv=3, client=client)
    assert (here.seeds, here.scores, here.mean, here.spread) == (
        (3, 5, 8), there.scores, there.mean, there.spread
    )  # fmt: skip
    by_hand = [
        GridSearchCV(Candidate(random_state=seed), {"alpha": [0.01]}, cv=3).fit(X, Y).best_score_
        for seed in (3, 5, 8)
    ]
    assert here.scores == tuple(by_hand)
    assert here.mean == pytest.approx(np.mean(by_hand))
    assert here.spread == pytest.approx(np.std(by_hand, ddof=1))


def test_everything_listens_on_loopback_only(client: Client) -> None:
    psutil = pytest.importorskip("psutil")  # Dask needs it
    own = psutil.Process()
    for process in [own, *own.children(recursive=True)]:
        for socket in process.net_connections():
            assert socket.status != psutil.CONN_LISTEN or socket.laddr.ip in ("127.0.0.1", "::1")


def test_strangers_are_refused(serial: GridSearchCV) -> None:
    """A cluster with security=True, as the page has it."""
    pytest.importorskip("cryptography", reason='needs pip install "chainrule[cluster]"')
    with two_workers(security=True) as client:
        found = grid_search(Candidate(), GRID, X, Y, cv=3, client=client, refit=False)
        assert table(found) == table(serial)
        address = client.cluster.scheduler_address  # type: ignore[union-attr]  # a LocalCluster
        for at, security in (
            (address.replace("tls:", "tcp:"), None),
            (address, Security.temporary()),
        ):
            with pytest.raises(OSError, match=r"(?i)closed|reset|certificate|timed out"):
                Client(at, security=security, timeout=10)
