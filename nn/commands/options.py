"""Parsers of command-line arguments, with errors for invalid ones."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from autograd import Value
from autograd.arguments import choices, normal
from autograd.expressions import ExpressionError, build
from autograd.files import refuse_unwritable

from ..activations import ACTIVATIONS
from ..rows.cells import NUMBER, WHOLE


def number_in(word: str) -> float:
    """A number as in files, or nan or inf; ValueError for other Python syntax, such as 1_0."""
    if NUMBER.fullmatch(word) is None and word.lower().lstrip("+-") not in ("nan", "inf"):
        raise ValueError
    return float(word)


class UsageError(Exception):
    """An error in the arguments that is found after argparse has parsed them; exit code 2."""


class Command(ArgumentParser):
    """The options of one command."""

    def error(self, message: str) -> NoReturn:
        """End the program with one line of usage, not a paragraph of all options."""
        words = []
        for action in sorted(self._actions, key=lambda action: len(action.option_strings)):
            if action.required and action.option_strings:
                words.append(f"{action.option_strings[-1]} {action.metavar}")
            elif action.required:
                words.append(action.dest)
        usage = " ".join([self.prog, *words, "[options]"])
        self.exit(2, f"usage: {usage}\n{self.prog}: error: {message}\n")

    def refuse_unknown(self, words: Sequence[str], others: Sequence[str] = ()) -> None:
        """End the program, as argparse does, for an unknown option, with the nearest one.

        argparse reports missing arguments before misspelt options.

        Args:
            others: options of the program, which are suggested too.
        """
        options = [option for action in self._actions for option in action.option_strings]
        for word in words[: words.index("--")] if "--" in words else words:
            given = word.partition("=")[0]
            known = any([option.startswith(given) for option in options])  # or its prefix
            if given.startswith("--") and not known and " " not in word:
                names = [option[2:] for option in [*options, *others]]
                near = get_close_matches(given[2:], names, n=1)
                advice = f"did you mean --{near[0]}?" if near else f"{self.prog} --help lists them"
                self.error(f"no option {given}; {advice}")


def whole(low: int, high: int | None = None) -> Callable[[str], int]:
    """The parser of a whole number from low to high."""
    accepted = f"of at least {low}" if high is None else f"from {low} to {high}"

    def read(word: str) -> int:
        try:
            number = int(word if WHOLE.fullmatch(word) else "no number")
        except ValueError:
            number = low - 1
        if number < low or (high is not None and number > high):
            raise ArgumentTypeError(f"expected a whole number {accepted}, got {word!r}")
        return number

    return read


def between(low: float, high: float, accepted: str) -> Callable[[str], float]:
    """The parser of a number between two others."""

    def read(word: str) -> float:
        try:
            number = number_in(word)
        except ValueError:
            number = low
        if not low < number < high:
            raise ArgumentTypeError(f"expected {accepted}, got {word!r}")
        return number

    return read


def layer(word: str) -> int:
    """The parser of the size of a hidden layer; of several, one word each."""
    try:
        return whole(1)(word)
    except ArgumentTypeError as error:
        advice = "put the file before --hidden, or another option between them"
        if "," in word:
            advice = f"one word for each layer, as in --hidden {' '.join(word.split(','))}"
        raise ArgumentTypeError(f"{error}; {advice}") from None


def name_of(accepted: Iterable[str]) -> Callable[[str], str]:
    """The parser of one of these names."""
    names = list(accepted)

    def read(word: str) -> str:
        if word not in names:
            raise ArgumentTypeError(f"no {word!r}{choices(word, names)}")
        return word

    return read


positive = between(0.0, float("inf"), "a positive number")
share = between(0.0, 1.0, "a number between 0 and 1")


def share_or_none(word: str) -> float:
    """The parser of a fraction, which may be 0."""
    return 0.0 if word in ("0", "0.0") else share(word)


def built(expression: str, numbers: dict[str, float]) -> tuple[list[Value], dict[str, Value]]:
    """The roots and leaves of an expression; UsageError for an invalid one."""
    try:
        return build(expression, numbers)
    except ExpressionError as error:
        raise UsageError(str(error)) from error


def file(*suffixes: str) -> Callable[[str], Path]:
    """The parser of the name of a file to write, which is checked to be writable in advance.

    Args:
        suffixes: those that are accepted.
    """

    def read(word: str) -> Path:
        path = Path(word)
        if path.suffix.lower() not in suffixes:
            *first, last = suffixes
            accepted = f"{', '.join(first)} or {last}" if first else last
            raise ArgumentTypeError(f"expected a name that ends in {accepted}, got {word!r}")
        try:
            refuse_unwritable(path)
        except OSError as error:
            raise ArgumentTypeError(str(error)) from error
        return path

    return read


picture, page = file(".svg", ".png", ".pdf"), file(".html")
model, answers = file(".safetensors"), file(".csv")


def numbers(word: str) -> dict[str, float]:
    """Numbers by name, as in w=0.5,x=2."""
    found: dict[str, float] = {}
    for pair in word.split(","):
        name, equals, number = [part.strip() for part in pair.partition("=")]
        try:
            name = normal(name)
            if not (equals and name.isidentifier()) or name in found:
                raise ValueError
            found[name] = number_in(number)
        except ValueError:
            raise ArgumentTypeError(
                f"expected names with a number each, such as w=0.5,x=2, got {pair.strip()!r}"
            ) from None
    return found


def refuse_one_file(files: Mapping[str, Path | str | None]) -> None:
    """UsageError if two names are the same file, so that one would overwrite the other.

    Args:
        files: each path by its purpose, in the order of writing; None and - are not files.
    """
    taken: list[tuple[str, Path]] = []
    for what, name in files.items():
        if name is None or name == "-":
            continue
        path = Path(name)
        for other, before in taken:
            one = os.path.realpath(before) == os.path.realpath(path)
            if one or (before.exists() and path.exists() and before.samefile(path)):
                raise UsageError(f"{other} {before} is the file of {what} too; give another name")
        taken.append((what, path))


def add_training(
    parser: ArgumentParser, hidden: list[int], lr: float, epochs: int, activation: str | None
) -> None:
    """Add the options that commands which train a network share, with their defaults.

    Args:
        activation: if None, that of `usual_activation`.
    """
    add = parser.add_argument
    add("--seed", type=whole(0, 2**32 - 1), default=0, help="of the split and of the first weights")
    add("--epochs", type=whole(1), default=epochs, help="passes over all training rows")
    add("--lr", type=positive, default=lr, help="learning rate of Adam")
    add(
        "--hidden",
        type=layer,
        nargs="+",
        default=hidden,
        metavar="SIZE",
        help="neurons in each hidden layer",
    )
    names = sorted(ACTIVATIONS)
    add(
        "--activation",
        type=name_of(names),
        default=activation or SUPPRESS,
        metavar="NAME",
        help=f"of the hidden layers: {', '.join(names)}"
        + ("" if activation else "; if not given, tanh for classes and relu for numbers"),
    )
    add("--quiet", action="store_true", help="no progress, the results only")
    add("--json", action="store_true", help="the results as JSON, and nothing else")
