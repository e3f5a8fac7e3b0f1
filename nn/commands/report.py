"""The output of commands: text, JSON, and the exit code."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any


def finish(
    results: dict[str, Any],
    draw: Callable[[], Any],
    arguments: argparse.Namespace,
    as_text: Callable[[dict[str, Any]], str],
) -> int:
    """Draw to arguments.out, print the results with the name of the file, and return the exit code.

    The results are printed even if drawing fails or Ctrl-C interrupts it.
    """
    results["files"], failure, interrupted = [], None, False
    try:
        draw().save(arguments.out)
        results["files"].append(str(arguments.out))
    except (ImportError, OSError, RuntimeError) as error:
        failure = f"no picture: {error}"
    except KeyboardInterrupt:
        failure, interrupted = "no picture: ended by Ctrl-C", True
    print(as_json(results) if arguments.json else as_text(results))
    if failure is not None:
        print(f"chainrule: error: {failure}", file=sys.stderr)
    if interrupted or results.get("ended_by") == "interrupt":
        return 130
    return 0 if failure is None else 1


def as_json(results: dict[str, Any]) -> str:
    """Results as one line of JSON; numbers that are not finite, which JSON lacks, as strings."""
    return json.dumps(plain(results), ensure_ascii=False, allow_nan=False)


def plain(item: Any) -> Any:
    """Results, also records, as what JSON has."""
    if is_dataclass(item) and not isinstance(item, type):
        return {field.name: plain(getattr(item, field.name)) for field in fields(item)}
    if isinstance(item, dict):
        return {name: plain(part) for name, part in item.items()}
    if isinstance(item, (list, tuple)):
        return [plain(part) for part in item]
    return str(item) if isinstance(item, float) and not math.isfinite(item) else item


def matrix_lines(names: Sequence[str], matrix: Sequence[Sequence[int]]) -> list[str]:
    """A confusion matrix as lines of text, with the class names of its rows and columns."""
    width = max([len(name) for name in names]) + 2
    table = [("", *names), *[(name, *row) for name, row in zip(names, matrix, strict=True)]]
    return ["".join([f"{cell!s:>{width}}" for cell in row]).rstrip() for row in table]


def reached(results: dict[str, Any]) -> str:
    """The last epoch of a training, in words."""
    ended = ", where Ctrl-C ended it" if results["ended_by"] == "interrupt" else ""
    return f"epoch {results['epochs']}{ended}"
