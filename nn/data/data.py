"""Data: rows of numbers with labels, split into parts and standardized."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograd.arguments import wrong

from ..arguments import one_of
from ..names import (
    check_feature_names,
    default_names,
    error_prefix,
    join_names,
    unique_names,
)
from ..rows.columns import encode_raw_rows, encode_table
from ..rows.labels import is_several, labels_in, read_labels
from ..rows.mappings import as_frame
from ..rows.missing import HOW, fill_with_means
from ..rows.scales import composed, converted, converted_labels, label_in_unit, ranges_of, scales_of
from ..rows.tables import Row, read_table, take, target_columns
from ..schema import Scale, Schema
from ..seeds import Seed
from .encodings import match_encoding, with_columns
from .splitting import parts_of, shuffled


class Data:
    """Rows and labels, with their names and scales; iterating yields (row, label) pairs.

    Args:
        X: rows of finite numbers, all of one length: lists, tuples, an array of shape (rows,
            features), a data frame, or mappings by name. A column of strings is one-hot encoded,
            with features such as `color=red`; one of Booleans, or of the words true and false, is a
            column of 1.0 and 0.0.
        y: one label for each row: integers (classes from 0; others, such as 1 to 6, are the names
            of classes), strings (classes, in alphabetical order), Booleans (the classes False and
            True), other numbers or rows of them (for a regression of one target or of several); for
            a data frame also the name of a column, or a list of the names of several.
        feature_names: one for each column; if None those of the data frame, or x1, x2, ...
        class_names: the names of the classes 0, 1, ...
        regression: whether labels are numbers to predict, or classes. With None, labels are classes
            if they are strings, or integers of at most 20 different values or at most a tenth of
            the number of rows.
        target_names: the names of the targets; if empty those of the columns of y.
        missing: what to do with missing values, None and NaN: "drop" removes their rows, "mean"
            replaces them by the mean of the column over the training rows of `split` (in a column
            of strings, by the shares of the words); with None they are errors. Rows without a label
            are removed in both cases.

    Attributes:
        rows: X as lists of floats.
        labels: y as numbers; with several targets as lists of numbers.
        schema: the names and scales of both, which `train` copies to the model; `matched` converts
            the data to the schema of a model.
        missing: the number of missing values and their treatment; None if they are errors.
        train: the training part after `split`, a Data.
        test: the test part after `split`, a Data.
        parts: the indices of the rows of both parts.
        seed: the seed of the split.

    Raises:
        ValueError or TypeError: if a value is invalid, with its row and column.

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
        X = as_frame(X, "Data")
        target = target_columns(X, y)
        names, rows, labels = read_table(X, "Data", target)
        own_names, labels = (target, labels) if target else labels_in(y)
        if len(target) > 1 and regression is None:
            regression = True
        if not rows or not rows[0]:
            raise ValueError("Data: expected at least one row of at least one number, got none")
        if not (regression is None or isinstance(regression, bool)):
            what = "True for numbers, False for classes, or None as regression"
            raise wrong("Data", what, regression)
        given = None
        if feature_names is not None:
            given = unique_names(feature_names, "Data", "feature_names")
        check_feature_names(given, names, rows)
        if len(labels) != len(rows):
            raise ValueError(
                f"Data: expected one label for each of the {len(rows)} rows, got {len(labels)}"
            )
        targets = unique_names(target_names, "Data", "target_names") or own_names
        found = encode_table(
            rows,
            labels,
            given or names or default_names(len(rows[0])),
            ", ".join(targets) or "label",
            one_of(missing, HOW, "Data", "missing"),
        )
        self.rows, self.missing, self.imputed = found.rows, found.missing, found.imputed
        self.labels: list[Any]
        read = read_labels(found.labels, class_names, regression)
        self.labels, classes, regression, self._class_numbers = read
        count = count_targets(self.labels, targets if regression else ())
        features = tuple([name for column in found.columns for name in column.feature_names])
        self.schema = Schema(
            features or given or names,
            classes,
            regression,
            feature_scales=(Scale(),) * len(self.rows[0]),
            target_names=targets if len(targets) == count else (),
            target_scales=(Scale(),) * count if regression else (),
            columns=found.columns,
        )
        self.parts: tuple[list[int], list[int]] | None = None
        self.seed: int | None = None
        if self.imputed:
            self._impute()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Row, Any]]:
        return zip(self.rows, self.labels, strict=True)

    @property
    def train(self) -> Data:
        """The training part."""
        return self._part(0)

    @property
    def test(self) -> Data:
        """The test part."""
        return self._part(1)

    @property
    def _width(self) -> int:
        return len(self.rows[0]) if self.rows else len(self.schema.feature_scales)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the columns; x1, x2, ... where they have none."""
        return self.schema.feature_names or default_names(self._width)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes, in the order of their indices."""
        return self.schema.class_names

    @property
    def regression(self) -> bool:
        """Whether labels are numbers to predict and not classes."""
        return self.schema.regression

    @property
    def mean(self) -> tuple[float, ...]:
        """The mean of each feature, in its original unit, as removed by `standardized`."""
        scales = self.schema.feature_scales
        return tuple([scale.mean for scale in scales]) or (0.0,) * self._width

    @property
    def deviation(self) -> tuple[float, ...]:
        """The standard deviation of each feature, in its original unit, likewise."""
        scales = self.schema.feature_scales
        return tuple([scale.deviation for scale in scales]) or (1.0,) * self._width

    @property
    def targets(self) -> list[Any]:
        """The labels in the form of predictions: names of classes, or numbers in their unit.

        >>> Data([[1.0], [2.0]], [0.5, 2.5]).standardized().targets
        [0.5, 2.5]
        """
        if not self.regression:
            names = self.class_names
            return [names[label] for label in self.labels] if names else list(self.labels)
        return [label_in_unit(label, self.schema.target_scales) for label in self.labels]

    def matched(self, schema: Schema) -> Data:
        """The same data in a model's form: its columns, scales and class indices.

        Columns and classes are matched by name if both have names; else columns by position, labels
        by index. Targets are matched in the same way. Rows, and the labels of a regression, are
        converted to the model's scale.

        Args:
            schema: that of the model, `model.schema`.

        Raises:
            ValueError: for an unknown class, column or target.

        >>> data = Data([[1.0, 5.0]], ["c"], ["width", "length"])
        >>> list(data.matched(Schema(("length", "width"), ("a", "b", "c"))))
        [([5.0, 1.0], 2)]
        """
        own, encoded = with_columns(self.schema, schema)
        if own.columns and encoded.columns:
            rows, imputed, own = match_encoding(self.rows, self.imputed, own, encoded)
            data = self._with_rows(rows)
            data.schema, data.imputed = replace(own, columns=schema.columns), imputed
        else:
            data = self
        order = schema.column_order(data.schema.feature_names)
        if order is not None:
            data = data._reordered(order)
        if len(schema.feature_names) == data._width:
            data = data._with_rows(data.rows, feature_names=schema.feature_names)
        given, wanted = data.schema.feature_scales, schema.feature_scales
        if given and len(wanted) == len(given):
            data = data._with_rows(
                converted(data.rows, given, wanted, data.feature_names),
                feature_scales=wanted,
                lowest=schema.lowest,
                highest=schema.highest,
            )
        return data._with_labels(schema)

    def by_number(self) -> Data:
        """The same data, with integer class names as labels and no names.

        >>> data = Data([[1.0], [2.0]], [3, 6])
        >>> data.labels, data.class_names, data.by_number().labels
        ([0, 1], ('3', '6'), [3, 6])
        """
        if not self._class_numbers:
            return self
        labels = take(self._class_numbers, self.labels)
        data = self._with_rows(self.rows, labels, class_names=())
        data._class_numbers = ()
        return data

    def _reordered(self, order: Sequence[int]) -> Data:
        """The same data with its columns in another order."""
        own = self.schema
        scales, lowest, highest = own.feature_scales, own.lowest, own.highest
        data = self._with_rows(
            [take(row, order) for row in self.rows],
            columns=(),
            feature_scales=tuple(take(scales, order if scales else ())),
            lowest=tuple(take(lowest, order if lowest else ())),
            highest=tuple(take(highest, order if highest else ())),
        )
        data.imputed = ()
        return data

    def _with_labels(self, schema: Schema) -> Data:
        """The same data with a model's class indices, or targets in its scale."""
        own = self.schema
        if self._class_numbers and schema.numbers_classes:
            return self.by_number()._with_labels(schema)
        if schema.class_names and own.class_names != schema.class_names:
            names = own.class_names
            named = [names[label] for label in self.labels] if names else None
            named = schema.labels_by_name(self.labels) if named is None else named
            labels = schema.encode_labels(named)
            return self._with_rows(self.rows, labels, class_names=schema.class_names)
        if schema.target_scales and not own.class_names:  # also labels like classes
            given = own.target_scales or (Scale(),) * len(schema.target_scales)
            names = schema.target_names or own.target_names
            labels, order = self.labels, schema.target_order(own.target_names)
            if order is not None:
                labels, given = [take(x, order) for x in labels], tuple(take(given, order))
            data = self._with_rows(
                self.rows, regression=True, target_names=names, target_scales=schema.target_scales
            )
            data.labels = converted_labels(labels, given, schema.target_scales, data.schema.targets)
            return data
        return self

    def _part(self, which: int) -> Data:
        if self.parts is None:
            raise AttributeError(
                "this data has no parts: split it first, as in data.split(test=0.2, seed=0)"
            )
        return self._take(self.parts[which])

    def _take(self, indices: Iterable[int]) -> Data:
        """Some of the rows."""
        indices = list(indices)
        part = self._with_rows(take(self.rows, indices), take(self.labels, indices))
        part.parts = None
        if self.imputed:
            part.imputed = take(self.imputed, indices)
        return part

    def _impute(self) -> None:
        """Impute missing values with the means of the training part, or of all rows."""
        part = self.parts[0] if self.parts else range(len(self))
        self.rows, self.schema = fill_with_means(self.rows, self.imputed, part, self.schema)

    def _with_rows(
        self, rows: list[Row], labels: list[Any] | None = None, **described: Any
    ) -> Data:
        """The same data with other rows, other labels if given, and changes of its schema."""
        data = object.__new__(Data)
        vars(data).update(vars(self))
        data.rows = rows
        data.labels = self.labels if labels is None else labels
        data.schema = replace(self.schema, **described)
        return data

    def split(self, test: float = 0.2, seed: int = 0) -> Data:
        """The same data with the parts `train` and `test`, shuffled by seed.

        If labels are classes of at least two rows each, each class has the same share in both
        parts, as in scikit-learn's train_test_split with `stratify`.

        Args:
            test: the number of test rows, or their fraction of all rows.
            seed: the seed of the shuffling.

        Raises:
            ValueError: if there are too few rows, or a named class has only one.

        >>> data = Data([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]).split(test=0.5, seed=0)
        >>> len(data.train), len(data.test)
        (2, 2)
        """
        data = self._with_rows(self.rows)
        classes = None if self.regression else self.labels
        data.parts = parts_of(len(self), classes, self.class_names, test, seed)
        data.seed = int(seed)
        if self.imputed:
            data._impute()
        return data

    def batches(self, size: int, seed: Seed = None) -> Iterator[Data]:
        """All rows, shuffled, in batches; the last one has the remainder.

        Args:
            size: the number of rows of a batch.
            seed: an integer, or a random.Random whose state continues from one call to the next;
                None uses Python's module `random`.

        >>> data = Data([[0.0], [1.0], [2.0]], [0, 1, 0])
        >>> [len(batch) for batch in data.batches(2, seed=0)]
        [2, 1]
        """
        for indices in shuffled(len(self), size, seed):
            yield self._take(indices)

    def standardized(self) -> Data:
        """The same data with every feature shifted and scaled to mean 0 and standard deviation 1.

        The labels of a regression are standardized too; `targets` has them in their unit. Mean and
        deviation are those of the part `train` (of all rows without parts), so that training does
        not use the test part. A constant feature is only shifted.

        >>> Data([[1.0], [3.0]], [0, 1]).standardized().rows
        [[-1.0], [1.0]]
        """
        part = self.train if self.parts else self
        found = scales_of(part.rows)
        rows = converted(self.rows, (Scale(),) * len(found), found, self.feature_names)
        own = self.schema
        data = self._with_rows(rows, feature_scales=composed(own.feature_scales, found))
        lowest, highest = ranges_of(take(rows, self.parts[0]) if self.parts else rows)
        data.schema = replace(data.schema, lowest=lowest, highest=highest)
        if not self.regression:
            return data
        found = scales_of([x if is_several(x) else [x] for x in part.labels])
        labels = converted_labels(self.labels, (Scale(),) * len(found), found, own.targets)
        return data._with_rows(rows, labels, target_scales=composed(own.target_scales, found))

    def standardize(self, rows: Any) -> list[Row]:
        """New rows in the original units, standardized as the rows of this data are.

        Args:
            rows: rows of numbers, an array, a data frame, or a Data; named columns are put in the
                order of this data's.

        Raises:
            ValueError or TypeError: if a value is invalid, with its row and column.

        >>> data = Data([[4.0, 1.0], [6.0, 3.0]], [0, 1]).standardized()
        >>> data.standardize([[5.0, 3.0]])
        [[0.0, 1.0]]
        """
        scales = self.schema.feature_scales
        own = replace(self.schema, class_names=(), regression=False, target_scales=())
        if isinstance(rows, Data):
            return ordered_rows(rows, own, "standardize")
        names, cells, _ = read_table(rows, "standardize")
        with error_prefix("standardize"):
            found = encode_raw_rows(cells, names, replace(own, feature_names=self.feature_names))
            return converted(found, (Scale(),) * len(scales), scales, self.feature_names)

    def __repr__(self) -> str:
        parts = self.parts and f", {len(self.parts[0])} to train and {len(self.parts[1])} to test"
        names = ", ".join(self.feature_names)
        return f"Data({len(self)} rows of {names}{parts or ''}; {self._described()})"

    def _described(self) -> str:
        """The labels in words, for the repr."""
        if not self.regression:
            classes = self.class_names or [str(k) for k in sorted(set(self.labels))]
            return f"classes {', '.join(classes)}"
        return f"regression of {', '.join(self.schema.targets)}"


def count_targets(labels: Sequence[Any], names: Sequence[str]) -> int:
    """The numbers of each label; ValueError for another number of names, where there are any."""
    count = len(labels[0]) if is_several(labels[0]) else 1
    if names and len(names) != count:
        raise ValueError(
            f"Data: expected {count} names as target_names, one for each number of a label, "
            f"got {len(names)}: {join_names(names)}"
        )
    return count


def ordered_rows(rows: Any, schema: Schema, name: str) -> list[list[Any]]:
    """Rows; those of a Data or a data frame with the columns in the model's order.

    Args:
        name: the public function, for errors.
    """
    if isinstance(rows, Data):
        with error_prefix(name):
            return rows.matched(schema).rows
    names, found, _ = read_table(rows, name)
    with error_prefix(name):
        order = schema.column_order(names)
    return found if order is None else [take(row, order) for row in found]
