"""What holds the engine together: size, direction of imports, what is public and described."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import io
import pkgutil
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import autograd
from autograd import functions
from autograd.ops import TABLE, Shape

ROOT = Path(autograd.__file__).parents[1]
CORE = [
    *("locks", "cached", "floats", "ieee", "graph", "masking", "pickling", "arguments", "modes"),
    *(
        "recording",
        "reads",
        "numpy_names",
        "value",
        "conditions",
        "merging",
        "callables",
        "functions",
        "nodes",
        "gradients",
    ),
    *("sparse", "transforms", "checking", "custom"),
]
HEART = ["value", "recording", "graph", "gradients"]
OPS = sorted(path.stem for path in (ROOT / "autograd" / "ops").glob("[!_]*.py"))

# Each part may import from the parts before it only; those of one group know nothing of each other.
LAYERS = [
    {"autograd.locks", "autograd.cached"},
    {
        "autograd._identity",
        "autograd.callers",
        "autograd.collector",
        "autograd.made",
        "autograd.numerals",
        "autograd.flags",
        "autograd.floats",
        "autograd.graph",
        "autograd.lazy",
        "autograd.masking",
    },
    {"autograd.ieee", "autograd.pickling"},
    {"autograd.ops"},
    {"autograd.arguments"},
    {"autograd.files"},
    {"autograd.strict_json"},
    {"autograd.modes"},
    {"autograd.recording", "autograd.reads"},
    {"autograd.numpy_names", "autograd.comparisons"},
    {"autograd.value"},
    {"autograd.conditions"},
    {
        "autograd.callables",
        "autograd.graph_lists",
        "autograd.merging",
        "autograd.signatures",
        "autograd.traced_inputs",
    },
    {"autograd.functions"},
    {"autograd.nodes", "autograd.numpy_calls"},
    {"autograd.gradients", "autograd.structures"},
    {"autograd.calls", "autograd.checking", "autograd.custom", "autograd.tape"},
    {"autograd.sparse"},
    {"autograd.transforms"},
    {"autograd.graph_files"},
    {
        "autograd.between",
        "autograd.chains",
        "autograd.equations",
        "autograd.expressions",
        "autograd.scanning",
    },
    {"autograd.derivation", "autograd.drawing", "autograd.program", "autograd.solving"},
    {"autograd.distributed", "autograd.exporting"},
    {"autograd"},
    {"nn"},
]

# The body of Value calls builders of closures that make Values: those import the classes for type
# checkers only, and are assigned them at run time.
ASSIGNED = {
    "autograd.recording": {"autograd.value", "autograd.conditions"},
    "autograd.comparisons": {"autograd.value", "autograd.conditions"},
    "autograd.numpy_names": {"autograd.value"},
}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """The full names of what a file imports, wherever in it it does: modules or things in them."""
    name = module_name(path)
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - statement.level + 1]
            base = ".".join([*(up if statement.level else []), *filter(None, [statement.module])])
            yield from (f"{base}.{alias.name}" for alias in statement.names)


def part_of(name: str) -> str:
    """The part that a name belongs to: what is right under autograd, or nn as a whole."""
    top, *rest = name.split(".")
    parts = set.union(*LAYERS)
    return f"{top}.{rest[0]}" if rest and f"{top}.{rest[0]}" in parts else top


def layer(name: str) -> int | None:
    """How far up a name is; None outside the project."""
    return next((i for i, group in enumerate(LAYERS) if part_of(name) in group), None)


def test_imports_are_seen_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    file = tmp_path / "autograd" / "drawing" / "own.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "import json\nfrom . import words\nfrom .. import value as v\nfrom ..ops.op import Op\n"
        "def f():\n    import nn.layers\n    from numpy import array\n"
    )
    assert module_name(file) == "autograd.drawing.own"
    assert list(imports(file)) == [
        *("json", "autograd.drawing.words", "autograd.value", "autograd.ops.op.Op"),
        *("nn.layers", "numpy.array"),
    ]


@pytest.mark.parametrize("path", sources("autograd", "nn"), ids=module_name)
def test_imports_go_one_way(path: Path) -> None:
    name = module_name(path)
    own = layer(name)
    assert own is not None
    part = part_of(name)
    if name.startswith("autograd."):
        assert part in set.union(*LAYERS), f"say in LAYERS where {name} belongs"
    for imported in imports(path):
        other = layer(imported)
        if other is not None and part_of(imported) not in {part, *ASSIGNED.get(name, ())}:
            assert other < own, f"{name} imports {imported}"


@pytest.mark.parametrize(
    ("document", "title", "folder"),
    [
        ("autograd/README.md", "### Pictures: which file decides what", "autograd/drawing"),
        ("CONTRIBUTING.md", "## Pictures of networks: which file decides what", "nn/plots"),
    ],
)
def test_every_file_of_pictures_is_in_its_table_once(
    document: str, title: str, folder: str
) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    table = text.split(title)[1].split("\n\n")[1]
    cells = " ".join([line.split("|")[1] for line in table.splitlines()[2:]])
    files = (ROOT / folder).rglob("[!_]*.py")
    names = sorted([path.relative_to(ROOT / folder).as_posix() for path in files])
    assert sorted(re.findall(r"`([\w/]+\.py)`", cells)) == names


def test_the_way_to_machine_code_passes_every_module_of_programs() -> None:
    text = (ROOT / "autograd" / "program" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:native/)?(\w+)\.py`", text))
    folder = ROOT / "autograd" / "program"
    assert {path.stem for path in folder.rglob("[!_]*.py")} - named == set()


def test_every_module_of_machine_code_has_a_test_file() -> None:
    modules = {path.stem for path in (ROOT / "autograd/program/native").glob("[!_]*.py")}
    tests = {path.stem for path in (ROOT / "tests/autograd/program/native").glob("test_*.py")}
    assert {f"test_{name}" for name in modules} - tests == set()


def test_the_plan_of_the_house_is_in_the_order_of_imports() -> None:
    """From top to bottom, and in a row from left to right, as the README says of its table."""
    text = (ROOT / "autograd" / "README.md").read_text(encoding="utf-8")
    table = text.split("## Where things are")[1].split("\n\n")[1]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    plan = [name for cell in cells for name in re.findall(r"`(\w+)(?:\.py|/)`", cell)]
    modules = [module.name for module in pkgutil.iter_modules(autograd.__path__)]
    assert sorted(plan) == sorted(modules)
    for path in sources("autograd"):
        name = module_name(path)
        own = name.split(".")[1:2]
        for imported in imports(path):
            top, *other = imported.split(".")[:2]
            known = top == "autograd" and {*own, *other} <= {*plan} and own and other != own
            if known and part_of(imported) not in ASSIGNED.get(name, ()):
                assert plan.index(other[0]) < plan.index(own[0]), f"{name} imports {imported}"


@pytest.mark.parametrize("name", [*CORE, *(f"ops.{name}" for name in OPS)])
def test_the_core_imports_the_standard_library_only(name: str) -> None:
    path = ROOT / "autograd" / (name.replace(".", "/") + ".py")
    for imported in imports(path):
        top = imported.split(".")[0]
        assert top in sys.stdlib_module_names or top == "autograd", f"{name} imports {imported}"


def run(code: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return finished.stdout


def test_importing_autograd_loads_no_third_party_module() -> None:
    """Whatever the environment loads at its own start (editable installs do) is left aside."""
    loaded = run(
        "import sys; before = set(sys.modules); import autograd;"
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    ).split()
    assert "autograd" in loaded
    assert {name for name in loaded if name not in sys.stdlib_module_names} == {"autograd"}


# Size


def code_lines(path: Path) -> int:
    """The lines that hold code: not blank, not comment, not docstring."""
    text = path.read_text(encoding="utf-8")
    docstrings: set[int] = set()
    for item in ast.walk(ast.parse(text)):
        if isinstance(item, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            first = item.body[0] if item.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docstrings |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    silent = {
        *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
        *(tokenize.ENDMARKER, tokenize.ENCODING),
    }
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - docstrings)


def test_lines_of_code_are_counted_as_said(tmp_path: Path) -> None:
    file = tmp_path / "sample.py"
    file.write_text(
        '"""Doc.\n\nMore."""\n\n# Comment\nx = 1  # one\n'
        '\n\ndef f():\n    """Doc."""\n    return (\n        x\n    )\n'
    )
    assert code_lines(file) == 5


def test_the_heart_is_small() -> None:
    assert sum(code_lines(ROOT / "autograd" / f"{name}.py") for name in HEART) <= 400


def bodies(path: Path) -> Iterator[tuple[str, int]]:
    """The functions of a file, with the lines of their bodies without docstrings."""
    for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(item, ast.FunctionDef):
            body = item.body[1:] if ast.get_docstring(item) is not None else item.body
            yield item.name, (item.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", sources("autograd", "nn"), ids=module_name)
def test_no_function_has_more_than_sixty_lines(path: Path) -> None:
    assert [(name, lines) for name, lines in bodies(path) if lines > 60] == []


def test_no_method_of_the_training_has_more_than_forty_lines() -> None:
    found = dict(bodies(ROOT / "nn" / "training" / "loop.py"))
    assert {"run", "advance", "observe", "restore_best"} <= found.keys()
    del found["train"]  # which checks arguments, and makes the training
    assert max(found.values()) <= 40


@pytest.mark.parametrize("name", HEART)
def test_no_line_of_the_heart_is_longer_than_a_hundred_columns(name: str) -> None:
    """Apart from what a trailing comment says to ruff and mypy."""
    lines = (ROOT / "autograd" / f"{name}.py").read_text(encoding="utf-8").splitlines()
    code = [re.sub(r"  # (noqa|type: ignore).*", "", line) for line in lines]
    assert not [line for line in code if len(line) > 100]


# What is public


def public_modules() -> list[ModuleType]:
    return [autograd, *(importlib.import_module(f"autograd.{name}") for name in CORE)]


def test_all_is_what_is_public() -> None:
    assert len(set(autograd.__all__)) == len(autograd.__all__)
    for name in autograd.__all__:
        assert hasattr(autograd, name)
    modules = {module.name for module in pkgutil.iter_modules(autograd.__path__)}
    helpers = {"TYPE_CHECKING", "lazily"}
    found = {name for name in vars(autograd) if not name.startswith("_")} - helpers
    assert found - (modules - set(autograd.__all__)) == set(autograd.__all__)


def test_the_package_has_no_logic() -> None:
    tree = ast.parse((ROOT / "autograd" / "__init__.py").read_text(encoding="utf-8"))
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AugAssign, ast.Expr)
    for statement in tree.body:
        if isinstance(statement, ast.If):  # what loads at its first use, for those who read types
            assert ast.unparse(statement.test) == "TYPE_CHECKING"
            assert all(isinstance(line, ast.ImportFrom) for line in statement.body)
        else:
            assert isinstance(statement, allowed)


def test_no_module_has_the_name_of_a_function() -> None:
    """`autograd.draw` must never turn out to be a module.

    The design names gradients.py after its function; the last line sees that the function wins.
    """
    modules = {module.name for module in pkgutil.iter_modules(autograd.__path__)}
    assert modules & set(autograd.__all__) == {"gradients"}
    for name in autograd.__all__:
        assert not inspect.ismodule(getattr(autograd, name))


METHODS = {
    "add": "__add__",
    "sub": "__sub__",
    "mul": "__mul__",
    "div": "__truediv__",
    "mod": "__mod__",
    "neg": "__neg__",
    "pos": "__pos__",
    "abs": "__abs__",
    "detach": "detach",
}
# Entries that are not called by name from outside: what only rules use, and what functions choose.
CHOSEN = {"branch": "where", "gelu_tanh": "gelu"}
FOR_RULES = {"copysign", "power_less", "gaussian", "normal_cdf", "tanh_slope"}


@pytest.mark.parametrize("name", [name for name, op in TABLE.items() if op.shape is not Shape.NONE])
def test_every_operation_can_be_called(name: str) -> None:
    """By a method or as a function of autograd; rules find theirs in `functions`."""
    if name in METHODS:
        assert callable(getattr(autograd.Value, METHODS[name]))
    elif name in FOR_RULES:
        assert callable(getattr(functions, name))
        assert name not in autograd.__all__
    else:
        public = "where" if name.startswith("where_") else CHOSEN.get(name, name)
        assert callable(getattr(autograd, public))
        assert public in functions.__all__


@pytest.mark.parametrize("module", public_modules(), ids=lambda module: module.__name__)
def test_every_module_is_described(module: ModuleType) -> None:
    assert module.__doc__
    assert re.match(r"[^\n]+\.$", module.__doc__, re.MULTILINE), module.__doc__


# Examples and types


@pytest.mark.parametrize(
    "name", [module_name(p) for p in sources("autograd") if p.stem != "__main__"]
)
def test_examples_run_as_printed(name: str) -> None:
    if name.startswith("autograd.program.native"):
        pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    count = sum(len(test.examples) for m in public_modules() for test in finder.find(m))
    assert count > 20
