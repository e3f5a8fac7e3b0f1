"""Data: rows of numbers with their labels, split into parts and brought to one scale."""

from __future__ import annotations

import math
import numbers
import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

Row: TypeAlias = list[float]


class Data:
    """Rows and labels, with the names of features and classes. Iterating gives (row, label) pairs.

    X: rows of finite numbers, all of one width: lists, tuples, or a two-dimensional array.
    y: one label for each row: whole numbers from 0 (classes), strings (classes, numbered in
        alphabetical order), or other numbers (for a regression).
    feature_names: one for each column; x1, x2, ... if None.
    class_names: what the classes 0, 1, ... are called.

    rows, labels: X as lists of floats, y as numbers.
    train, test: the two parts after `split`, each a Data; `parts` has the numbers of their rows.
    mean, deviation: of each feature, in its first unit, that `standardized` has taken out.

    Raises ValueError or TypeError that names the row and the column.

    >>> data = Data([[5.1, 3.5], [7.0, 3.2]], ["setosa", "versicolor"])
    >>> list(data), data.class_names
    ([([5.1, 3.5], 0), ([7.0, 3.2], 1)], ('setosa', 'versicolor'))
    """

    def __init__(
        self,
        X: Iterable[Sequence[float]],
        y: Iterable[Any],
        feature_names: Iterable[str] | None = None,
        class_names: Iterable[str] = (),
    ) -> None:
        rows = [list(row) for row in X]
        if not rows or not rows[0]:
            raise ValueError("Data: expected at least one row of at least one number, got none")
        names = feature_names or [f"x{i}" for i in range(1, len(rows[0]) + 1)]
        self.feature_names: tuple[str, ...] = tuple([str(name) for name in names])
        self.rows = table(rows, self.feature_names)
        labels = list(y)
        if len(labels) != len(rows):
            raise ValueError(
                f"Data: expected one label for each of the {len(rows)} rows, got {len(labels)}"
            )
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
        part = self._like(self.rows)
        part.rows = [self.rows[i] for i in self.parts[which]]
        part.labels = [self.labels[i] for i in self.parts[which]]
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

        Each class has the same share in both (scikit-learn's train_test_split, stratified).

        test: how many rows to test on, or which share of all.
        """
        try:
            from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]  # has no stubs
        except ImportError as error:
            raise ImportError('split needs scikit-learn: pip install "chainrule[iris]"') from error
        train, held_out = train_test_split(
            range(len(self)), test_size=test, stratify=self.labels, random_state=seed
        )
        data = self._like(self.rows)
        data.parts = train, held_out
        return data

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


def load_iris(seed: int = 0) -> Data:
    """Fisher's Iris flowers, as scikit-learn has them: 150 rows of four lengths in cm, 3 species.

    Split by seed into 120 to train and 30 to test, 40 and 10 of each species, and standardised by
    the training part.

    Raises ImportError where scikit-learn is not installed.

    >>> iris = load_iris(seed=0)
    >>> iris.class_names, len(iris.train), len(iris.test)
    (('setosa', 'versicolor', 'virginica'), 120, 30)
    """
    try:
        from sklearn import datasets  # type: ignore[import-untyped]  # has no stubs
    except ImportError as error:
        raise ImportError('load_iris needs scikit-learn: pip install "chainrule[iris]"') from error
    found = datasets.load_iris()
    data = Data(found.data, found.target, found.feature_names, found.target_names)
    return data.split(test=30, seed=seed).standardized()


def table(rows: Iterable[Sequence[float]], names: Sequence[str]) -> list[Row]:
    """The rows as lists of floats, each checked to be finite; `names` are those of the columns."""
    found: list[Row] = []
    for i, row in enumerate(rows):
        if isinstance(row, str) or not hasattr(row, "__len__"):
            raise TypeError(f"row {i}: expected a row of {len(names)} numbers, got {row!r:.60}")
        if len(row) != len(names):
            raise ValueError(
                f"row {i}: expected {len(names)} numbers ({', '.join(names)}), got {len(row)}"
            )
        for x, name in zip(row, names, strict=True):
            if not isinstance(x, numbers.Real) or not math.isfinite(x):
                raise ValueError(f"row {i}, {name}: expected a finite number, got {x!r:.60}")
        found.append([float(x) for x in row])
    return found


def label_of(label: Any, i: int, class_names: Sequence[str]) -> int | float:
    """A label as a class index or a number."""
    if isinstance(label, numbers.Integral):
        k = int(label)
        if k < 0 or (class_names and k >= len(class_names)):
            classes = f"from 0 to {len(class_names) - 1}" if class_names else "of at least 0"
            raise ValueError(f"row {i}: expected a class {classes} as label, got {label}")
        return k
    if class_names or not isinstance(label, numbers.Real) or not math.isfinite(label):
        accepted = (
            f"one of the classes {', '.join(class_names)}" if class_names else "a finite number"
        )
        raise ValueError(f"row {i}: expected {accepted} as label, got {label!r:.60}")
    return float(label)


def scaled(rows: list[Row], means: Sequence[float], deviations: Sequence[float]) -> list[Row]:
    return [
        [(x - mean) / deviation for x, mean, deviation in zip(row, means, deviations, strict=True)]
        for row in rows
    ]
