"""Schema: what the rows of a model are: its columns, their scales, its classes or its target."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from autograd.arguments import choices

from .booleans import NAMES, find_word, is_whole
from .names import default_names, find_name, join_names, refuse_repeated


@dataclass(frozen=True)
class Scale:
    """What was taken out of a column: x in its unit is mean + deviation·z.

    >>> Scale(5.0, 2.0)
    Scale(mean=5.0, deviation=2.0)
    """

    mean: float = 0.0
    deviation: float = 1.0


@dataclass(frozen=True)
class Column:
    """A column of a table before encoding: one feature, or one for each category (one-hot).

    name: that in the table.
    categories: the words of a categorical column; none of a numeric one.
    fill: the means that missing values are replaced by, one for each feature; none where they are
        refused.

    >>> Column("color", ("blue", "red")).feature_names
    ('color=blue', 'color=red')
    """

    name: str
    categories: tuple[str, ...] = ()
    fill: tuple[float, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of its features."""
        return tuple([f"{self.name}={word}" for word in self.categories]) or (self.name,)


@dataclass(frozen=True)
class Schema:
    """What a model's rows are: columns, classes or targets, and their scales.

    Other data is matched by it, and answers go back to their unit.

    feature_names, class_names: in the model's order; empty where data had none, which then goes by
        position and number.
    regression: whether the model predicts numbers and not classes.
    feature_scales: of each column; Scale() where it was not standardized, none where unknown.
    lowest, highest: of each column that was standardized, the smallest and the largest number of
        the rows that its scale was taken of, in deviations from the mean.
    target_names, target_scales: what the labels are called; of a regression each target has a
        scale, as the columns have.
    columns: those of the table before encoding, where any is categorical or imputed.
    ignored: the names of columns of the table that were left out.

    >>> schema = Schema(("length", "width"), ("a", "b", "c"))
    >>> schema.column_order(["width", "length"]), schema.encode_label("c", 0)
    ([1, 0], 2)
    """

    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    regression: bool = False
    feature_scales: tuple[Scale, ...] = ()
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()
    target_names: tuple[str, ...] = ()
    target_scales: tuple[Scale, ...] = ()
    columns: tuple[Column, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets; y, or y1, y2, ... where they have none."""
        count = len(self.target_scales)
        return self.target_names or (("y",) if count == 1 else default_names(count, "y"))

    def after_training(self, other: Schema, regression: bool) -> Schema:
        """The schema after training on other data; existing names and scales are kept."""
        scales = self if self.feature_scales else other
        targets = self if self.regression and self.target_scales else other
        return Schema(
            self.feature_names or other.feature_names,
            () if regression else self.class_names or other.class_names,
            regression,
            scales.feature_scales,
            scales.lowest,
            scales.highest,
            targets.target_names if regression else self.target_names or other.target_names,
            targets.target_scales if regression else (),
            scales.columns,
            scales.ignored,
        )

    @property
    def as_read(self) -> Schema:
        """The schema of raw rows: the columns of the table before encoding."""
        names = tuple([column.name for column in self.columns])
        return replace(self, feature_names=names or self.feature_names)

    def column_order(
        self, names: Sequence[str], what: str = "expected the columns that the model was trained on"
    ) -> list[int] | None:
        """The index among these names of each of the model's columns; None where they agree.

        what: the beginning of the error.

        Raises ValueError for other columns.
        """
        if not self.feature_names or not names or tuple(names) == self.feature_names:
            return None
        found = [find_name(name, names) for name in self.feature_names]
        missing = [name for name, at in zip(self.feature_names, found, strict=True) if at is None]
        accepted = (*self.feature_names, *self.target_names, *self.ignored)
        unknown = [name for name in names if find_name(name, accepted) is None]
        if missing or unknown:
            near = get_close_matches(unknown[0], missing, n=1) if unknown else []
            advice = f"; did you mean {near[0]!r}?" if near else ""
            read = self.as_read.feature_names
            if read != self.feature_names and None not in [find_name(name, names) for name in read]:
                advice = "; for rows as the table had them write raw=True"
            raise ValueError(
                f"{what}, {join_names(list(self.feature_names))}: missing {join_names(missing)}; "
                f"unknown {join_names(unknown)}{advice}"
            )
        return [list(names).index(name) for name in found if name is not None]

    def encode_label(self, label: Any, row: int) -> Any:
        """A label as the model's class index, if it is the name of a class; others as they are.

        Raises ValueError for an unknown class.
        """
        classes = self.class_names
        if classes and isinstance(label, str):
            name = find_word(label, classes)
            if name is None:
                raise ValueError(
                    f"row {row}: the model has no class {label!r}{choices(label, classes)}"
                )
            return classes.index(name)
        if classes and isinstance(label, numbers.Integral):
            of_hinge = label == -1 and len(classes) == 2
            if not of_hinge and label not in range(len(classes)):
                raise ValueError(
                    f"row {row}: expected a class from 0 to {len(classes) - 1} "
                    f"({join_names(list(classes))}) as label, got {label}"
                )
        return label

    @property
    def numbers_classes(self) -> bool:
        """Whether whole numbers as labels are the model's numbers of classes and no names.

        So it is where the model was trained on a Data without names of classes, or with others.
        """
        if not self.class_names:
            return bool(self.regression or self.feature_scales)
        return not all([is_whole(name) or name.title() in NAMES for name in self.class_names])

    def labels_by_name(self, labels: Sequence[Any]) -> list[Any]:
        """Whole numbers as labels by name, where the model's classes are called by such.

        Raises ValueError where a number could be a class's index or its name.
        """
        by_index = {
            not is_whole(name) or int(name) == k for k, name in enumerate(self.class_names)
        }
        if by_index == {True}:
            return list(labels)
        if not all([str(label) in self.class_names for label in labels]):
            raise ValueError(
                "labels are numbers, and so are the names of the model's classes, "
                f"{join_names(list(self.class_names))}: give labels by name, as in "
                "Data(X, [str(label) for label in y])"
            )
        return [str(label) for label in labels]

    def check(self, columns: int | None) -> None:
        """ValueError where the parts contradict each other, or a known number of columns."""
        counts: dict[str, set[int]] = {"column": set() if columns is None else {columns}}
        for field in fields(self):
            part = getattr(self, field.name)
            if field.name.endswith("_names"):
                refuse_repeated(part, f"the schema: {field.name}")
            if isinstance(part, tuple) and part and field.name not in ("columns", "ignored"):
                kind = field.name.partition("_")[0]
                kind = kind if kind in ("class", "target") else "column"
                counts.setdefault(kind, set()).add(len(part))
        for kind, found in counts.items():
            if len(found) > 1:
                sizes = " and ".join(map(str, sorted(found)))
                raise ValueError(f"the schema: expected one thing for each {kind}, got {sizes}")
        if self.regression and self.class_names:
            raise ValueError("the schema: expected class names or a regression, got both")
        if not all([scale.deviation > 0.0 for scale in self.feature_scales + self.target_scales]):
            raise ValueError("the schema: expected positive deviations")
        features = tuple([name for column in self.columns for name in column.feature_names])
        if self.columns and features != self.feature_names:
            raise ValueError(
                f"the schema: the columns are {join_names(list(features))}, and feature_names "
                f"{join_names(list(self.feature_names))}"
            )
        for column in self.columns:
            if column.fill and len(column.fill) != len(column.feature_names):
                raise ValueError(
                    f"the schema: column {column.name!r}: expected a number for each feature as "
                    f"fill, got {len(column.fill)}"
                )


def schema_of(model: Any) -> Schema:
    """The schema of a model; an empty one for other functions."""
    found = getattr(model, "schema", None)
    return found if isinstance(found, Schema) else Schema()
