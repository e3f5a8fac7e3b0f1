"""Data: rows of numbers with their labels, split into parts and brought to one scale."""

from __future__ import annotations

import numbers
import random
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autograd.arguments import several

from .checks import table_of, whole
from .initialization import Seed, generator
from .tables import Row, is_frame, label_of, of_frame, scaled, table


class Data:
    """Rows and labels, with the names of features and classes. Iterating gives (row, label) pairs.

    X: rows of finite numbers, all of one width: lists, tuples, a two-dimensional array, or a data
        frame.
    y: one label for each row: whole numbers (classes from 0), strings (classes, numbered in
        alphabetical order), or other numbers (for a regression); of a data frame also the name of
        a column.
    feature_names: one for each column; if None those of the data frame, or x1, x2, ...
    class_names: what the classes 0, 1, ... are called.

    rows, labels: X as lists of floats, y as numbers.
    train, test: the two parts after `split`, each a Data; `parts` has the numbers of their rows,
        `seed` what they were drawn with.
    mean, deviation: of each feature, in its first unit, that `standardized` has taken out.

    Raises ValueError or TypeError that names the row and the column.

    >>> data = Data([[5.1, 3.5], [7.0, 3.2]], ["setosa", "versicolor"])
    >>> list(data), data.class_names
    ([([5.1, 3.5], 0), ([7.0, 3.2], 1)], ('setosa', 'versicolor'))
    """

    def __init__(
        self,
        X: Any,
        y: Iterable[Any] | str,
        feature_names: Iterable[str] | None = None,
        class_names: Iterable[str] = (),
    ) -> None:
        if feature_names is not None:
            feature_names = several(feature_names, "Data", "names as feature_names")
        if is_frame(X):
            names, rows, y = of_frame(X, y)
            feature_names = feature_names or names
        else:
            rows = table_of(X, "Data")
        if not rows or not rows[0]:
            raise ValueError("Data: expected at least one row of at least one number, got none")
        feature_names = feature_names or [f"x{i}" for i in range(1, len(rows[0]) + 1)]
        self.feature_names: tuple[str, ...] = tuple([str(name) for name in feature_names])
        self.rows = table(rows, self.feature_names)
        labels = list(several(y, "Data", "one label for each row", "Data(X, y)"))
        if len(labels) != len(rows):
            raise ValueError(
                f"Data: expected one label for each of the {len(rows)} rows, got {len(labels)}"
            )
        class_names = several(class_names, "Data", "names as class_names")
        self.class_names: tuple[str, ...] = tuple([str(name) for name in class_names])
        if all([isinstance(label, str) for label in labels]):
            self.class_names = self.class_names or tuple(sorted(set(labels)))
            numbers_of = {name: i for i, name in enumerate(self.class_names)}
            labels = [numbers_of.get(label, label) for label in labels]
        self.labels: list[Any] = [
            label_of(label, i, self.class_names) for i, label in enumerate(labels)
        ]
        self.mean: tuple[float, ...] = (0.0,) * len(self.feature_names)
        self.deviation: tuple[float, ...] = (1.0,) * len(self.feature_names)
        self.parts: tuple[list[int], list[int]] | None = None
        self.seed: int | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Row, Any]]:
        return zip(self.rows, self.labels, strict=True)

    @property
    def train(self) -> Data:
        """The part to train on."""
        return self._part(0)

    @property
    def test(self) -> Data:
        """The part that training never sees."""
        return self._part(1)

    def _part(self, which: int) -> Data:
        if self.parts is None:
            raise AttributeError(
                "this data has no parts: split it first, as in data.split(test=0.2, seed=0)"
            )
        return self._chosen(self.parts[which])

    def _chosen(self, indices: Iterable[int]) -> Data:
        """Some of the rows."""
        chosen = list(indices)
        part = self._like([self.rows[i] for i in chosen])
        part.labels = [self.labels[i] for i in chosen]
        part.parts = None
        return part

    def _like(self, rows: list[Row]) -> Data:
        """The same data with other rows."""
        other = object.__new__(Data)
        vars(other).update(vars(self))
        other.rows = rows
        return other

    def split(self, test: float = 0.2, seed: int = 0) -> Data:
        """The same data with the parts `train` and `test`, shuffled by seed.

        Each class has the same share in both (scikit-learn's train_test_split, stratified), where
        labels are classes of at least two rows each.

        test: how many rows to test on, or which share of all.

        Raises ValueError where there are too few rows, or one of the named classes has only one.
        """
        try:
            from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]  # has no stubs
        except ImportError as error:
            raise ImportError('split needs scikit-learn: pip install "chainrule[iris]"') from error
        (label, fewest) = Counter(self.labels).most_common()[-1]
        if self.class_names and fewest < 2:
            raise ValueError(
                f"split: expected at least two rows of each class, got {fewest} of "
                f"{self.class_names[label]!r}"
            )
        classes = fewest > 1 and all([isinstance(k, numbers.Integral) for k in self.labels])
        train, held_out = train_test_split(
            range(len(self)),
            test_size=test,
            stratify=self.labels if classes else None,
            random_state=seed,
        )
        data = self._like(self.rows)
        data.parts, data.seed = (train, held_out), seed
        return data

    def batches(self, size: int, seed: Seed = None) -> Iterator[Data]:
        """All rows, shuffled, in parts of so many; the last one is smaller where they don't divide.

        seed: a whole number, or a random.Random that goes on shuffling from one call to the next;
            None shuffles by Python's own `random`.

        >>> data = Data([[0.0], [1.0], [2.0]], [0, 1, 0])
        >>> [len(batch) for batch in data.batches(2, seed=0)]
        [2, 1]
        """
        for indices in shuffled(len(self), size, seed):
            yield self._chosen(indices)

    def standardized(self) -> Data:
        """The same data with every feature shifted and scaled to mean 0 and deviation 1.

        Mean and deviation are those of the part `train` (of all rows, where there are no parts), so
        that nothing of the test part leaks into training. A feature that never changes is only
        shifted.
        """
        columns = list(zip(*(self.train.rows if self.parts else self.rows), strict=True))
        means = [statistics.fmean(column) for column in columns]
        deviations = [statistics.pstdev(column) or 1.0 for column in columns]
        data = self._like(scaled(self.rows, means, deviations))
        # In the first unit, so that raw rows can be standardised whatever was done before.
        steps = list(zip(self.mean, self.deviation, means, deviations, strict=True))
        data.mean = tuple([mean + deviation * m for mean, deviation, m, _ in steps])
        data.deviation = tuple([deviation * d for _, deviation, _, d in steps])
        return data

    def standardize(self, rows: Iterable[Sequence[float]]) -> list[Row]:
        """New rows, in the units that the data had at first, as the rows of this data are.

        >>> data = Data([[4.0, 1.0], [6.0, 3.0]], [0, 1]).standardized()
        >>> data.standardize([[5.0, 3.0]])
        [[0.0, 1.0]]
        """
        return scaled(table(rows, self.feature_names), self.mean, self.deviation)

    def __repr__(self) -> str:
        parts = self.parts and f", {len(self.parts[0])} to train and {len(self.parts[1])} to test"
        return f"Data({len(self)} rows of {', '.join(self.feature_names)}{parts or ''}" + (
            f"; classes {', '.join(self.class_names)})" if self.class_names else ")"
        )


def shuffled(count: int, size: int, seed: Seed) -> Iterator[list[int]]:
    """The numbers below count, shuffled, in parts of so many."""
    size, order = whole(size, "batches: size"), list(range(count))
    (generator(seed, "batches") or random).shuffle(order)
    for start in range(0, count, size):
        yield order[start : start + size]
