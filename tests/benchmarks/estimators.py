"""Our estimators beside scikit-learn's networks: python -m tests.benchmarks.estimators [rounds].

Both have their settings of the start: 100 hidden neurons of relu, Adam, at most 200 epochs. First,
on Iris and wine, processor time in milliseconds of the first fit of an architecture in a process,
which compiles it, and the medians of later ones, in turn; the losses are compared before. Then
scores by cross-validation: accuracy, for diabetes R²; the mean over five seeds of five folds, the
same for both, on columns (for diabetes also targets) that are standardized in each fold. Exits
with 1 unless a later fit takes less time than scikit-learn's and every score is as high up to 0.01.
Takes two minutes; needs scikit-learn and llvmlite.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from statistics import fmean, median
from typing import Any

from sklearn import datasets, neural_network
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nn.estimators
from tests.benchmarks.clock import interleaved
from tests.benchmarks.machine import processor, versions

PEERS = {"ours": nn.estimators, "scikit-learn": neural_network}
TIMED = ("iris", "wine")
SCORED = ("iris", "wine", "breast_cancer", "digits", "diabetes")
SEEDS = range(5)
NOISE = 0.01


def table(name: str) -> tuple[Any, Any]:
    """Rows and labels of one of scikit-learn's data sets."""
    rows, labels = getattr(datasets, f"load_{name}")(return_X_y=True)
    return rows, labels


def time_fits(name: str, rounds: int) -> bool:
    """Print the times of the first and of later fits; whether later ones are faster."""
    rows, labels = table(name)
    rows = StandardScaler().fit_transform(rows)

    def fit(peer: str) -> Any:
        return PEERS[peer].MLPClassifier(random_state=0).fit(rows, labels)

    first, losses = {}, []
    for peer in PEERS:
        began = time.process_time()
        found = fit(peer)
        first[peer] = 1e3 * (time.process_time() - began)
        losses.append(found.loss_)
    if abs(losses[0] - losses[1]) > 1e-3:
        raise SystemExit(f"the losses differ, {losses}: nothing was timed")
    later = interleaved(rounds, 1, {peer: lambda peer=peer: fit(peer) for peer in PEERS})
    medians = {peer: median(times) / 1e3 for peer, times in later.items()}
    ratio = medians["ours"] / medians["scikit-learn"]
    print(
        f"{name:14}"
        + "".join([f"{first[peer]:10.0f}{medians[peer]:10.1f}" for peer in PEERS])
        + f"{ratio:8.2f}",
        flush=True,
    )
    return ratio < 1.0


def estimator_of(name: str, peer: str, seed: int) -> Any:
    """The network behind a scaler of the columns, and for numbers in front of one of the target."""
    if name != "diabetes":
        return make_pipeline(StandardScaler(), PEERS[peer].MLPClassifier(random_state=seed))
    made = make_pipeline(StandardScaler(), PEERS[peer].MLPRegressor(random_state=seed))
    return TransformedTargetRegressor(made, transformer=StandardScaler())


def score(name: str) -> bool:
    """Print the scores on a data set; whether ours is as high as the other one."""
    rows, labels = table(name)
    kind = KFold if name == "diabetes" else StratifiedKFold
    means = {
        peer: [
            cross_val_score(
                estimator_of(name, peer, seed),
                rows,
                labels,
                cv=kind(5, shuffle=True, random_state=seed),
            ).mean()
            for seed in SEEDS
        ]
        for peer in PEERS
    }
    ours, theirs = (fmean(means[peer]) for peer in PEERS)
    spread = max(means["scikit-learn"]) - min(means["scikit-learn"])
    print(f"{name:14}{ours:10.4f}{theirs:14.4f}{spread:10.4f}", flush=True)
    return ours > theirs - NOISE


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.estimators")
    parser.add_argument("rounds", nargs="?", type=int, default=11)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore", ConvergenceWarning)
    print(processor(), versions("numpy", "scikit-learn", "llvmlite"), sep="; ")
    print(
        f"\n{'ms of a fit':14}{'ours: 1st':>10}{'later':>10}{'peer: 1st':>10}{'later':>10}   ratio"
    )
    good = [time_fits(name, rounds) for name in TIMED]
    print(f"\n{'score':14}{'ours':>10}{'scikit-learn':>14}{'spread':>10}")
    good += [score(name) for name in SCORED]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
