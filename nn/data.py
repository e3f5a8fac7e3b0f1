"""Data: rows of numbers with labels, split into parts and standardized."""

from __future__ import annotations

import numbers
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from autograd.arguments import normal

from .arguments import whole
from .names import default_names, error_prefix, find_name, join_names, unique_names
from .schema import Schema
from .seeds import Seed, generator
from .tables import (
    Row,
    as_list,
    checked_label,
    finite,
    float_rows,
    is_frame,
    mean_and_deviation,
    minority_index,
    read_table,
    standardized_rows,
    take,
)


class Data:
    """Rows and labels, with the names of features and classes. Iterating gives (row, label) pairs.

    X: rows of finite numbers, all of one width: lists, tuples, a two-dimensional array, or a data
        frame. Its columns have names unless all of these are numbers.
    y: one label for each row: whole numbers (classes from 0), strings (classes, numbered in
        alphabetical order), or other numbers (for a regression); of a data frame also the name of
        a column.
    feature_names: one for each column; if None those of the data frame, or x1, x2, ...
    class_names: the names of the classes 0, 1, ...

    rows, labels: X as lists of floats, y as numbers.
    schema: the names that were given; `matched` reorders the data by a model's schema.
    train, test: the two parts after `split`, each a Data; `parts` has the indices of their rows,
        `seed` that of the split.
    mean, deviation: of each feature, in its original unit, as removed by `standardized`.

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
        target = y if isinstance(y, str) and is_frame(X) else None
        names, rows, labels = read_table(X, "Data", target)
        labels = labels if target else as_list(y, "Data", "one label for each row")
        if not rows or not rows[0]:
            raise ValueError("Data: expected at least one row of at least one number, got none")
        given = (
            None if feature_names is None else unique_names(feature_names, "Data", "feature_names")
        )
        if given and len(given) not in map(
            len, rows
        ):  # else a row is wrong, and `float_rows` raises
            raise ValueError(
                f"Data: expected {len(rows[0])} names as feature_names, one for each number of a "
                f"row, got {len(given)}: {join_names(list(given))}"
            )
        for name, own in zip(given or (), names, strict=False):
            if find_name(name, names) not in (own, None):
                raise ValueError(
                    f"Data: the columns have names, {join_names(list(names))}, and feature_names "
                    f"gives {name!r} to another; choose columns in the frame: "
                    f"frame[{list(given or ())}]"
                )
        self._named = bool(given or names)  # else x1, x2, ... are only defaults
        self.feature_names: tuple[str, ...] = given or names or default_names(len(rows[0]))
        self.rows = float_rows(rows, self.feature_names)
        if len(labels) != len(rows):
            raise ValueError(
                f"Data: expected one label for each of the {len(rows)} rows, got {len(labels)}"
            )
        self.class_names: tuple[str, ...] = unique_names(class_names, "Data", "class_names")
        texts = [isinstance(label, str) for label in labels]
        odd = minority_index(texts)
        if odd is not None:
            accepted = "a finite number" if texts[odd] else "the name of a class"
            raise ValueError(
                f"row {odd}: expected {accepted} as label, as in other rows, "
                f"got {labels[odd]!r:.60}"
            )
        if texts[0]:
            found = sorted(set(map(str, labels)))
            self.class_names = self.class_names or unique_names(found, "Data", "class_names")
            numbers_of = {normal(name): i for i, name in enumerate(self.class_names)}
            labels = [numbers_of.get(normal(label), label) for label in labels]
        self.labels: list[Any] = [
            checked_label(label, i, self.class_names) for i, label in enumerate(labels)
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
        """The part that is held out."""
        return self._part(1)

    @property
    def schema(self) -> Schema:
        """The names that were given to columns and classes."""
        named = self._named or self.feature_names != default_names(len(self.feature_names))
        return Schema(self.feature_names if named else (), self.class_names)

    def matched(self, schema: Schema) -> Data:
        """The same data in a model's form: columns in its order, labels by its class indices.

        Columns and classes are matched by name where both have names; else columns by position,
        labels by index.

        schema: that of the model, `model.schema`.

        Raises ValueError for an unknown class or column.

        >>> data = Data([[1.0, 5.0]], ["c"], ["width", "length"])
        >>> list(data.matched(Schema(("length", "width"), ("a", "b", "c"))))
        [([5.0, 1.0], 2)]
        """
        order = schema.column_order(self.schema.feature_names)
        data = self._with_rows(
            self.rows if order is None else [take(row, order) for row in self.rows]
        )
        if order is not None:
            data.mean = tuple(take(self.mean, order))
            data.deviation = tuple(take(self.deviation, order))
        if len(schema.feature_names) == len(self.feature_names):
            data.feature_names, data._named = schema.feature_names, True
        if schema.class_names and self.class_names != schema.class_names:
            if not self.class_names:
                schema.refuse_numeric_labels()
            names = self.class_names
            data.labels = [
                schema.encode_label(names[label] if names else label, i)
                for i, label in enumerate(self.labels)
            ]
            data.class_names = schema.class_names
        return data

    def _part(self, which: int) -> Data:
        if self.parts is None:
            raise AttributeError(
                "this data has no parts: split it first, as in data.split(test=0.2, seed=0)"
            )
        return self._take(self.parts[which])

    def _take(self, indices: Iterable[int]) -> Data:
        """Some of the rows."""
        indices = list(indices)
        part = self._with_rows(take(self.rows, indices))
        part.labels = take(self.labels, indices)
        part.parts = None
        return part

    def _with_rows(self, rows: list[Row]) -> Data:
        """The same data with other rows."""
        other = object.__new__(Data)
        vars(other).update(vars(self))
        other.rows = rows
        return other

    def split(self, test: float = 0.2, seed: int = 0) -> Data:
        """The same data with the parts `train` and `test`, shuffled by seed.

        Each class has the same share in both (scikit-learn's train_test_split, stratified), where
        labels are classes of at least two rows each.

        test: the number of test rows, or their share of all rows.

        Raises ValueError where there are too few rows, or one of the named classes has only one.
        """
        if isinstance(test, numbers.Integral) and not isinstance(test, bool):
            accepted = test in range(1, len(self))
        else:
            share = finite(test)  # a float, also of one of NumPy's
            test, accepted = share or test, 0.0 < (share or 0.0) < 1.0
        if not accepted:
            raise ValueError(
                "split: expected test as a share between 0 and 1, or a number of rows from 1 to "
                f"{len(self) - 1}, got {test!r:.60}"
            )
        if not isinstance(seed, numbers.Integral) or seed not in range(2**32):
            raise ValueError(
                f"split: expected a whole number from 0 to 4294967295 as seed, got {seed!r:.60}"
            )
        seed = int(seed)
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
        try:
            train, held_out = train_test_split(
                range(len(self)),
                test_size=test,
                stratify=self.labels if classes else None,
                random_state=seed,
            )
        except ValueError as error:
            raise ValueError(f"split: {error}") from error
        data = self._with_rows(self.rows)
        data.parts, data.seed = (train, held_out), seed
        return data

    def batches(self, size: int, seed: Seed = None) -> Iterator[Data]:
        """All rows, shuffled, in parts of `size` rows; the last one has the remainder.

        seed: a whole number, or a random.Random whose state continues from one call to the next;
            None uses Python's own `random`.

        >>> data = Data([[0.0], [1.0], [2.0]], [0, 1, 0])
        >>> [len(batch) for batch in data.batches(2, seed=0)]
        [2, 1]
        """
        for indices in shuffled(len(self), size, seed):
            yield self._take(indices)

    def standardized(self) -> Data:
        """The same data with every feature shifted and scaled to mean 0 and standard deviation 1.

        Mean and deviation are those of the part `train` (of all rows, where there are no parts), so
        that nothing of the test part leaks into training. A constant feature is only shifted.
        """
        columns = zip(*(self.train.rows if self.parts else self.rows), strict=True)
        found = [mean_and_deviation(column) for column in columns]
        means, deviations = [mean for mean, _ in found], [deviation for _, deviation in found]
        data = self._with_rows(standardized_rows(self.rows, means, deviations, self.feature_names))
        # In the original unit, so that raw rows can be standardised whatever was done before.
        steps = list(zip(self.mean, self.deviation, means, deviations, strict=True))
        data.mean = tuple([mean + deviation * m for mean, deviation, m, _ in steps])
        data.deviation = tuple([deviation * d for _, deviation, _, d in steps])
        return data

    def standardize(self, rows: Any) -> list[Row]:
        """New rows in the original units, standardized as the rows of this data are.

        rows: rows of numbers, an array, a data frame, or a Data; named columns are put in the
            order of this data's.

        Raises ValueError or TypeError that names the row and the column.

        >>> data = Data([[4.0, 1.0], [6.0, 3.0]], [0, 1]).standardized()
        >>> data.standardize([[5.0, 3.0]])
        [[0.0, 1.0]]
        """
        found = ordered_rows(rows, Schema(self.schema.feature_names), "standardize")
        with error_prefix("standardize"):
            found = float_rows(found, self.feature_names)
            return standardized_rows(found, self.mean, self.deviation, self.feature_names)

    def __repr__(self) -> str:
        parts = self.parts and f", {len(self.parts[0])} to train and {len(self.parts[1])} to test"
        return f"Data({len(self)} rows of {', '.join(self.feature_names)}{parts or ''}" + (
            f"; classes {', '.join(self.class_names)})" if self.class_names else ")"
        )


def ordered_rows(rows: Any, schema: Schema, name: str) -> list[list[Any]]:
    """Rows, those of a Data or a data frame with the columns in a model's order.

    name: the public function, for errors.
    """
    if isinstance(rows, Data):
        with error_prefix(name):
            return rows.matched(schema).rows
    names, found, _ = read_table(rows, name)
    with error_prefix(name):
        order = schema.column_order(names)
    return found if order is None else [take(row, order) for row in found]


def shuffled(count: int, size: int, seed: Seed) -> Iterator[list[int]]:
    """The indices below count, shuffled, in parts of `size`."""
    size, order = whole(size, "batches: size"), list(range(count))
    (generator(seed, "batches") or random).shuffle(order)
    for start in range(0, count, size):
        yield order[start : start + size]
