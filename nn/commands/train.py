"""`chainrule train data.csv --target species`: train a network on a CSV file."""

from __future__ import annotations

import argparse
import math
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograd.numerals import numeral, percent

from ..data import Data
from ..data.sources import read_data
from ..files.description import Outcome
from ..files.models import save_with
from ..layers import MLP
from ..names import error_prefix, join_names
from ..rows.labels import MANY
from ..rows.missing import HOW
from ..training.engines import AUTO, ENGINES
from . import options, tables
from .described import describe_data, missing_as_json
from .network import is_verbose, network_for, parts_in, results_of, trained
from .report import as_json, matrix_lines, reached

SETTINGS = ("epochs", "lr", "batch_size", "seed", "engine")
SUFFIX = "; its name ends in .safetensors"
SCORES = ("loss", "accuracy", "r2", "mean_absolute_error")


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network on a CSV file",
        description="Train a network to predict the target column of a CSV file, classes or "
        "numbers, from its other columns, and test it on other rows. Columns of words become one "
        "feature for each word.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("file", help="a CSV file whose first line names the columns; - is standard input")
    left_out = argparse.SUPPRESS  # help shows no default
    add(
        "--target",
        action="append",
        required=True,
        default=left_out,
        metavar="COLUMN",
        help="the column to predict; given several times, several numbers are predicted",
    )
    add_data(parser)
    tables.add_reading(parser)
    add(
        "--test",
        type=options.share_or_none,
        default=0.2,
        metavar="SHARE",
        help="of the rows, to try on; 0 trains on all of them",
    )
    options.add_training(parser, hidden=[8], lr=0.03, epochs=100, activation=None)
    add(
        "--batch-size",
        type=options.whole(1),
        default=left_out,
        metavar="ROWS",
        help="rows in a step; if not given, all of them up to 200, else 200",
    )
    for name, what in (
        ("save", "write the model there, for `chainrule predict` and nn.load"),
        ("checkpoint", "keep the training there every 10 epochs, and go on from it if it is there"),
    ):
        add(f"--{name}", type=options.model, default=left_out, metavar="FILE", help=what + SUFFIX)
    add(
        "--engine",
        type=options.name_of([AUTO, *ENGINES]),
        default=AUTO,
        metavar="NAME",
        help=f"what computes the gradients: {', '.join([AUTO, *ENGINES])}",
    )
    parser.set_defaults(run=run)


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add the options of what the target is, and of what to leave out."""
    left_out = argparse.SUPPRESS  # help shows no default
    kind = parser.add_mutually_exclusive_group()
    for name, regression in (("classes", False), ("regression", True)):
        kind.add_argument(
            f"--{name}",
            dest="regression",
            action="store_const",
            const=regression,
            default=left_out,
            help=f"whatever the target looks like, it is {'numbers' if regression else 'classes'}",
        )
    parser.add_argument(
        "--drop",
        action="append",
        default=[],
        metavar="COLUMN",
        help="leave a column out; may be given several times",
    )
    parser.add_argument(
        "--missing",
        type=options.name_of(HOW),
        default=left_out,
        metavar="HOW",
        help="drop or mean: drop rows with missing values, or replace these by the mean of the "
        "training rows; they are refused if not given",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train and print."""
    start = time.perf_counter()
    given = vars(arguments)
    options.refuse_one_file(
        {
            "--save": given.get("save"),
            "--checkpoint": given.get("checkpoint"),
            "the rows": arguments.file,
        }
    )
    raw, file = tables.read_content(arguments.file)
    form = tables.format_of(arguments, given.get("missing"))
    data = read_data(
        raw, file, form, arguments.target, arguments.drop, given.get("regression"), named=True
    )
    target = ", ".join(data.schema.target_names)
    with error_prefix(file):
        check_target(data, target, arguments.test)
        data = data.split(test=arguments.test, seed=arguments.seed) if arguments.test else data
    data = data.standardized()
    model = network_for(data, arguments, bias=True)
    if is_verbose(arguments):
        print(describe_data(file, data, target, given.get("regression")), flush=True)
    history = trained(
        model,
        data,
        arguments,
        batch_size=given.get("batch_size", "auto"),
        seed=arguments.seed,
        engine=arguments.engine,
        checkpoint=given.get("checkpoint"),
    )
    results = {
        "file": arguments.file,
        "target": target if len(arguments.target) == 1 else list(data.schema.target_names),
        "features": data.feature_names,
        "regression": data.regression,
        "class_names": data.class_names,
        "rows": {"train": 0, "test": 0} | {n: len(part) for n, part in parts_in(data).items()},
        "missing": missing_as_json(data.missing),
        **results_of(model, data, history, arguments),
        "batch_size": given.get("batch_size", "auto"),
        "parameters": len(model.parameters()),
        "engine": history.engine,
        "note": history.note,
        "seconds": round(time.perf_counter() - start, 2),
    }
    failure = save_model(model, given.get("save"), results)
    print(as_json(results) if arguments.json else as_text(results))
    if failure is not None:
        print(f"chainrule: error: {failure}", file=sys.stderr)
    if history.ended_by == "interrupt":
        return 130
    return 0 if failure is None else 1


