"""Every public name of a package from its docstring, by the modules that define them."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains.python import PyObject

from autograd import functions
from autograd.ops import TABLE

from .operations import facts

PACKAGES = ("autograd", "nn")
ROOT = Path(__file__).parents[2]
PLANS = {"autograd": "autograd/README.md", "nn": "CONTRIBUTING.md"}


def public(package: ModuleType) -> list[str]:
    """What `from package import *` gives, and the names that need an optional package."""
    optional = [name for name in dir(package) if name not in vars(package)]
    return sorted({*package.__all__, *optional}, key=str.lower)


def home(package: ModuleType, thing: Any) -> str:
    """The module that defines a public name: that of the functions of operations is `functions`."""
    if inspect.ismodule(thing):
        return thing.__name__
    module: str = thing.__module__
    return module if module.startswith(package.__name__) else package.__name__


def subjects(package: ModuleType) -> dict[str, list[str]]:
    """The public names by the module that defines them, in the order of the plan of the house."""
    found: dict[str, list[str]] = {}
    for name in public(package):
        found.setdefault(home(package, getattr(package, name)), []).append(name)
    text = (ROOT / PLANS[package.__name__]).read_text("utf-8")

    def place(subject: tuple[str, list[str]]) -> int:
        """Where the module, or the folder that it is in, is listed; else at the end."""
        part = subject[0].split(".")[1]
        line = re.search(rf"^(?:\| `|  )(?:[`\w./]+, )*`?{part}\b", text, re.MULTILINE)
        return line.end() if line else len(text)

    return dict(sorted(found.items(), key=place))


def first_line(module: str) -> str:
    """What a module is for, as its line 1 has it."""
    text = inspect.getdoc(importlib.import_module(module)) or ""
    return text.partition("\n\n")[0].rstrip(".")


def entry(package: str, name: str, thing: Any) -> list[str]:
    """The directive that documents a name."""
    path = f"{package}.{name}"
    if inspect.ismodule(thing):
        return [f".. automodule:: {path}", "   :members:", "   :imported-members:", ""]
    if inspect.isclass(thing):
        return [f".. autoclass:: {path}", "   :members:", ""]
    return [f".. autofunction:: {path}", ""]


def markdown(name: str) -> str:
    """A list of all names, then each with its signature and docstring, in the order of the list."""
    package = importlib.import_module(name)
    lines = [
        ", ".join([f"[`{one}`](#{name}.{one})" for one in public(package)]) + ".",
        "",
    ]
    for module, names in subjects(package).items():
        lines += [f"## {first_line(module)}", "", "```{eval-rst}"]
        for one in names:
            lines += entry(name, one, getattr(package, one))
        lines += ["```", ""]
    return "\n".join(lines)


def is_foreign(
    app: Sphinx, what: str, name: str, thing: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out what another package puts into our classes; None where nothing is decided."""
    module = getattr(thing, "__module__", None) or ""
    return None if not callable(thing) or module.partition(".")[0] in PACKAGES else True


def add_formulas(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """To the function of an operation, its row of the table of operations."""
    package, _, operation = name.rpartition(".")
    if package == "autograd" and operation in functions.__all__ and operation in TABLE:
        lines += ["", *facts(TABLE[operation])]


def setup(app: Sphinx) -> None:
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"  # of a class; Sphinx calls them variables
    app.connect("autodoc-process-docstring", add_formulas, priority=600)  # after napoleon
    app.connect("autodoc-skip-member", is_foreign)
