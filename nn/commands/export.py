"""`chainrule export iris.safetensors iris.c`: a saved model as a file in another language."""

from __future__ import annotations

import argparse
from typing import Any

from autograd.exporting import DERIVATIVES, FORMATS

from ..exporting import export
from ..files import load
from . import options


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the parser."""
    endings = ", ".join(FORMATS)
    parser = commands.add_parser(
        "export",
        help="a saved model as C, JavaScript, Python, ...",
        description="Write a saved model into a file that needs neither chainrule nor Python: a "
        "function from a row, in the units of the file that the model was trained on, to the share "
        "of each class and its name, or to the number in its unit. The file says at its top how to "
        "call it, and tests itself.",
    )
    parser.add_argument("model", help="a file that `chainrule train --save` or nn.save wrote")
    parser.add_argument(
        "out", type=options.file(*FORMATS), help=f"the file to write; it ends in {endings}"
    )
    parser.add_argument(
        "--derivatives",
        choices=DERIVATIVES,
        nargs="+",
        default=[],
        help="of the answers with respect to the row, after them",
    )
    parser.add_argument("--float32", action="store_true", help="in single precision")
    parser.add_argument("--name", help="of the function; that of the file if not given")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Export, and print the name of the file."""
    options.refuse_one_file({"out": arguments.out, "the model": arguments.model})
    path = export(
        load(arguments.model),
        arguments.out,
        derivatives=arguments.derivatives,
        float32=arguments.float32,
        name=arguments.name,
    )
    print(f"Wrote {path}.")
    return 0
