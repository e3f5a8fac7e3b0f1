"""What the papers show of the program: printed output, pictures, the notebook's stored outputs.

`python -m tests.papers` writes all of it again; the tests compare it with what is stored.
`python -m tests.papers book` builds the book, a site, of the pages and notebooks in `notebooks/`.

In a document, python blocks run one after the other, as in a notebook; a text block that follows
one is what it printed. A console block holds a command after `$` and what it printed. A block that
says a second word, ```python llvmlite, is left out where that package is not installed; so is a
cell of a notebook, and then keeps its output, whose metadata names a package as `needs` that can't
be imported.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from code import InteractiveConsole
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from autograd.drawing.layout import CHOICE, PACKAGED
from tests import try_page

ROOT = Path(__file__).parents[1]
PAGES = sorted(f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.md"))
# Clusters are the subject of tests/nn/search, which runs their page.
RUN = [page for page in PAGES if page != "notebooks/cluster.md"]
DOCUMENTS = ["README.md", "autograd/README.md", "autograd/program/README.md", *RUN]
BOOK = ROOT / "notebooks" / "_build"
IMAGES = ROOT / "notebooks" / "images"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-+−]?\d+)?")
SECONDS = re.compile(r"\d+(\.\d+)? seconds")
ABOUT = re.compile(r"about \d[-+.e\d,]*")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
FENCE = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

SMALL_PICTURE = """
from autograd import Value, draw, exp
x, w = Value(0.5, label="x"), Value(-1.2, label="w")
y = (x * w).tanh() + exp(x)
y.label = "y"
draw(y).save("small.svg")
"""
LAST_LAYER_PICTURE = """
from autograd import Value, draw
from nn import MLP, Adam, load_iris, probabilities, train
iris = load_iris(seed=0)
model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
optimizer = Adam(model.parameters(), lr=0.03)
history = train(
    model, iris.train, optimizer=optimizer, epochs=200, engine="eager", progress=False
)
x = iris.test.rows[0]
for layer in model.layers[:-1]:
    x = layer(x)
hidden = [Value(h.data, label=h.label) for h in x]
draw(probabilities(model.layers[-1](hidden))[0]).save("last-layer.svg")
"""
# As the README has it, on the same model.
NETWORK_PICTURES = """
from nn import draw_network, draw_training
draw_network(model, iris.test.rows[0], highlight="w17", data=iris).save("network.svg")
draw_training(history).save("training.svg")
"""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the package it needs if any, its text and where that lies."""

    language: str
    needs: str | None
    text: str
    start: int
    line: int


def blocks(document: str) -> list[Block]:
    """The fenced blocks of a document that name a language."""
    return [
        Block(
            found[1],
            found[2],
            found[3],
            found.start(3),
            document.count("\n", 0, found.start(3)) + 1,
        )
        for found in FENCE.finditer(document)
    ]


def same(printed: str, stored: str) -> bool:
    """Whether two texts are the same, but for last digits and what differs from run to run.

    That is when it was, how long it took in seconds, and numbers after the word about.

    C libraries differ in the last bit; so may, after hundreds of steps, the sixth digit, and by the
    rounding the last one that is shown, where a number is not whole.
    """
    printed, stored = (
        ABOUT.sub("about some", SECONDS.sub("some seconds", MOMENT.sub("once", text))).strip()
        for text in (printed, stored)
    )
    pairs = list(zip(NUMBER.findall(printed), NUMBER.findall(stored), strict=False))
    return NUMBER.sub("#", printed) == NUMBER.sub("#", stored) and all(
        abs(number(a) - number(b))
        <= max(1e-4 * abs(number(a)), 1e-4 * abs(number(b)), 1.01 * min(unit(a), unit(b)))
        for a, b in pairs
    )


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def unit(text: str) -> float:
    """That of the last digit; 0 where a number is whole."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    decimals = mantissa.partition(".")[2]
    return 10.0 ** (int(exponent or 0) - len(decimals)) if decimals else 0.0


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """An empty current folder, one layout program for every machine, warnings as errors."""
    before, chosen = Path.cwd(), os.environ.get(CHOICE)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        os.chdir(folder)
        os.environ[CHOICE] = PACKAGED
        try:
            yield Path(folder)
        finally:
            os.chdir(before)
            if chosen is None:
                del os.environ[CHOICE]
            else:
                os.environ[CHOICE] = chosen


def run_python(code: str, namespace: dict[str, Any], where: str = "<code>", line: int = 1) -> str:
    """Run code as it stands and give what it printed; tracebacks show the document's lines."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile("\n" * (line - 1) + code, where, "exec"), namespace)
    return printed.getvalue()


class Prompt(InteractiveConsole):
    """A plain prompt of Python into which text is pasted: what it runs, line by line.

    errors: what it wrote to standard error.
    """

    def __init__(self, run: bool = True) -> None:
        super().__init__({"__name__": "__main__"})
        self.errors: list[str] = []
        self._run = run

    def paste(self, text: str) -> str:
        """Give it a text and the key Enter, and return what was printed.

        A prompt shows the value of an expression too; that is left out.
        """
        printed, shown = io.StringIO(), sys.displayhook
        sys.displayhook = lambda value: None
        try:
            with contextlib.redirect_stdout(printed):
                for line in [*text.splitlines(), ""]:
                    self.push(line)
        finally:
            sys.displayhook = shown
        return printed.getvalue()

    def runcode(self, code: Any) -> None:
        if self._run:
            super().runcode(code)

    def write(self, data: str) -> None:
        self.errors.append(data)


