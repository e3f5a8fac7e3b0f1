"""`chainrule train data.csv --target species`: train a classifier on a CSV file."""

from __future__ import annotations

import argparse
import numbers
import time
from typing import Any

from autograd.numerals import numeral, percent

from ..data import Data
from ..sources import load_csv
from ..training.engines import AUTO, ENGINES
from . import options
from .network import is_verbose, network_for, results_of, trained
from .report import as_json, matrix_lines, reached


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the program's."""
    parser = commands.add_parser(
        "train",
        help="train a classifier on a CSV file",
        description="Train a network to predict the classes of a CSV file's target column from "
        "its other columns, which hold numbers, and test it on other rows.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("file", help="a CSV file whose first line names the columns")
    left_out = argparse.SUPPRESS  # help shows no default
    add(
        "--target",
        required=True,
        default=left_out,
        metavar="COLUMN",
        help="the column with the classes",
    )
    add("--test", type=options.share, default=0.2, metavar="SHARE", help="of the rows, to try on")
    options.add_training(parser, hidden=[8], lr=0.03, epochs=100)
    add(
        "--batch-size",
        type=options.whole(1),
        default=left_out,
        metavar="ROWS",
        help="rows in a step; if not given, all of them up to 200, else 200",
    )
    add("--engine", choices=[AUTO, *ENGINES], default=AUTO, help="what computes the gradients")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train and print."""
    start = time.perf_counter()
    data = classes(load_csv(arguments.file, arguments.target), arguments.target)
    data = data.split(test=arguments.test, seed=arguments.seed).standardized()
    model = network_for(data, arguments, bias=True)
    if is_verbose(arguments):
        print(f"{arguments.file}: {len(data.train)} rows to train, {len(data.test)} to test.")
    history = trained(
        model,
        data,
        arguments,
        batch_size=vars(arguments).get("batch_size", "auto"),
        seed=arguments.seed,
        engine=arguments.engine,
    )
    results = {
        "file": arguments.file,
        "target": arguments.target,
        "features": data.feature_names,
        "class_names": data.class_names,
        "rows": {"train": len(data.train), "test": len(data.test)},
        **results_of(model, data, history, arguments),
        "parameters": len(model.parameters()),
        "engine": history.engine,
        "note": history.note,
        "seconds": round(time.perf_counter() - start, 2),
    }
    print(as_json(results) if arguments.json else as_text(results))
    return 130 if history.ended_by == "interrupt" else 0


def classes(data: Data, target: str) -> Data:
    """The data with its labels as named classes; ValueError where they are no classes."""
    if data.class_names:
        names: list[Any] = list(data.class_names)
    else:
        names = sorted(set(data.labels))
        if not all([isinstance(name, numbers.Integral) for name in names]):
            raise ValueError(
                f"column {target!r} holds numbers with decimals, {names[0]} and so on, and this "
                "command predicts classes; for numbers use nn.train with the loss mse"
            )
        index = {name: k for k, name in enumerate(names)}
        labels = [index[label] for label in data.labels]
        data = Data(data.rows, labels, data.feature_names, map(str, names))
    if len(names) < 2:
        raise ValueError(f"column {target!r}: expected at least two classes, got {names}")
    return data


def as_text(results: dict[str, Any]) -> str:
    """The results as text."""
    loss, shares = results["loss"], results["accuracy"]
    lines = [
        f"Network {results['network']}, {results['activation']}, {results['parameters']} "
        f"parameters, seed {results['seed']}, engine {results['engine']}.",
        f"Loss: {numeral(loss['start'])} at the start, {numeral(loss['end'])} at the end "
        f"({reached(results)}).",
        f"Accuracy: {percent(shares['train'])} of the training rows, "
        f"{percent(shares['test'])} of the test rows.",
        *([f"Note: {results['note']}."] if results["note"] else []),
        "",
        f"Test rows, the true {results['target']} by row, the network's answers by column:",
        *matrix_lines(results["class_names"], results["confusion_matrix"]),
        "",
        f"{results['seconds']} seconds.",
    ]
    return "\n".join(lines)
