"""Every function and class is used by the product, or offered to its users."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograd
import nn
from autograd import functions
from nn import schedules

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("autograd", "nn") for path in (ROOT / folder).rglob("*.py"))
OFFERED = {*autograd.__all__, *nn.__all__, *functions.__all__, *schedules.__all__}
# Where scikit-learn is installed.
OFFERED |= {"MLPClassifier", "MLPRegressor", "grid_search", "train_many"}
OFFERED |= {"expand", "settle"}  # passes one by one
OFFERED |= {"text_equations", "latex_equations"}  # of a tape


def names_used(tree: ast.AST) -> Iterator[str]:
    for item in ast.walk(tree):
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load):
            yield item.id
        elif isinstance(item, ast.Attribute):
            yield item.attr


def unused(sources: list[str]) -> set[str]:
    """The functions and classes at the top of modules that no other code names."""
    definitions: dict[str, int] = {}
    uses: dict[str, int] = {}
    for source in sources:
        tree = ast.parse(source)
        for name in names_used(tree):
            uses[name] = uses.get(name, 0) + 1
        for item in tree.body:
            if isinstance(item, (ast.FunctionDef, ast.ClassDef)):
                own = list(names_used(item)).count(item.name)  # a recursion is no use
                definitions[item.name] = definitions.get(item.name, 0) + own
    return {name for name, own in definitions.items() if uses.get(name, 0) == own}


def test_nothing_is_without_use() -> None:
    found = unused([path.read_text(encoding="utf-8") for path in SOURCES])
    assert found - OFFERED == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(): return f()", {"f"}),
        ("def f(): pass\nclass C:\n    g = f", {"C"}),
        ("def f(): pass\nf()", set()),
    ],
)
def test_what_is_found(source: str, found: set[str]) -> None:
    assert unused([source]) == found
