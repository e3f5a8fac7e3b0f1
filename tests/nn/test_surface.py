"""What nn shows to its users, and what it uses of autograd."""

import ast
import inspect
import pydoc
from pathlib import Path

import autograd
import nn

SOURCES = sorted(Path(nn.__file__).parent.rglob("*.py"))


def test_the_first_screen_of_help_has_every_public_name():
    screen = pydoc.plain(pydoc.render_doc(nn)).split("PACKAGE CONTENTS")[0]
    assert len(screen.splitlines()) <= 24
    text = screen.replace(",", " ").replace(";", " ").split()
    assert [name for name in nn.__all__ if name not in text] == []
    assert nn.__all__ == sorted(
        nn.__all__, key=lambda name: (not name.isupper(), name.islower(), name)
    )


def test_public_functions_have_examples():
    public = {name: getattr(nn, name) for name in nn.__all__}
    missing = [name for name, thing in public.items() if ">>> " not in inspect.getdoc(thing)]
    assert missing == ["schedules"]  # a module: its functions have them
    functions = [getattr(nn.schedules, name) for name in nn.schedules.__all__]
    assert [f.__name__ for f in functions if ">>> " not in f.__doc__] == ["constant"]


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


def test_names_of_autograd_are_public_ones():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "autograd":
                unknown = [a.name for a in node.names if a.name not in autograd.__all__]
                assert set(unknown) <= {"functions"}, path
