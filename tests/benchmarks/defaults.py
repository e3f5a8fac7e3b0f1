"""What training reaches with nothing set, beside scikit-learn: python -m tests.benchmarks.defaults.

Standardized data, a hidden layer of 8 neurons, five seeds, the same splits for both: the mean share
of correct test rows, of a regression the mean R², and the seconds of all five trainings.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from statistics import mean
from typing import Any

from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nn import MLP, Data, score, train

SOURCES = {
    "Iris": load_iris,
    "wine": load_wine,
    "breast cancer": load_breast_cancer,
    "digits": load_digits,
    "diabetes": load_diabetes,
}
SEEDS = range(5)


def ours(data: Data, seed: int) -> float:
    """The score of a model on the test rows: the share of correct ones, or R²."""
    outputs = 1 if data.regression else len(data.class_names)
    model = MLP(len(data.feature_names), [8, outputs], seed=seed)
    train(model, data.train, progress=False)
    return score(model, data.test)


def peer(data: Data, seed: int) -> float:
    """The same of scikit-learn's model with its defaults, which doesn't always converge."""
    kind = MLPRegressor if data.regression else MLPClassifier
    model = kind(hidden_layer_sizes=(8,), random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(data.train.rows, data.train.labels)
    found: float = model.score(data.test.rows, data.test.labels)
    return found


def measured(reach: Callable[[Data, int], float], data: list[Data]) -> tuple[float, float]:
    """The mean score over the seeds, and the seconds that it took."""
    began = time.perf_counter()
    found = mean([reach(split, seed) for split, seed in zip(data, SEEDS, strict=True)])
    return found, time.perf_counter() - began


def main() -> None:
    """Print a line for each data set."""
    for name, load in SOURCES.items():
        source: Any = load()
        names = getattr(source, "target_names", ())
        labels = [str(names[k]) for k in source.target] if len(names) else source.target
        whole = Data(source.data, labels)
        splits = [whole.split(test=0.2, seed=seed).standardized() for seed in SEEDS]
        share, seconds = measured(ours, splits)
        other, other_seconds = measured(peer, splits)
        print(
            f"{name:<14} train {share:.3f} in {seconds:5.1f} s   "
            f"scikit-learn {other:.3f} in {other_seconds:5.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
