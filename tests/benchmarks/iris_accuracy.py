"""Test accuracy on Iris for seeds 0 to 19, beside scikit-learn's network of the same shape.

Both train on the same 120 standardized flowers and are asked for the same 30. Ours is what the
command `chainrule iris` trains; scikit-learn's has its own defaults and runs until it stops by
itself. Exits with 1 unless our mean is at least 0.95 and within 0.015 of scikit-learn's. Takes two
minutes.
"""

from __future__ import annotations

import statistics
import sys

from sklearn.neural_network import MLPClassifier

from nn import MLP, Adam, accuracy, load_iris, train
from nn.commands.iris import EPOCHS, LEARNING_RATE


def main() -> int:
    ours, theirs = [], []
    print("seed    ours  scikit-learn")
    for seed in range(20):
        iris = load_iris(seed)
        model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=seed)
        optimizer = Adam(model.parameters(), lr=LEARNING_RATE)
        train(model, iris.train, optimizer=optimizer, epochs=EPOCHS, progress=False)
        ours.append(accuracy(model, iris.test))
        other = MLPClassifier((4, 4), activation="tanh", max_iter=10_000, random_state=seed)
        other.fit(iris.train.rows, iris.train.labels)
        theirs.append(other.score(iris.test.rows, iris.test.labels))
        print(f"{seed:4}  {ours[-1]:.4f}  {theirs[-1]:12.4f}", flush=True)
    for name, of in (("mean", statistics.fmean), ("least", min)):
        print(f"{name:>5} {of(ours):.4f}  {of(theirs):12.4f}")
    mean = statistics.fmean(ours)
    return 0 if mean >= 0.95 and mean >= statistics.fmean(theirs) - 0.015 else 1


if __name__ == "__main__":
    sys.exit(main())
