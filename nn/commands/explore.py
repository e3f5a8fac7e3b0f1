"""`chainrule explore`: the interactive page of an expression, or of the Iris network's training."""

from __future__ import annotations

import argparse
from typing import Any

import autograd

from ..data.sources import load_iris
from . import options
from .network import network_for, trained
from .report import as_json, reached


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the parser."""
    parser = commands.add_parser(
        "explore",
        help="write the interactive page of an expression or of the Iris network",
        description="Write one HTML file to step through the chain rule in. Of an expression, as "
        "`draw` takes it; without one, of the Iris network, from epoch to epoch of its training.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    left_out = argparse.SUPPRESS  # help shows no default
    add("expression", nargs="?", default=left_out, help='such as "tanh(w*x + b)"')
    add(
        "--at",
        type=options.numbers,
        default=left_out,
        metavar="NAME=NUMBER,...",
        help="a number for each name of the expression, such as w=0.5,x=2,b=-1",
    )
    add("-o", "--out", type=options.page, default="backprop.html", metavar="FILE", help="the page")
    options.add_training(parser, hidden=[4, 4], lr=0.03, epochs=200, activation="tanh")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build or train, write and print."""
    results: dict[str, Any] = {}
    numbers = vars(arguments).get("at", {})
    if "expression" in arguments:
        page = autograd.explore(options.built(arguments.expression, numbers)[0])
    elif numbers:
        raise options.UsageError("--at: expected an expression with these names, got none")
    else:
        iris = load_iris(arguments.seed)
        model = network_for(iris, arguments, bias=False)
        history = trained(model, iris, arguments)
        page = history.explore(iris)
        results = {"epochs": len(history), "ended_by": history.ended_by}
    page.save(arguments.out)
    results = {"files": [str(arguments.out)], **results}
    words = f" ({reached(results)})" if results.get("ended_by") == "interrupt" else ""
    print(as_json(results) if arguments.json else f"Wrote {arguments.out}{words}.")
    return 130 if results.get("ended_by") == "interrupt" else 0
