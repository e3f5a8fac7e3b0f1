"""The page about clusters: its code runs as printed, and gives the numbers of one machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("dask.dataframe", reason='needs pip install "dask[dataframe]"')
pytest.importorskip("cryptography", reason='needs pip install "chainrule[cluster]"')
pytest.importorskip("sklearn", reason='needs scikit-learn: pip install "chainrule[sklearn]"')
pytest.importorskip("scipy", reason='needs SciPy: pip install "chainrule[scipy]"')

import pandas as pd
from scipy.optimize import minimize

import autograd
from nn import grid_search
from tests.papers import ROOT, blocks, run_python, workshop


@pytest.fixture(scope="module")
def rows() -> np.ndarray[Any, Any]:
    found = np.random.default_rng(0).normal(size=(400, 3))
    found[:, 2] = found[:, 0] - 2.0 * found[:, 1] + found[:, 2] > 0.0
    return found


@pytest.fixture(scope="module")
def ran(rows: np.ndarray[Any, Any]) -> dict[str, Any]:
    """The names of the page, after its blocks were run beside a table in four files."""
    page = (ROOT / "notebooks" / "cluster.md").read_text("utf-8")
    code = [block for block in blocks(page) if block.language == "python"]
    names: dict[str, Any] = {"__name__": "__main__"}
    with workshop() as folder:
        Path(folder, "rows").mkdir()
        for k, part in enumerate(np.split(rows, 4)):
            frame = pd.DataFrame(part, columns=["x1", "x2", "y"])
            frame.to_parquet(Path(folder, "rows", f"{k}.parquet"))
        names["printed"] = "".join(
            [run_python(block.text, names, "cluster.md", block.line) for block in code]
        )
    return names


def test_the_search_is_the_serial_one(ran: dict[str, Any]) -> None:
    here = grid_search(ran["network"], {"alpha": [0.01, 0.1, 1.0]}, ran["X"], ran["y"])
    for name in ("mean_test_score", "std_test_score", "rank_test_score"):
        np.testing.assert_array_equal(ran["search"].cv_results_[name], here.cv_results_[name])
    assert "over 20 seeds" in ran["printed"]


def test_the_fit_is_that_of_one_machine(ran: dict[str, Any], rows: np.ndarray[Any, Any]) -> None:
    near = autograd.compile(ran["loss"], ["x1", "x2", "y"], [ran["a"], ran["b"]])
    found = minimize(lambda w: near.value_and_grad(rows, parameters=w), [0.0, 0.0], jac=True)
    np.testing.assert_allclose(ran["found"].x, found.x, rtol=1e-6)
    second = near.hessian(rows, "sum", parameters=ran["found"].x)
    np.testing.assert_allclose(ran["errors"], np.sqrt(np.diag(np.linalg.inv(second))), rtol=1e-9)
