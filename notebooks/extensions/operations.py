"""The table of operations, made from the operation table and the recorded errors."""

from __future__ import annotations

import csv
import inspect
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograd import Value, functions
from autograd.drawing.page.formulas import without_identities
from autograd.equations import textbook
from autograd.numerals import brief
from autograd.ops import COUNTS, TABLE, Op, Shape
from autograd.recording import evaluate
from autograd.tape.passes import eliminate_dead_code, fold
from autograd.tape.printers.latex import LATEX, name, number
from autograd.tape.printers.notation import ATOM, POWER, Pattern, Term, formulas
from autograd.tape.recorder import Recorder

FIGURES = Path(__file__).parents[2] / "tests" / "benchmarks" / "accuracy.csv"
NUMBERS = {
    2.0 / math.sqrt(math.pi): r"\frac{2}{\sqrt{\pi}}",
    -2.0 / math.sqrt(math.pi): r"-\frac{2}{\sqrt{\pi}}",
    math.sqrt(2.0 * math.pi): r"\sqrt{2\pi}",
    2.0 * math.sqrt(2.0 / math.pi): r"2\sqrt{2/\pi}",
    math.log(2.0): r"\log 2",
    math.log(10.0): r"\log 10",
}


def constant(x: float) -> str:
    """A number by its name where it has one, else with five digits."""
    return NUMBERS.get(x) or number(float(f"{x:.5g}"))


def call(function: str) -> Pattern:
    """A call by the symbol of pictures, where that is a letter."""
    symbol = TABLE[function].symbol if function in TABLE else ""
    if len(symbol) == 1 and symbol.isalpha():
        return Pattern(symbol + r"\left({all}\right)")
    if function.isalpha():
        return LATEX.call(function)
    return Pattern(rf"\mathrm{{{{{function}}}}}\left({{all}}\right)".replace("_", r"\_"))


NOTATION = replace(
    LATEX,
    rows={
        **LATEX.rows,
        "exp": Pattern("e^{{{0}}}", POWER, (0,)),
        "log2": Pattern(r"\log_{{2}}\left({0}\right)"),
        "log10": Pattern(r"\log_{{10}}\left({0}\right)"),
    },
    call=call,
    number=constant,
)


def operand_names(op: Op) -> list[str]:
    """The names of the operands in formulas: those of its rules; two where it takes any number."""
    rules = (op.formula, op.textbook, op.value, op.partials)
    rule = next((rule for rule in rules if callable(rule)), None)
    if op.shape is Shape.MANY:
        return ["x1", "x2"]
    if op.shape is Shape.PAIRS:
        first, second = [word[0] for word in list(inspect.signature(rule).parameters)[1:3]]
        return [f"{first}1", f"{first}2", f"{second}1", f"{second}2"]
    count = COUNTS[op.shape]
    if rule is None:
        return ["x"] if count == 1 else ["a", "b"]
    words = list(inspect.signature(rule).parameters)[1 : count + 1]
    return [{"slope": "s", "alpha": "α"}.get(word, word) for word in words]


def terms(op: Op) -> list[Term]:
    return [Term(name(word)) for word in operand_names(op)]


def value_formula(op: Op) -> str:
    """The value as a person would write it."""
    operands = terms(op)
    recorder = Recorder([""] * len(operands))
    symbols = [recorder.symbol(i) for i in range(len(operands))]
    rule = op.formula or op.value
    value = rule(recorder, *op.split(symbols)) if rule else recorder.emit(op.name, symbols)
    return formulas(recorder.tape([value]), NOTATION, operands)[0].text


def partial_formulas(op: Op) -> list[str]:
    """The partial derivatives as a person would write them; y is the value."""
    operands = terms(op)
    tape = eliminate_dead_code(without_identities(fold(textbook(op, len(operands)))))
    return [found.text for found in formulas(tape, NOTATION, [*operands, Term("y", ATOM)])]


def special_points(op: Op) -> Iterator[tuple[float, ...]]:
    """Where a convention may be needed: 0, ends of the domain, the place where operands meet."""
    count = len(operand_names(op))
    if op.shape is Shape.PAIRS:
        return
    domain = [op.domain[min(i, len(op.domain) - 1)] for i in range(count)]
    others = [ordinary(*interval) for interval in domain[1:]]
    if op.shape is Shape.THREE:
        firsts: list[float] = others
    else:
        low, high = domain[0]
        firsts = sorted({x for x in (low, 0.0, high) if math.isfinite(x) and low <= x <= high})
    if op.shape in (Shape.TWO, Shape.MANY) and domain[1] == (-math.inf, math.inf):
        others = [0.0] * len(others)
    for first in firsts:
        yield (first, *others)


