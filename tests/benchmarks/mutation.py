"""Whether the tests can fail: python -m tests.benchmarks.mutation [mutants] [seed] [native].

Faults are planted in the core, or in the native backend, one at a time, in copies of the project:
an operator, a comparison or a constant is changed, two arguments are swapped, a condition is turned
round, a statement or a function's call is left out, also in the rules of the operation table
(lambdas in tables are what mutmut can't reach). A fault that no test of its subject notices is
printed. A sample is drawn by seed; 0 mutants takes all.
"""

from __future__ import annotations

import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parents[2]
CORE = [
    *("floats", "ieee", "graph", "value", "callables", "functions", "gradients", "transforms"),
    *("checking", "custom", "modes"),
]
OPS = sorted({path.stem for path in (ROOT / "autograd" / "ops").glob("*.py")} - {"__init__"})
NATIVE = sorted(
    {path.stem for path in (ROOT / "autograd/program/native").glob("*.py")} - {"__init__"}
)
# By subject: files, and tests, the quick ones first: most faults need no more.
SUBJECTS = {
    "core": (
        [*[f"autograd/{name}.py" for name in CORE], *[f"autograd/ops/{name}.py" for name in OPS]],
        [
            f"tests/autograd/test_{name}.py"
            for name in (
                *("laws", "gradients", "functions", "transforms", "graph", "floats", "ieee"),
                *("modes", "custom", "checking", "value", "ops"),
            )
        ],
    ),
    "native": (
        [
            "nn/training/engines/native.py",
            *[f"autograd/program/native/{name}.py" for name in NATIVE],
        ],
        [
            *["tests/autograd/program/test_program.py", "tests/autograd/program/native"],
            "tests/nn/training/engines/test_native.py",
        ],
    ),
}
SECONDS = 120  # a fault may make a test run forever

SWAPS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True)
class Mutant:
    """A fault: where, what it changes, before and after, and the text of the file with it."""

    file: str
    line: int
    before: str
    after: str
    text: str


def faults(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Module]]:
    """Every way in which one node of a tree can be changed: the node, and the tree with it."""
    nodes = list(ast.walk(tree))
    for i, node in enumerate(nodes):
        for what in changes(node):
            changed = copy.deepcopy(tree)
            apply(list(ast.walk(changed))[i], what)
            yield node, ast.fix_missing_locations(changed)


def changes(node: ast.AST) -> list[str]:
    """The names of the changes that a node allows."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in SWAPS:
            return ["operator"]
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            return ["comparison"]
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            return ["sign"]
        case ast.Constant(value=float()):
            return ["constant"]
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return ["constant"]
        case ast.Call(args=[_, _, *_]):
            return ["arguments"]
        case ast.Call(func=ast.Attribute(), args=[ast.expr()], keywords=[]):
            return ["function"]
        case ast.Expr(ast.Call()):
            return ["call"]
        case ast.IfExp() | ast.If():
            return ["condition"]
        case ast.FunctionDef(body=[*_, ast.Expr(ast.Constant()), _]):  # a docstring
            return []
        case ast.FunctionDef(body=[*_, ast.Assign() | ast.Expr() | ast.AugAssign(), _]):
            return ["statement"]
    return []


def apply(node: ast.AST, what: str) -> None:
    """Change a node."""
    match what, node:
        case "operator", ast.BinOp() | ast.AugAssign() | ast.BoolOp():
            node.op = SWAPS[type(node.op)]()
        case "comparison", ast.Compare():
            node.ops = [SWAPS[type(node.ops[0])]()]
        case "sign", ast.UnaryOp():
            node.op = ast.UAdd()  # also in place of `not`: the truth is no longer turned
        case "constant", ast.Constant():
            node.value = node.value + 1 if node.value != 1 else 0 * node.value
        case "arguments", ast.Call():
            node.args[0], node.args[1] = node.args[1], node.args[0]
        case "function", ast.Call():  # m.exp(x) to x
            node.func = ast.parse("lambda x: x", mode="eval").body
        case "call", ast.Expr():
            node.value = ast.Constant(None)
        case "condition", ast.IfExp() | ast.If():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case "statement", ast.FunctionDef():
            node.body[-2] = ast.Pass()


def mutants(files: list[str]) -> list[Mutant]:
    found = []
    for file in files:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        plain = ast.unparse(tree)
        for node, changed in faults(tree):
            text = ast.unparse(changed)
            if text != plain:
                pairs = zip(plain, text, strict=False)
                start = next(i for i, (a, b) in enumerate(pairs) if a != b)
                seen = slice(max(0, start - 40), start + 30)
                before, after = [" ".join(whole[seen].split()) for whole in (plain, text)]
                found.append(Mutant(file, getattr(node, "lineno", 0), before, after, text))
    return found


def passes(folder: Path, tests: list[str]) -> bool:
    """Whether these tests pass in a copy of the project."""
    options = ["-q", "-x", "-n0", "-p", "no:cacheprovider", "-k", "not million"]
    command = [sys.executable, "-B", "-m", "pytest", *options, *tests]
    try:
        done = subprocess.run(
            command, cwd=folder, timeout=SECONDS, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def survives(mutant: Mutant, folder: Path, tests: list[str]) -> bool:
    """Whether these tests pass in a copy of the project that has the fault."""
    path = folder / mutant.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(mutant.text, encoding="utf-8")
    try:
        return passes(folder, tests)
    finally:
        path.write_text(whole, encoding="utf-8")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    files, tests = SUBJECTS[sys.argv[3] if len(sys.argv) > 3 else "core"]
    every = mutants(files)
    sample = random.Random(seed).sample(every, count) if count else every
    print(f"{len(sample)} of {len(every)} faults, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        free: Queue[Path] = Queue()
        for worker in ("one", "two"):
            for part in ("autograd", "nn", "tests"):
                shutil.copytree(
                    ROOT / part, Path(name) / worker / part,
                    ignore=shutil.ignore_patterns("__pycache__"),
                )  # fmt: skip
            shutil.copy(ROOT / "pyproject.toml", Path(name) / worker)
            free.put(Path(name) / worker)
        if not passes(Path(name) / "one", tests):
            sys.exit("the tests fail, or take too long, without any fault: nothing can be said")

        def tried(mutant: Mutant) -> bool:
            folder = free.get()
            try:
                return survives(mutant, folder, tests)
            finally:
                free.put(folder)

        survivors = 0
        with ThreadPoolExecutor(2) as pool:
            for mutant, survived in zip(sample, pool.map(tried, sample), strict=True):
                if survived:
                    survivors += 1
                    print(f"survived: {mutant.file}:{mutant.line}")
                    print(f"  - {mutant.before}\n  + {mutant.after}", flush=True)
    print(f"{len(sample) - survivors} of {len(sample)} noticed")


if __name__ == "__main__":
    main()
