"""What training reaches with nothing set, beside scikit-learn: python -m tests.benchmarks.defaults.

Standardized data, a hidden layer of 8 neurons, five seeds, the same splits for all: the mean share
of correct test rows, of a regression the mean R², and the seconds of all five trainings; of
`train`, of the command `chainrule train`, and of scikit-learn.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
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
from nn.__main__ import main as command

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


def by_command(data: Data, seed: int) -> float:
    """The score of `chainrule train` on a file of the same rows, which it splits the same way."""
    schema, out = data.schema, io.StringIO()
    scales = [(scale.mean, scale.deviation) for scale in schema.feature_scales]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        with path.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow([*data.feature_names, "target"])
            for row, label in zip(data.rows, data.targets, strict=True):
                units = [
                    mean + deviation * x for x, (mean, deviation) in zip(row, scales, strict=True)
                ]
                table.writerow([*units, label])
        words = ["train", str(path), "--target", "target", "--seed", str(seed), "--json"]
        with contextlib.redirect_stdout(out):
            command(words)
    results = json.loads(out.getvalue())
    found: float = results["r2" if data.regression else "accuracy"]["test"]
    return found


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
        reached = {"train": ours, "chainrule train": by_command, "scikit-learn": peer}
        found = {what: measured(reach, splits) for what, reach in reached.items()}
        texts = [f"{what} {x:.3f} in {seconds:4.1f} s" for what, (x, seconds) in found.items()]
        print(f"{name:<14} {'   '.join(texts)}", flush=True)


if __name__ == "__main__":
    main()
