"""What nn shows to its users, and what it uses of autograd."""

import ast
import importlib
import inspect
import pkgutil
import pydoc
import re
from pathlib import Path

import pytest

import autograd
import nn

ROOT = Path(nn.__file__).parents[1]
SOURCES = sorted(Path(nn.__file__).parent.rglob("*.py"))
DECISIONS = (ROOT / "autograd" / "README.md").read_text(encoding="utf-8")


def test_the_first_screen_of_help_has_every_public_name():
    screen = pydoc.plain(pydoc.render_doc(nn)).split("PACKAGE CONTENTS")[0]
    assert len(screen.splitlines()) <= 24
    text = screen.replace(",", " ").replace(";", " ").split()
    assert [name for name in nn.__all__ if name not in text] == []
    assert nn.__all__ == sorted(
        nn.__all__, key=lambda name: (not name.isupper(), name.islower(), name)
    )


def test_nothing_private_of_autograd_is_used():
    private = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        own = {node.attr for node in ast.walk(tree) if is_own(node)} | {
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograd"):
                names = [*node.module.split("."), *[alias.name for alias in node.names]]
            elif isinstance(node, ast.Import):
                names = [part for alias in node.names for part in alias.name.split(".")]
            elif isinstance(node, ast.Attribute):
                names = [node.attr]
            private += [(path.name, n) for n in names if is_private(n) and n not in own]
    assert private == []


def is_own(node):
    """Whether it is an attribute of self."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def imported(path):
    """What a file imports: the module and the name; of a module as a whole no name."""
    package = module_of(path).split(".")[: None if path.stem == "__init__" else -1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from [(module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from [(alias.name, None) for alias in node.names]


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def own_names(name):
    """The public names of a module: those in `__all__`, or those that it defines itself."""
    module = importlib.import_module(name)
    if hasattr(module, "__all__"):
        return set(module.__all__)
    found = set()
    for node in ast.parse(inspect.getsource(module)).body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
        found |= {node.name} if hasattr(node, "name") else set()
    return {name for name in found if not name.startswith("_")}


PUBLIC = ["autograd", *re.findall(r"^\| `(autograd\.[a-z_.]+)` \|", DECISIONS, re.MULTILINE)]


def test_only_public_modules_and_names_of_autograd_are_used():
    """The table of public modules in autograd/README.md is read: what nn uses stands there."""
    used = set()
    for path in SOURCES:
        for module, name in imported(path):
            if module.split(".")[0] == "autograd":
                assert module in PUBLIC, f"{module_of(path)} imports {module}"
                if module == "autograd.program.native":
                    pytest.importorskip("llvmlite", reason="needs llvmlite: chainrule[native]")
                assert name is None or name in own_names(module), f"{path.name}: {module}.{name}"
                used.add(module)
    assert used == set(PUBLIC)


@pytest.mark.parametrize("package", [nn, autograd])
def test_no_import_goes_in_a_circle(package):
    """Imports inside functions and for types count too."""
    sources = sorted(Path(package.__file__).parent.rglob("*.py"))
    names = {module_of(path) for path in sources}
    edges = {}
    for path in sources:
        targets = {f"{m}.{n}" if f"{m}.{n}" in names else m for m, n in imported(path)}
        edges[module_of(path)] = (targets & names) - {module_of(path)}
    # For types only: the body of Value calls what these define.
    for name in ("autograd.recording", "autograd.numpy_names", "autograd.comparisons"):
        edges.get(name, set()).difference_update({"autograd.value", "autograd.conditions"})
    while leaves := {name for name, targets in edges.items() if not targets}:
        edges = {name: targets - leaves for name, targets in edges.items() if name not in leaves}
    assert edges == {}


def test_the_plan_of_the_house_is_in_the_order_of_imports():
    """From top to bottom, and in a line from left to right, as CONTRIBUTING says of its list."""
    house = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\nnn/ ")[1]
    lines = house.split("\ntests/")[0].splitlines()[1:]
    names = [re.match(r"  ((\w+/?, )*\w+/?)( |$)", line) for line in lines]
    plan = [name.rstrip("/") for found in names if found for name in found[1].split(", ")]
    modules = {module.name for module in pkgutil.iter_modules(nn.__path__)} - {"__main__"}
    assert sorted(plan) == sorted(modules)
    for path in SOURCES:
        own = module_of(path).split(".")[1:2]
        for module, name in imported(path):
            top, *other = f"{module}.{name}".split(".")[:2]
            if top == "nn" and {*own, *other} <= modules and own not in ([], other):
                assert plan.index(other[0]) < plan.index(own[0]), f"{path} imports {other[0]}"
