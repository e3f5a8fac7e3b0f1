"""Data: rows of numbers with their labels, split into parts and brought to one scale."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from autograd.arguments import wrong

from .arguments import one_of, whole
from .columns import as_read, encoded, with_words
from .holes import HOW, filled_by_means
from .labels import is_several, labels_in, read_labels
from .names import check_feature_names, listed, names_of, said_by, unnamed
from .scales import brought, composed, label_in_unit, labels_brought, ranges_of, scales_of
from .schema import Scale, Schema
from .seeds import Seed, generator
from .splitting import parts_of
from .tables import Row, chosen, is_frame, read


class Data:
    """Rows and labels, with what they are. Iterating gives (row, label) pairs.

    X: rows of finite numbers, all of one width: lists, tuples, a two-dimensional array, or a data
        frame. Its columns have names unless all of these are numbers. A column of words becomes
        one of 0.0 and 1.0 for each word, `colour=red`.
    y: one label for each row: whole numbers (classes from 0), strings (classes, numbered in
        alphabetical order), other numbers or rows of them (for a regression of one target or of
        several); of a data frame also the name of a column.
    feature_names: one for each column; if None those of the data frame, or x1, x2, ...
    class_names: what the classes 0, 1, ... are called.
    regression: whether labels are numbers to predict, or classes. None decides: classes are words,
        and whole numbers of at most 20 different values, or of as many as a tenth of the rows.
    target_names: what the numbers of a label are called; if none, as the columns of y.
    missing: what is done with holes, which are None and NaN: "drop" leaves their rows out, "mean"
        fills them with the mean of the column, which `split` takes of the rows to train on (of
        words, their shares); None refuses them. A row without a label is left out by both.

    rows, labels: X as lists of floats, y as numbers, of several targets lists of them.
    schema: what is known of both, one `Schema` that a model takes over when it is trained;
        `matched` brings the data to that of a model.
    holes: what was done with holes, counted; None where they are refused.
    train, test: the two parts after `split`, each a Data; `parts` has the numbers of their rows,
        `seed` what they were drawn with.

    Raises ValueError or TypeError that names the row and the column.

    >>> data = Data([[5.1, 3.5], [7.0, 3.2]], ["setosa", "versicolor"])
    >>> list(data), data.class_names
    ([([5.1, 3.5], 0), ([7.0, 3.2], 1)], ('setosa', 'versicolor'))
    >>> Data([[0.0], [1.0]], [2.5, 7.25])
    Data(2 rows of x1; regression of y)
    """

    def __init__(
        self,
        X: Any,
        y: Any,
        feature_names: Iterable[str] | None = None,
        class_names: Iterable[str] = (),
        regression: bool | None = None,
        target_names: Iterable[str] = (),
        *,
        missing: str | None = None,
    ) -> None:
        target = y if isinstance(y, str) and is_frame(X) else None
        names, rows, labels = read(X, "Data", target)
        own_names, labels = ((target,), labels) if target else labels_in(y)
        if not rows or not rows[0]:
            raise ValueError("Data: expected at least one row of at least one number, got none")
        if not (regression is None or isinstance(regression, bool)):
            what = "True for numbers, False for classes, or None as regression"
            raise wrong("Data", what, regression)
        given = None if feature_names is None else names_of(feature_names, "Data", "feature_names")
        check_feature_names(given, names, rows)
        if len(labels) != len(rows):
            raise ValueError(
                f"Data: expected one label for each of the {len(rows)} rows, got {len(labels)}"
            )
        targets = names_of(target_names, "Data", "target_names") or own_names
        found = encoded(
            rows,
            labels,
            given or names or unnamed(len(rows[0])),
            ", ".join(targets) or "label",
            one_of(missing, HOW, "Data", "missing"),
        )
        self.rows, self.holes, self.blanks = found.rows, found.holes, found.blanks
        self.labels: list[Any]
        self.labels, classes, regression = read_labels(found.labels, class_names, regression)
        count = len(self.labels[0]) if is_several(self.labels[0]) else 1
        if regression and targets and len(targets) != count:
            raise ValueError(
                f"Data: expected {count} names as target_names, one for each number of a label, "
                f"got {len(targets)}: {listed(list(targets))}"
            )
        self.schema = Schema(
            tuple([name for column in found.columns for name in column.feature_names])
            or given
            or names,
            classes,
            regression,
            feature_scales=(Scale(),) * len(self.rows[0]),
            target_names=targets if len(targets) == count else (),
            target_scales=(Scale(),) * count if regression else (),
            columns=found.columns,
        )
        self.parts: tuple[list[int], list[int]] | None = None
        self.seed: int | None = None
        if self.blanks:
            self._fill()

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
        """The part that training does not use."""
        return self._part(1)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """What the columns are called; x1, x2, ... where nobody gave names."""
        return self.schema.feature_names or unnamed(len(self.rows[0]))

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes 0, 1, ... are called."""
        return self.schema.class_names

    @property
    def regression(self) -> bool:
        """Whether labels are numbers to predict and not classes."""
        return self.schema.regression

    @property
    def mean(self) -> tuple[float, ...]:
        """Of each feature, in its first unit, what `standardized` has taken out."""
        return tuple([scale.mean for scale in self.schema.feature_scales])

    @property
    def deviation(self) -> tuple[float, ...]:
        """Of each feature, in its first unit, what `standardized` has divided by."""
        return tuple([scale.deviation for scale in self.schema.feature_scales])

    @property
    def targets(self) -> list[Any]:
        """The labels as `predict` answers: names of classes, or numbers in their first unit.

        >>> Data([[1.0], [2.0]], [0.5, 2.5]).standardized().targets
        [0.5, 2.5]
        """
        if not self.regression:
            names = self.class_names
            return [names[label] for label in self.labels] if names else list(self.labels)
        return [label_in_unit(label, self.schema.target_scales) for label in self.labels]

    def matched(self, schema: Schema) -> Data:
        """The same data as a model has it: its columns, scales and numbers of classes.

        Columns and classes are matched by name where both have names; else columns go by position,
        labels by number. Rows, and the labels of a regression, are brought to the model's scale.

        schema: that of the model, `model.schema`.

        Raises ValueError for an unknown class or column.

        >>> data = Data([[1.0, 5.0]], ["c"], ["width", "length"])
        >>> list(data.matched(Schema(("length", "width"), ("a", "b", "c"))))
        [([5.0, 1.0], 2)]
        """
        if schema.columns and self.schema.columns:
            rows, blanks, own = with_words(self.rows, self.blanks, self.schema, schema)
            data = self._like(rows)
            data.schema, data.blanks = own, blanks
            return data._matched(schema)
        return self._matched(schema)

    def _matched(self, schema: Schema) -> Data:
        """The same data by the names, the scale and the classes of a model."""
        own, names = self.schema, self.schema.feature_names
        rows, described = self.rows, [own.feature_scales, own.lowest, own.highest]
        order = schema.order(names)
        if order is not None:
            rows = [chosen(row, order) for row in rows]
            described = [tuple(chosen(part, order)) if part else () for part in described]
        if order is not None or len(schema.feature_names) == len(own.feature_scales):
            names = schema.feature_names
        if len(schema.feature_scales) == len(own.feature_scales):
            columns = names or unnamed(len(schema.feature_scales))
            rows = brought(rows, described[0], schema.feature_scales, columns)
            described = [schema.feature_scales, schema.lowest, schema.highest]
        scales, lowest, highest = described
        data = self._like(
            rows, feature_names=names, feature_scales=scales, lowest=lowest, highest=highest
        )
        return data._with_labels(schema)

    def _with_labels(self, schema: Schema) -> Data:
        """The same data with its labels as a model has them."""
        own = self.schema
        if schema.class_names and own.class_names != schema.class_names:
            if not own.class_names:
                schema.refuse_numbers()
            names = own.class_names
            labels = [
                schema.number_of(names[label] if names else label, i)
                for i, label in enumerate(self.labels)
            ]
            return self._like(self.rows, labels, class_names=schema.class_names)
        if schema.target_scales and not own.class_names:  # what looks like classes are numbers too
            given = own.target_scales or (Scale(),) * len(schema.target_scales)
            names = schema.target_names or own.target_names
            data = self._like(
                self.rows, regression=True, target_names=names, target_scales=schema.target_scales
            )
            data.labels = labels_brought(
                self.labels, given, schema.target_scales, data.schema.targets
            )
            return data
        return self

    def _part(self, which: int) -> Data:
        if self.parts is None:
            raise AttributeError(
                "this data has no parts: split it first, as in data.split(test=0.2, seed=0)"
            )
        return self._chosen(self.parts[which])

    def _chosen(self, indices: Iterable[int]) -> Data:
        """Some of the rows."""
        indices = list(indices)
        part = self._like(chosen(self.rows, indices), chosen(self.labels, indices))
        part.parts = None
        if self.blanks:
            part.blanks = chosen(self.blanks, indices)
        return part

    def _fill(self) -> None:
        """Fill holes with the means of the rows to train on, of all where there are no parts."""
        part = self.parts[0] if self.parts else range(len(self))
        self.rows, self.schema = filled_by_means(self.rows, self.blanks, part, self.schema)

    def _like(self, rows: list[Row], labels: list[Any] | None = None, **described: Any) -> Data:
        """The same data with other rows, and what else is other, also in its schema."""
        data = object.__new__(Data)
        vars(data).update(vars(self))
        data.rows = rows
        data.labels = self.labels if labels is None else labels
        data.schema = replace(self.schema, **described)
        return data

    def split(self, test: float = 0.2, seed: int = 0) -> Data:
        """The same data with the parts `train` and `test`, shuffled by seed.

        Each class has the same share in both (scikit-learn's train_test_split, stratified), where
        labels are classes of at least two rows each.

        test: how many rows to test on, or which share of all.

        Raises ValueError where there are too few rows, or one of the named classes has only one.
        """
        data = self._like(self.rows)
        classes = None if self.regression else self.labels
        data.parts, data.seed = (
            parts_of(len(self), classes, self.class_names, test, seed),
            int(seed),
        )
        if self.blanks:
            data._fill()
        return data

    def batches(self, size: int, seed: Seed = None) -> Iterator[Data]:
        """All rows, shuffled, in parts of `size` rows; the last one has the remainder.

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

        So are the labels of a regression; `targets` has them in their unit. Mean and deviation are
        those of the part `train` (of all rows, where there are no parts), so that nothing of the
        test part leaks into training. A feature that never changes is only shifted.
        """
        part = self.train if self.parts else self
        found = scales_of(part.rows)
        rows = brought(self.rows, (Scale(),) * len(found), found, self.feature_names)
        own = self.schema
        data = self._like(rows, feature_scales=composed(own.feature_scales, found))
        trained = chosen(rows, self.parts[0]) if self.parts else rows
        data.schema = replace(data.schema, **ranges_of(trained))
        if not self.regression:
            return data
        found = scales_of([x if is_several(x) else [x] for x in part.labels])
        labels = labels_brought(self.labels, (Scale(),) * len(found), found, own.targets)
        return data._like(rows, labels, target_scales=composed(own.target_scales, found))

    def standardize(self, rows: Any) -> list[Row]:
        """New rows, in the units that the data had at first, as the rows of this data are.

        rows: rows of numbers, an array, a data frame, or a Data; columns that have names are put in
            the order of this data's.

        Raises ValueError or TypeError that names the row and the column.

        >>> data = Data([[4.0, 1.0], [6.0, 3.0]], [0, 1]).standardized()
        >>> data.standardize([[5.0, 3.0]])
        [[0.0, 1.0]]
        """
        scales = self.schema.feature_scales
        own = replace(self.schema, class_names=(), regression=False, target_scales=())
        if isinstance(rows, Data):
            return ordered(rows, own, "standardize")
        names, cells, _ = read(rows, "standardize")
        with said_by("standardize"):
            found = as_read(cells, names, replace(own, feature_names=self.feature_names))
            return brought(found, (Scale(),) * len(scales), scales, self.feature_names)

    def __repr__(self) -> str:
        parts = self.parts and f", {len(self.parts[0])} to train and {len(self.parts[1])} to test"
        names = ", ".join(self.feature_names)
        return f"Data({len(self)} rows of {names}{parts or ''}; {self._described()})"

    def _described(self) -> str:
        """What the labels are."""
        if not self.regression:
            classes = self.class_names or [str(k) for k in sorted(set(self.labels))]
            return f"classes {', '.join(classes)}"
        return f"regression of {', '.join(self.schema.targets)}"


def ordered(rows: Any, schema: Schema, name: str) -> list[list[Any]]:
    """Rows, those of a Data or a data frame with its columns as a model has them.

    name: what was called.
    """
    if isinstance(rows, Data):
        with said_by(name):
            return rows.matched(schema).rows
    names, found, _ = read(rows, name)
    with said_by(name):
        order = schema.order(names)
    return found if order is None else [chosen(row, order) for row in found]


def shuffled(count: int, size: int, seed: Seed) -> Iterator[list[int]]:
    """The indices below count, shuffled, in parts of `size`."""
    size, order = whole(size, "batches: size"), list(range(count))
    (generator(seed, "batches") or random).shuffle(order)
    for start in range(0, count, size):
        yield order[start : start + size]
