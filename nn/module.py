"""Module: the base of models, whose parameters are found in its attributes."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Iterator, Mapping
from types import MemberDescriptorType
from typing import Any, ClassVar

from autograd import Value
from autograd.arguments import choices, wrong

from .arguments import CALLS
from .data import Data
from .data.matching import check_displayed_classes, match_columns, match_data
from .names import find_name, join_names
from .schema import Schema


class Displayed:
    """Rows without labels, with the names and scales of the model that they are shown with."""

    def __init__(self, rows: Any, schema: Schema) -> None:
        self.rows = rows
        self.feature_names, self.class_names = schema.feature_names, schema.class_names
        self.mean = [scale.mean for scale in schema.feature_scales]
        self.deviation = [scale.deviation for scale in schema.feature_scales]


class Module:
    """A part of a network; a subclass has its parameters as attributes and defines `__call__`.

    Every leaf Value in an attribute is a parameter, also inside lists, tuples, dicts and other
    Modules; a shared one counts once. No registration is needed.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line(3.0).data, [name for name, parameter in line.named_parameters()]
    (7.0, ['slope', 'offset'])
    """

    # A model is not a sequence: without this Python would iterate over model[0], model[1], ...
    __iter__: ClassVar[None] = None

    schema = Schema()  # set by `train`: the names of columns and classes
    named_by_label: ClassVar[bool] = False  # whether a parameter's name is its label, not its path

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} must implement __call__, which computes its output"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters())} parameters)"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes 0, 1, ..., from the schema."""
        return self.schema.class_names

    @property
    def regression(self) -> bool:
        """Whether it was trained to predict numbers and not classes, from the schema."""
        return self.schema.regression

    def _match_rows_(self, rows: Any) -> Any:
        """Rows that `explore` shows, with the model's columns and class indices."""
        if not isinstance(rows, Data):
            rows = match_columns(rows, self.schema, "explore")
            return Displayed(rows, self.schema) if self.schema.feature_scales else rows
        rows = match_data(rows, self.schema, "explore")
        check_displayed_classes("explore", self, rows)
        return rows

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Every parameter with its name, in the order in which they were made attributes.

        The name is its path (`parts.0.scale`); parameters of an MLP have their labels (`w17`).
        """
        names: dict[Value, str] = {}
        for name, parameter in leaves(self):
            names.setdefault(parameter, name)
        return [(name, parameter) for parameter, name in names.items()]

    def parameters(self) -> list[Value]:
        """Every parameter once, in the order of `named_parameters`."""
        return [parameter for _, parameter in self.named_parameters()]

    def zero_grad(self) -> None:
        """Set the grad of every parameter to 0.0; `backward` adds to what is there."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def __getitem__(self, name: str) -> Value:
        """The parameter of that name, as in `model["w17"]`."""
        named = dict(self.named_parameters())
        found = find_name(name, named)
        if found is None:
            raise KeyError(f"no parameter {name!r}{choices(name, named)}")
        return named[found]

    def state_dict(self) -> dict[str, float]:
        """Every parameter's number by name, a plain dict that JSON can hold.

        Raises:
            ValueError: if two parameters have one name.

        >>> from nn import MLP
        >>> model = MLP(1, [1], seed=0)
        >>> model.load_state_dict({"w1": 0.5, "b1": -1.0})
        >>> model.state_dict()
        {'w1': 0.5, 'b1': -1.0}
        """
        named = self.named_parameters()
        state = {name: parameter.data for name, parameter in named}
        if len(state) < len(named):
            names = [name for name, _ in named]
            twice = next(name for i, name in enumerate(names) if name in names[:i])
            raise ValueError(
                f"state_dict: expected distinct names, got {twice!r} twice; give the parameters "
                "distinct labels"
            )
        return state

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter's number by name.

        Args:
            state: the `state_dict` of a model of the same form, also one that was written as JSON.

        Raises:
            ValueError or TypeError: if names are missing or unknown, or a value is not a number;
                then nothing is changed.
        """
        if not isinstance(state, Mapping):
            raise TypeError(
                f"load_state_dict: expected numbers by name, got {type(state).__name__}"
            )
        names = list(self.state_dict())
        missing = [name for name in names if name not in state]
        unknown = [name for name in state if name not in names]
        if missing or unknown:
            raise ValueError(
                f"load_state_dict: expected the {len(names)} parameters of {self!r}, got "
                f"{len(state)}: missing {join_names(missing)}; unknown {join_names(unknown)}"
            )
        for name in names:
            number = state[name]
            if not isinstance(number, numbers.Real):
                raise TypeError(
                    f"load_state_dict: {name}: expected one number, got {type(number).__name__}"
                    f"{shape_of(number)} {number!r:.60}"
                )
        for name, parameter in self.named_parameters():
            parameter.data = state[name]

    def summary(self) -> str:
        """A table of the parts with the number of parameters of each.

        >>> from nn import MLP
        >>> print(MLP(2, [3, 1], activation="tanh").summary())
        part      what                                         parameters
        layers.0  Layer of 3 × Neuron(2, 'tanh', bias=True)             9
        layers.1  Layer of 1 × Neuron(3, 'linear', bias=True)           4
        total                                                          13
        """
        rows = [
            (name, repr(part) if isinstance(part, Module) else type(part).__name__, counted(part))
            for name, part in parts(self)
        ]
        lines = [("part", "what", "parameters")]
        lines += [(name, what, str(count)) for name, what, count in rows if count]
        lines.append(("total", "", str(len(self.parameters()))))
        first, second, third = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join([f"{a:<{first}}  {b:<{second}}  {c:>{third}}" for a, b, c in lines])


def model_of(model: Any, name: str) -> Any:
    """The model argument of a public function; TypeError if it is not a Module."""
    if not isinstance(model, Module):
        raise wrong(name, "a model first, an MLP or another Module", model, f"as in {CALLS[name]}")
    return model


def leaves(part: Any) -> list[tuple[str, Value]]:
    """The leaf Values in an attribute, with their names; no container is visited twice."""
    found: list[tuple[str, Value]] = []
    add_leaves(found, part, "", None, set())
    return found


def add_leaves(
    found: list[tuple[str, Value]], part: Any, path: str, by_label: str | None, seen: set[int]
) -> None:
    """Add the leaves of a part.

    Args:
        path: the part's own; by_label: what comes before the label in the names of leaves that have
            one, None where all are named by their paths.
    """
    if isinstance(part, Value):
        if part.op is None:  # neither computed nor a constant operand
            named = by_label is not None and part.label
            found.append((dotted(by_label or "", part.label) if named else path, part))
        return
    items = items_of(part)
    if items is None or id(part) in seen:
        return
    seen.add(id(part))
    if by_label is None and isinstance(part, Module) and part.named_by_label:
        by_label = path
    for key, item in items:
        add_leaves(found, item, dotted(path, key), by_label, seen)


def items_of(part: Any) -> Iterable[tuple[Any, Any]] | None:
    """The items of a Module or container, with names or indices; None for anything else."""
    if isinstance(part, Module):
        return attributes_of(part).items()
    if isinstance(part, dict):
        return part.items()
    return enumerate(part) if isinstance(part, (list, tuple)) else None


def attributes_of(module: Module) -> dict[str, Any]:
    """What a module has been given, by name: in the slots of its classes, and as it comes."""
    slots = [
        name
        for kind in type(module).__mro__
        if "__slots__" in vars(kind)
        for name, member in vars(kind).items()
        if isinstance(member, MemberDescriptorType) and hasattr(module, name)
    ]
    return {**{name: getattr(module, name) for name in slots}, **vars(module)}


def counted(part: Any) -> int:
    """The number of parameters in an attribute."""
    return len({leaf for _, leaf in leaves(part)})


def parts(module: Module) -> Iterator[tuple[str, Any]]:
    """The attributes of a module; of a list or a tuple, its items."""
    for name, part in attributes_of(module).items():
        if isinstance(part, (list, tuple)):
            for i, item in enumerate(part):
                yield dotted(name, i), item
        else:
            yield name, part


def shape_of(item: Any) -> str:
    """The shape of an array or the length of a sequence, for an error message."""
    if hasattr(item, "shape"):
        return f" of shape {item.shape}"
    return f" of length {len(item)}" if hasattr(item, "__len__") else ""


def dotted(name: str, key: Any) -> str:
    return f"{name}.{key}" if name else str(key)
