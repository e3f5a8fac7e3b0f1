"""Update rules as tapes, for the engine native: traced, and verified against Python.

Tracing records the operations of a rule on Values. A rule in Python may do more: look up a number
by the step, test `isinstance(step, int)`, read a global. So a custom rule also runs in Python: once
on numbers that record their use as keys, and in every step on one pair of a parameter and a
gradient. If the results differ, the tape is not used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from autograd import Value
from autograd.cached import cached_property
from autograd.program import Program
from autograd.program.native import rule_tape
from autograd.tape import Tape

from ...optimizers import Optimizer
from ...update_rules import Rule, State, adam, adamw, map_numbers, sgd, updated

TRUSTED: tuple[Rule, ...] = (sgd, adam, adamw)  # rules that tracing records completely


class NotTracedError(ValueError):
    """A rule can't be traced, for the reason in the message."""


class TracedRule:
    """An optimizer's rule as a tape.

    Attributes:
        names: the settings that are operands of the tape, so that a change needs no new code. Those
            that the rule branches on are constants in it.

    Raises:
        NotTracedError: for a rule that can't be traced.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer, self.kind = optimizer, kind_of(optimizer)
        settings = optimizer.settings
        names = [name for name, x in settings.items() if numbers_in(x)]
        tape = self.tape_or_none(names)
        if tape is None:
            names = [name for name in names if self.tape_or_none([name])]
            tape = self.tape_or_none(names)
        self.names = [] if tape is None else names
        self.tape = tape or self.traced([])
        self.fixed_settings = fixed_settings(settings, self.names)
        if type(optimizer).rule not in TRUSTED and is_looked_up(optimizer):
            raise NotTracedError("it looks something up by a number, in a table or as text")

    @property
    def settings(self) -> list[float]:
        """The operands of the tape after step and learning rate."""
        return [x for name in self.names for x in numbers_in(self.optimizer.settings[name])]

    @property
    def is_current(self) -> bool:
        """Whether the rule and the settings in the code are the present ones of the optimizer."""
        if kind_of(self.optimizer) != self.kind:
            return False
        try:
            now = fixed_settings(self.optimizer.settings, self.names)
            return bool(self.fixed_settings == now)
        except ValueError:  # arrays, which compare entry by entry
            return False

    @cached_property
    def program(self) -> Program:
        """The tape over many steps, each a row: its step and settings are columns too."""
        columns = (*self.tape.inputs, *self.tape.parameters)
        return Program(replace(self.tape, inputs=columns, parameters=()), [], [], "numpy")

    def tape_or_none(self, names: Sequence[str]) -> Tape | None:
        """The tape with these settings as operands; None if they must be constants."""
        try:
            return self.traced(names)
        except NotTracedError:
            return None

    def traced(self, names: Sequence[str]) -> Tape:
        """The tape of the rule; the numbers of these settings are among its operands."""
        kind, settings = type(self.optimizer), self.optimizer.settings

        def rule(
            parameter: Value, gradient: Value, state: State, step: Value, lr: Value, *given: Value
        ) -> tuple[Value, State]:
            left = iter(given)
            operands = {name: like(settings[name], left) for name in names}
            moved, kept = kind.rule(parameter, gradient, state, step, lr=lr, **settings | operands)
            return moved, kept

        count = sum([len(numbers_in(settings[name])) for name in names])
        try:
            tape = rule_tape(rule, len(kind.start), count)
            trusted = kind.rule in TRUSTED
            again = tape if trusted else rule_tape(rule, len(kind.start), count)
        except Exception as error:  # any error, which the steps in Python raise again
            raise NotTracedError(str(error)) from error
        if tape != again:
            raise NotTracedError("two traces of it differ: it draws random numbers")
        return tape

    def fault(self, rates: Sequence[float]) -> str:
        """The difference of tape and rule in one of the next steps; empty if they agree.

        Args:
            rates: the learning rate of each.
        """
        optimizer, count = self.optimizer, len(type(self.optimizer).start)
        if not are_states(optimizer.states, count):
            return f"expected a state of {count} numbers for each parameter"
        if type(optimizer).rule in TRUSTED:
            return ""
        first_two = [*zip(optimizer.parameters, optimizer.states, strict=True)][:2]
        probes = [(sign * p.data, state) for p, state in first_two for sign in (1.0, -1.0)]
        starts, operands, rule = [*probes], self.settings, type(optimizer).rule
        rows, wanted = [], []
        try:
            for step, lr in enumerate(rates, start=optimizer.steps + 1):
                probe = step % len(probes)
                parameter, state = probes[probe]
                gradient = math.sin(12.9898 * step) * 10.0 ** (step % 3 - 1)
                rows.append([parameter, gradient, *state, step, lr, *operands])
                settings = {**optimizer.settings, "lr": lr}
                parameter, state = updated(rule, parameter, gradient, state, step, settings)
                wanted.append([parameter, *state])
                is_finite = math.isfinite(parameter + sum(state))
                probes[probe] = (parameter, state) if is_finite else starts[probe]
            want = np.array(wanted, dtype=np.float64)
            found = self.program(np.array(rows, dtype=np.float64)).reshape(want.shape)
            same = np.isclose(want, found, rtol=1e-9, atol=1e-300, equal_nan=True).all(axis=1)
            if not same.all():
                step = optimizer.steps + 1 + int(np.argmin(same))
                return f"in step {step} it does what tracing can't record"
        except Exception as error:  # as above
            return f"{type(error).__name__}: {error}"
        return ""


def kind_of(optimizer: Optimizer) -> tuple[Rule, int]:
    """The rule of an optimizer, and the length of its states."""
    return type(optimizer).rule, len(type(optimizer).start)


class WatchedInt(int):
    """An int that records its use as a key or as text, as do all results of its operations.

    Attributes:
        uses: the list of the names of the methods that used it.
    """

    uses: list[str]


class WatchedFloat(float):
    """A watched float."""

    uses: list[str]


def watched(x: Any, uses: list[str]) -> Any:
    """x with watched numbers in place of plain ones."""

    def watched_number(number: float) -> float:
        found = WatchedInt(number) if isinstance(number, int) else WatchedFloat(number)
        found.uses = uses
        return found

    return map_numbers(watched_number, x)


def _computing(plain: type, name: str) -> Callable[..., Any]:
    def method(number: Any, *others: Any) -> Any:
        return watched(getattr(plain, name)(number, *others), number.uses)

    return method


def _recording(plain: type, name: str) -> Callable[..., Any]:
    def method(number: Any, *others: Any) -> Any:
        number.uses.append(name)
        return getattr(plain, name)(number, *others)

    return method


TWO = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
for _kind, _plain in ((WatchedInt, int), (WatchedFloat, float)):
    for _name in ("neg", "pos", "abs", *TWO, *[f"r{name}" for name in TWO]):
        setattr(_kind, f"__{_name}__", _computing(_plain, f"__{_name}__"))
    for _name in ("hash", "str", "repr", "format"):
        setattr(_kind, f"__{_name}__", _recording(_plain, f"__{_name}__"))


def is_looked_up(optimizer: Optimizer) -> bool:
    """Whether the rule uses a number as a key or as text, which fails silently with Values."""
    uses: list[str] = []
    given = optimizer.parameters[0].data, 0.75, optimizer.states[0], optimizer.steps + 1
    try:
        settings = {"lr": optimizer.lr, **optimizer.settings}
        type(optimizer).rule(*watched(given, uses), **watched(settings, uses))
    except Exception:  # as in every step, where it is reported
        return bool(uses)
    return bool(uses)


def are_states(states: Sequence[Any], count: int) -> bool:
    """Whether the state of each parameter is a sequence of `count` numbers."""
    kinds = {*map(type, chain.from_iterable(states))}
    return {*map(len, states)} <= {count} and all(
        [issubclass(kind, (int, float)) for kind in kinds]
    )


def numbers_in(setting: Any) -> list[float]:
    """The numbers of a setting that is a number or several; empty for any other setting."""
    several = setting if isinstance(setting, (tuple, list)) else (setting,)
    if all([isinstance(x, (int, float)) and not isinstance(x, bool) for x in several]):
        return [float(x) for x in several]
    return []


def like(setting: Any, numbers: Iterator[Value]) -> Any:
    """A setting with other numbers."""
    if isinstance(setting, (tuple, list)):
        return type(setting)([next(numbers) for _ in setting])
    return next(numbers)


def fixed_settings(settings: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The key of the code: the settings, those in `names` by type and length only."""
    return {
        name: (type(x), len(numbers_in(x))) if name in names and numbers_in(x) else x
        for name, x in settings.items()
    }
