"""Module: an object whose parameters are found in its attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from autograd import Value

from .names import choices


class Module:
    """A part of a network. A subclass keeps its parameters as attributes and says how to compute.

    Every leaf Value in an attribute is a parameter, also inside lists, tuples, dicts and other
    Modules; one that is found twice counts once. Nothing needs to be declared.

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

    class_names: tuple[str, ...] = ()  # what the classes are called, once `train` has seen them
    named_by_label: ClassVar[bool] = False  # a parameter's name: its label, or the way to it?

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} needs a __call__ that computes its output"
        )

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Every parameter with its name, in the order in which they were made attributes.

        The name is the way to it (`parts.0.scale`); parameters of an MLP have their labels (`w17`).
        """
        names: dict[Value, str] = {}
        for name, parameter in leaves(self, "", set()):
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
        if name not in named:
            raise KeyError(f"no parameter {name!r}{choices(name, named)}")
        return named[name]


def leaves(part: Any, name: str, seen: set[int]) -> Iterator[tuple[str, Value]]:
    """The leaf Values in an attribute, with their names; what was seen is not entered again."""
    if isinstance(part, Value):
        if part.op is None:  # neither computed nor a plain number that met a Value
            yield name, part
        return
    items: Iterable[tuple[Any, Any]]
    if isinstance(part, Module):
        items = vars(part).items()
    elif isinstance(part, dict):
        items = part.items()
    elif isinstance(part, (list, tuple)):
        items = enumerate(part)
    else:
        return
    if id(part) in seen:
        return
    seen.add(id(part))
    by_label = isinstance(part, Module) and part.named_by_label
    for key, item in items:
        for path, leaf in leaves(item, dotted(name, key), seen):
            yield (dotted(name, leaf.label) if by_label and leaf.label else path), leaf


def dotted(name: str, key: Any) -> str:
    return f"{name}.{key}" if name else str(key)
