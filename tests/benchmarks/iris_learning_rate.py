"""Which learning rate and how many epochs the Iris command has by default, and why.

Cross-validation inside the training parts of seeds 0 to 19: the test parts are never looked at.
Prints the mean and the smallest accuracy over all folds for each choice. Takes some 25 minutes.
"""

from __future__ import annotations

import statistics
import sys
from itertools import pairwise

from sklearn.model_selection import StratifiedKFold

from nn import MLP, Adam, Data, accuracy, load_iris, train

SEEDS = range(20)
FOLDS = 4
RATES = (0.01, 0.03, 0.1)
EPOCHS = (50, 100, 150, 200)


def main() -> None:
    found: dict[tuple[float, int], list[float]] = {}
    for seed in SEEDS:
        part = load_iris(seed).train
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
        for inside, outside in folds.split(part.rows, part.labels):
            data = Data(part.rows, part.labels)
            data.parts = inside.tolist(), outside.tolist()
            data = data.standardized()
            for rate in RATES:
                model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=seed)
                optimizer = Adam(model.parameters(), lr=rate)
                for before, after in pairwise((0, *EPOCHS)):
                    train(
                        model,
                        data.train,
                        optimizer=optimizer,
                        epochs=after - before,
                        progress=False,
                    )
                    found.setdefault((rate, after), []).append(accuracy(model, data.test))
        print(f"seed {seed} done", file=sys.stderr, flush=True)
    print("  lr  epochs  mean accuracy  smallest")
    for (rate, epochs), accuracies in sorted(found.items()):
        mean, smallest = statistics.fmean(accuracies), min(accuracies)
        print(f"{rate:4.2f}  {epochs:6}  {mean:13.4f}  {smallest:8.4f}")


if __name__ == "__main__":
    main()