def save_model(model: MLP, path: Path | None, results: dict[str, Any]) -> str | None:
    """Write the model, if requested; returns the reason if that failed.

    The results are printed even if this fails.
    """
    results["files"] = []
    if path is None:
        return None
    settings = {name: results[name] for name in SETTINGS}
    settings["hidden"] = tuple(model.nouts[:-1])
    scores = {name: results[name] for name in SCORES if name in results}
    outcome = Outcome(
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "standard input" if results["file"] == "-" else Path(results["file"]).name,
        results["rows"],
        settings,
        {
            name: {part: number for part, number in parts.items() if math.isfinite(number)}
            for name, parts in scores.items()
        },
    )
    try:
        save_with(model, path, None, outcome)
    except (OSError, ValueError) as error:
        return f"the model is not saved: {error}"
    results["files"].append(str(path))
    return None


def check_target(data: Data, target: str, test: float) -> None:
    """ValueError if there is only one class, or one with too few rows to split.

    Args:
        test: the fraction of the test rows.
    """
    count = len(data.class_names)
    if count > MANY and count > len(data) // 2:
        raise ValueError(
            f"column {target!r}: {count} classes in {len(data)} rows are too many to learn; if it "
            "holds numbers to predict, leave --classes out or write --regression"
        )
    if not data.regression and len(data.class_names) < 2:
        raise ValueError(
            f"column {target!r}: expected at least two classes, got {list(data.class_names)}"
        )
    rows = Counter(() if data.regression else data.labels)
    once = [name for k, name in enumerate(data.class_names) if rows[k] == 1]
    if once and test:
        raise ValueError(
            f"column {target!r}: expected at least two rows of each class, to train on one and "
            f"test on another, got one of {join_names(once)}; --test 0 trains on all rows"
        )


def as_text(results: dict[str, Any]) -> str:
    """The results as text."""
    loss = results["loss"]
    lines = [
        f"Network {results['network']}, {results['activation']}, {results['parameters']} "
        f"parameters, seed {results['seed']}, engine {results['engine']}.",
        f"Loss: {numeral(loss['start'])} at the start, {numeral(loss['end'])} at the end "
        f"({reached(results)}).",
        *([f"Note: {results['note']}."] if results["note"] else []),
        *(number_lines(results) if "r2" in results else class_lines(results)),
        "",
        *[
            f"Wrote {file}: the model; chainrule predict {shlex.quote(file)} new.csv answers new "
            "rows."
            for file in results["files"]
        ],
        f"{results['seconds']} seconds.",
    ]
    return "\n".join(lines)


def class_lines(results: dict[str, Any]) -> list[str]:
    """The scores for classes, as lines of text."""
    shares = results["accuracy"]
    tested = "Test" if "test" in shares else "Training"
    return [
        f"Accuracy: {by_part(shares, percent)}.",
        "",
        f"{tested} rows, the true {results['target']} by row, the network's answers by column:",
        *matrix_lines(results["class_names"], results["confusion_matrix"]),
    ]


def number_lines(results: dict[str, Any]) -> list[str]:
    """The scores for a regression, as lines of text."""
    of = results["target"]
    if isinstance(of, list):
        of = f"{', '.join(of)}, as the mean of these"
    return [
        f"R²: {by_part(results['r2'], numeral, 'on')}.",
        f"Mean absolute error: {by_part(results['mean_absolute_error'], numeral, 'on')}, in units "
        f"of {of}.",
    ]


def by_part(numbers: dict[str, float], show: Callable[[float], str], word: str = "of") -> str:
    """A number for the training rows, and one for the test rows, if any."""
    rows = {"train": "training rows", "test": "test rows"}
    return ", ".join([f"{show(x)} {word} the {rows[part]}" for part, x in numbers.items()])