def build_book(folder: Path) -> None:
    """Build the book into a folder, which is emptied, in a process of its own; `html` is the site.

    From the start each time: pages are made of the program too, whose changes Sphinx does not see.

    Raises CalledProcessError where Sphinx warns of anything.
    """
    shutil.rmtree(folder, ignore_errors=True)
    options = ["-q", "-W", "--keep-going", "-b", "html", "-j", "2", "-d", str(folder / "doctrees")]
    places = [str(ROOT / "notebooks"), str(folder / "html")]
    words = [sys.executable, "-m", "sphinx", *options, *places]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    subprocess.run(words, env={**os.environ, "PYTHONPATH": path}, check=True)


def run_command(command: str) -> str:
    """Run a command of a console block with this Python and give what it printed."""
    program, *words = command.split()
    if program == ".venv/bin/python":
        words = [sys.executable, *words]
    elif program == "chainrule":
        words = [sys.executable, "-m", "nn", *words]
    else:
        raise ValueError(f"no console block may run {program!r}")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        words,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode or done.stderr:
        raise RuntimeError(f"{command}: exit code {done.returncode}; {done.stderr}")
    return done.stdout


def outputs(document: str, where: str) -> Iterator[tuple[Block, str, str]]:
    """Run a document: for each block with stored output that block, what is stored, what came."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed, end = "", 0
    for block in blocks(document):
        if block.needs and importlib.util.find_spec(block.needs) is None:
            continue
        if block.language == "python":
            printed = run_python(block.text, namespace, where, block.line)
            end = block.start + len(block.text)
        elif (
            block.language == "text"
            and not document[end + 3 : document.rindex("```", 0, block.start)].strip()
        ):
            yield block, block.text, printed
        elif block.language == "console":
            first, _, stored = block.text.partition("\n")
            yield block, stored, run_command(first.removeprefix("$ "))


def renewed(document: str, where: str) -> str:
    """A document with the outputs that are no longer the same replaced."""
    for block, stored, printed in reversed(list(outputs(document, where))):
        if not same(printed, stored):
            text = block.text[: len(block.text) - len(stored)] + printed.rstrip("\n") + "\n"
            document = document[: block.start] + text + document[block.start + len(block.text) :]
    return document


def draw_pictures() -> list[str]:
    """Draw the papers' pictures into the current folder and give their names."""
    run_python(SMALL_PICTURE, {})
    run_python(LAST_LAYER_PICTURE + NETWORK_PICTURES, {})
    run_command("chainrule --quiet --out iris.svg")
    code = [block for block in blocks(read_page("loops")) if block.language == "python"]
    run_python("".join([block.text for block in code[:2]]), {})  # saves recurrence.svg
    return [
        *("small.svg", "last-layer.svg", "iris.svg", "network.svg", "training.svg"),
        "recurrence.svg",
    ]


def read_page(name: str) -> str:
    """The text of a page of the book."""
    return (ROOT / "notebooks" / f"{name}.md").read_text("utf-8")


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs of a cell, where what was printed is one piece, however the kernel sent it.

    Pages are left out, but for their names: each has some 200 kB, and what shows stored notebooks
    (GitHub, or Jupyter before the reader trusts them) shows no frames.
    """
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            found.append(output)
            if "<iframe" in output.get("data", {}).get("text/html", ""):
                del output.data["text/html"]
    return found


def importable(package: str | None) -> bool:
    """Whether a package can be imported, and what libraries it loads are there; None can."""
    try:
        return package is None or bool(importlib.import_module(package))
    except (ImportError, OSError):
        return False


STRICT = """
import warnings

warnings.simplefilter("error")


def checked(lines):
    check = "; assert not _exit_code, f'exit code {_exit_code}'\\n"
    return [
        line.rstrip() + check if line.lstrip().startswith("get_ipython().system(") else line
        for line in lines
    ]


get_ipython().input_transformers_post.append(checked)
"""


def execute(path: Path) -> Any:
    """A notebook with its outputs, run from top to bottom in a fresh kernel.

    Warnings are errors, and so are commands of a shell that fail.
    """
    notebook = nbformat.read(path, as_version=4)
    whole = notebook.cells
    notebook.cells = [cell for cell in whole if importable(cell.metadata.get("needs"))]
    usual = "warnings.resetwarnings()"  # the kernel itself warns at its end
    strict, last = map(nbformat.v4.new_code_cell, (STRICT, f"import warnings; {usual}"))
    notebook.cells = [strict, *notebook.cells, last]
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", record_timing=False)
    packages = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    # Matplotlib writes the date into its pictures: no other than that.
    surroundings = {**os.environ, "PYTHONPATH": packages, "SOURCE_DATE_EPOCH": "0"}
    client.execute(env=surroundings, cwd=os.getcwd())
    notebook.cells = whole
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        cell.outputs = joined(cell.outputs)
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    return notebook


def main() -> None:
    """Write everything again, or build the book."""
    if sys.argv[1:] == ["book"]:
        build_book(BOOK)
        try_page.build(BOOK / "html" / "try")
        print(f"{BOOK / 'html' / 'index.html'}")
        return
    IMAGES.mkdir(parents=True, exist_ok=True)
    with workshop() as folder:
        for name in draw_pictures():
            (folder / name).replace(IMAGES / name)
    for name in DOCUMENTS:
        path = ROOT / name
        with workshop():  # of its own: two may write files of one name
            path.write_text(renewed(path.read_text("utf-8"), name), "utf-8", newline="\n")
    for path in NOTEBOOKS:
        with workshop():
            nbformat.write(execute(path), path)


if __name__ == "__main__":
    main()
