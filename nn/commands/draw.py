"""`chainrule draw`: the graph of an expression, its value and its derivatives."""

from __future__ import annotations

import argparse
from typing import Any

import autograd
from autograd.numerals import brief

from . import options
from .report import finish


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the parser."""
    parser = commands.add_parser(
        "draw",
        help="draw an expression with its value and derivatives",
        description="Draw the graph of an expression of names, numbers, + - * / ** % and "
        "autograd's functions, such as tanh, exp, relu, softmax([a, b]).",
        epilog="An expression that begins with a minus goes last, after --: "
        'chainrule draw --at x=2 -- "-x**2"',
    )
    add = parser.add_argument
    add("expression", help='such as "tanh(w*x + b)"')
    add(
        "--at",
        type=options.numbers,
        default={},
        metavar="NAME=NUMBER,...",
        help="a number for each name, such as w=0.5,x=2,b=-1",
    )
    add(
        "-o",
        "--out",
        type=options.picture,
        default="graph.svg",
        metavar="FILE",
        help="the picture (default: graph.svg)",
    )
    add("--json", action="store_true", help="the results as JSON, and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build, draw and print; 1 if the picture could not be drawn."""
    roots, leaves = options.built(arguments.expression, arguments.at)
    derivatives = [autograd.gradients(root, list(leaves.values())) for root in roots]
    results = {
        "expression": arguments.expression,
        "values": [root.data for root in roots],
        "gradients": [dict(zip(leaves, row, strict=True)) for row in derivatives],
    }
    return finish(results, lambda: autograd.draw(roots), arguments, as_text)


def as_text(results: dict[str, Any]) -> str:
    """The results as text."""
    lines = []
    pairs = list(zip(results["values"], results["gradients"], strict=True))
    for i, (value, gradients) in enumerate(pairs, start=1):
        y = f"y{i}" if len(pairs) > 1 else "y"
        lines.append(f"{y} = {brief(value)}")
        lines += [f"∂{y}/∂{name} = {brief(slope)}" for name, slope in gradients.items()]
    first = f"y = {results['expression']}"
    return "\n".join([first, *lines, *[f"Wrote {file}." for file in results["files"]]])