def ordinary(low: float, high: float) -> float:
    """A number well inside an interval."""
    return (low + high) / 2.0 if math.isfinite(low + high) else 1.0


def conventions(op: Op) -> Iterator[str]:
    """Value and derivatives at the special points."""
    words = operand_names(op)
    for point in special_points(op):
        node = evaluate(op, tuple([Value(x) for x in point]))
        at = ", ".join([f"{w} = {brief(x)}" for w, x in zip(words, point, strict=True)])
        slopes = ", ".join(map(brief, node.local_derivatives))
        yield f"{at}: {brief(node.data)}; derivative {slopes}"


def interval(low: float, high: float) -> str:
    ends = f"{brief(low)} to {brief(high)}"
    return "all" if math.isinf(low) and math.isinf(high) else ends


def domains(op: Op) -> str:
    """For each operand the interval, once where all are the same."""
    words, same = operand_names(op), len(op.domain) == 1
    if same:
        return interval(*op.domain[0])
    return "; ".join(
        [
            f"{w}: {interval(*d)}"
            for w, d in zip(words, op.domain, strict=True)
            if d != (-math.inf, math.inf)
        ]
    )


def derivatives(op: Op) -> list[str]:
    """Its partial derivatives; where there are several, with the operand of each."""
    words, slopes = operand_names(op), partial_formulas(op)
    if op.name in ("maximum", "minimum"):  # in textbook form as if no operands were equal
        slopes = [slope.replace(r"cases} 1 &", r"cases} 1/n &") for slope in slopes]
    if len(slopes) == 1:
        return slopes
    return [
        rf"\partial_{{{name(word)}}} = {slope}" for word, slope in zip(words, slopes, strict=True)
    ]


def facts(op: Op) -> list[str]:
    """The lines of reStructuredText that a reference has of an operation."""
    slopes = [f":math:`{slope}`" for slope in derivatives(op)]
    lines = [f"Value: :math:`{value_formula(op)}`", f"Derivative: {', '.join(slopes)}"]
    lines += [f"At {convention}" for convention in conventions(op)]
    return [f"| {line}" for line in lines]


def typeset(formula: str) -> str:
    """As a cell of a table; no bar of a formula may end the cell."""
    return f"${formula}$".replace("|", r"\|")


def error(figure: str) -> str:
    return "∞" if figure == "inf" else figure


def shown_name(op: Op) -> str:
    """Its name, a link where the function has an entry of its own, and its symbol in pictures."""
    name = f"`{op.name}`"
    if op.name in functions.__all__:
        name = f"{{py:func}}`{op.name} <autograd.{op.name}>`"
    return f"{name} {op.symbol}".strip().replace("|", r"\|")


def recorded() -> dict[str, dict[str, str]]:
    """The figures of `python -m tests.benchmarks.accuracy`, by the operation."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return {figures["operation"]: figures for figures in csv.DictReader(file)}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join([f"| {' | '.join(cells)} |" for cells in lines])


def row(op: Op, figures: dict[str, str]) -> Sequence[str]:
    return (
        shown_name(op),
        typeset(value_formula(op)),
        "<br>".join(map(typeset, derivatives(op))),
        domains(op),
        "<br>".join(conventions(op)),
        f"{error(figures['value'])}; {error(figures['derivative'])}",
    )


HEADS = (
    *("operation", "value y", "derivative", "domain", "conventions"),
    "largest error in ulp: value; derivative",
)


def markdown() -> str:
    """One row for each operation that users call: those of which errors are recorded."""
    figures = recorded()
    return table(HEADS, [row(op, figures[name]) for name, op in TABLE.items() if name in figures])


def accuracy() -> str:
    """The recorded errors, orders 2 and 3 too; of what is exact throughout the names."""
    rows = [list(figures.values()) for figures in recorded().values()]
    exact = [f"`{name}`" for name, *errors in rows if not any(map(float, errors))]
    heads = ("operation", "value, ulp", "derivative, ulp", "order 2", "order 3")
    inexact = [errors for errors in rows if any(map(float, errors[1:]))]
    return f"Exact throughout: {', '.join(exact)}.\n\n{table(heads, inexact)}"
