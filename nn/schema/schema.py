"""Schema: the columns of a model's rows, their scales, and its classes or targets."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from autograd.arguments import choices, nearest

from ..names import default_names, find_names, join_names, refuse_repeated
from .booleans import NAMES, find_words, is_whole
from .columns import Column, Scale
from .dialect import Dialect


@dataclass(frozen=True)
class Schema:
    """The schema of a model's rows: columns, classes or targets, and their scales.

    Other data is matched by it, and predictions are converted to their units.

    Args:
        feature_names, class_names: in the model's order; empty if the data had none, which is then
            matched by position and index.
        regression: whether the model predicts numbers and not classes.
        feature_scales: of each column; Scale() if it was not standardized, empty if unknown.
        lowest, highest: for each standardized column, the smallest and the largest number of the
            rows that define its scale, in deviations from the mean.
        target_names, target_scales: the names of the labels; for a regression the scale of each
            target.
        columns: those of the table before encoding, where any is categorical or imputed.
        ignored: the names of ignored columns of the table.
        dialect: of the file that the table was read from, if it is not the usual one.

    >>> schema = Schema(("length", "width"), ("a", "b", "c"))
    >>> schema.column_order(["width", "length"]), schema.encode_labels("ca")
    ([1, 0], [2, 0])
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
    dialect: Dialect | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets; y, or y1, y2, ... if they have none."""
        count = len(self.target_scales)
        return self.target_names or (("y",) if count == 1 else default_names(count, "y"))

    def after_training(self, other: Schema, regression: bool) -> Schema:
        """The schema after training on other data; existing names and scales are kept."""
        scales = self if self.feature_scales else other
        targets = self if self.regression and self.target_scales else other
        names = () if self.regression else self.target_names  # several, and so not classes
        return Schema(
            self.feature_names or other.feature_names,
            () if regression else self.class_names or other.class_names,
            regression,
            scales.feature_scales,
            scales.lowest,
            scales.highest,
            targets.target_names if regression else names or other.target_names,
            targets.target_scales if regression else (),
            scales.columns,
            scales.ignored,
            scales.dialect,
        )

    @property
    def as_read(self) -> Schema:
        """The schema of raw rows: the columns of the table before encoding."""
        names = tuple([column.name for column in self.columns])
        return replace(self, feature_names=names or self.feature_names)

    def column_order(
        self,
        names: Sequence[str],
        what: str = "expected the columns that the model was trained on",
        advice: str = "",
    ) -> list[int] | None:
        """The index among these names of each of the model's columns; None where they agree.

        Args:
            what: the beginning of the error.
            advice: the remedy for columns that the model does not have.

        Raises:
            ValueError: for other columns.
        """
        if not self.feature_names or not names or tuple(names) == self.feature_names:
            return None
        found = find_names(self.feature_names, names)
        missing = [name for name, at in zip(self.feature_names, found, strict=True) if at is None]
        unknown = self.unknown_columns(names)
        if missing or unknown:
            near = nearest(unknown[0], missing) if unknown else None
            advice = f"; {advice}" if unknown and advice and not missing else ""
            advice = f"; did you mean {near!r:.60}?" if near else advice
            read = self.as_read.feature_names
            if read != self.feature_names and None not in find_names(read, names):
                advice = "; for rows as the table had them write raw=True"
            faults = [f"missing {join_names(missing)}"] if missing else []
            faults += [f"unknown {join_names(unknown)}"] if unknown else []
            raise ValueError(
                f"{what}, {join_names(self.feature_names)}: {'; '.join(faults)}{advice}"
            )
        indices = {name: i for i, name in enumerate(names)}
        return [indices[name] for name in found if name is not None]

    def unknown_columns(self, names: Sequence[str]) -> list[str]:
        """The names that are not those of a feature, a target, or an ignored column."""
        accepted = (*self.feature_names, *self.target_names, *self.ignored)
        if not self.feature_names:
            return []
        found = zip(names, find_names(names, accepted), strict=True)
        return [name for name, known in found if known is None]

    def target_order(self, names: Sequence[str]) -> list[int] | None:
        """The index among these names of each of the model's targets; None where they agree.

        Raises:
            ValueError: for other targets.
        """
        own = self.target_names
        if not own or not names or tuple(names) == own:
            return None
        found = find_names(own, names)
        if None in found or len(names) != len(own):
            given = list(own) if len(own) <= len(names) else ["..."]
            raise ValueError(
                f"expected the targets that the model was trained on, {join_names(own)}, got "
                f"{join_names(names)}; if these are the same, Data(..., target_names={given!r:.60})"
            )
        indices = {name: i for i, name in enumerate(names)}
        return [indices[name] for name in found if name is not None]

    def encode_labels(self, labels: Iterable[Any]) -> list[Any]:
        """Labels as the model's class indices, if they are names of classes; others unchanged.

        Raises:
            ValueError: for an unknown class.
        """
        labels, classes = list(labels), self.class_names
        if not classes:
            return labels
        indices = {name: i for i, name in enumerate(classes)}
        texts = [label if isinstance(label, str) else None for label in labels]
        encoded = []
        for row, (label, name) in enumerate(zip(labels, find_words(texts, classes), strict=True)):
            if isinstance(label, str):
                if name is None:
                    raise ValueError(
                        f"row {row}: the model has no class {label!r:.60}{choices(label, classes)}"
                    )
                encoded.append(indices[name])
                continue
            if isinstance(label, numbers.Integral):
                of_hinge = label == -1 and len(classes) == 2
                if not of_hinge and label not in range(len(classes)):
                    raise ValueError(
                        f"row {row}: expected a class from 0 to {len(classes) - 1} "
                        f"({join_names(classes)}) as label, got {label}"
                    )
            encoded.append(label)
        return encoded

    @property
    def numbers_classes(self) -> bool:
        """Whether integers as labels are the model's class indices and not names.

        That is so if the model was trained on a Data without names of classes, or with other names.
        """
        if not self.class_names:
            return bool(self.regression or self.feature_scales)
        return not all([is_whole(name) or name.title() in NAMES for name in self.class_names])

    def labels_by_name(self, labels: Sequence[Any]) -> list[Any]:
        """Integers as labels by name, if those are the names of the model's classes.

        Raises:
            ValueError: if a number could be a class's index or its name.
        """
        by_index = {not is_whole(name) or int(name) == k for k, name in enumerate(self.class_names)}
        if by_index == {True}:
            return list(labels)
        if not set(map(str, labels)).issubset(self.class_names):
            raise ValueError(
                "labels are numbers, and so are the names of the model's classes, "
                f"{join_names(self.class_names)}: give labels by name, as in "
                "Data(X, [str(label) for label in y])"
            )
        return [str(label) for label in labels]

    def check(self, columns: int | None) -> None:
        """ValueError if the parts contradict each other, or a known number of columns."""
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
        if self.dialect is not None:
            self.dialect.check()
        if self.regression and self.class_names:
            raise ValueError("the schema: expected class names or a regression, got both")
        if not self.regression and (self.target_scales or len(self.target_names) > 1):
            raise ValueError("the schema: expected one target without a scale for classes")
        self._check_scales()
        self._check_columns()

    def _check_scales(self) -> None:
        """ValueError for invalid scales and ranges."""
        if not all([scale.deviation > 0.0 for scale in self.feature_scales + self.target_scales]):
            raise ValueError("the schema: expected positive deviations")
        lowest, highest = self.lowest, self.highest
        if len(lowest) != len(highest) or (lowest and not self.feature_scales):
            raise ValueError(
                "the schema: expected lowest and highest with a scale of each column, got "
                f"{len(lowest)} and {len(highest)} with {len(self.feature_scales)}"
            )
        if any([low > high for low, high in zip(lowest, highest, strict=True)]):
            raise ValueError("the schema: expected lowest numbers of at most the highest")

    def _check_columns(self) -> None:
        """ValueError for columns that are not those of the features."""
        columns = self.columns
        if not columns:
            return
        refuse_repeated([column.name for column in columns], "the schema: columns")
        width = sum([column.width for column in columns])
        if width != len(self.feature_names):
            raise ValueError(
                f"the schema: the columns have {width} features, and feature_names are "
                f"{len(self.feature_names)}: {join_names(self.feature_names)}"
            )
        features = (name for column in columns for name in column.each_feature())
        for found, name in zip(features, self.feature_names, strict=True):
            if found != name:
                raise ValueError(
                    f"the schema: the columns have {found!r:.60}, and feature_names {name!r:.60}"
                )
        for column in columns:
            if column.fill and len(column.fill) != column.width:
                raise ValueError(
                    f"the schema: column {column.name!r:.60}: expected a number for each feature "
                    f"as fill, got {len(column.fill)}"
                )


def schema_of(model: Any) -> Schema:
    """The schema of a model; an empty one for other functions."""
    found = getattr(model, "schema", None)
    return found if isinstance(found, Schema) else Schema()
