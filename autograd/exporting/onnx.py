"""A subject as a model of ONNX (opset 18), which runs over a table of rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .onnx_nodes import Nodes
from .subject import Part, Subject, described

__all__ = [
    "PROBABILITIES",
    "ROWS",
    "Nodes",
    "content",
    "labels_of",
    "model_of_graph",
    "nodes_for",
]
OPSET, IR = 18, 8  # of ONNX 1.13
ROWS = "X"  # the input
PROBABILITIES, LABEL = "probabilities", "label"  # outputs of a model of classes


def content(subject: Subject) -> bytes:
    """The model of a subject in scalar form: each instruction is a node, for all rows at once.

    Its input is X, of shape (rows, inputs), and its outputs are the parts by name: y of shape
    (rows,) or (rows, outputs), derivatives of shape (rows, ...). For a classifier y is called
    probabilities, and label is the name of the class with the largest one.
    """
    nodes = nodes_for(subject)
    tape = subject.tape
    leaves = [
        nodes.new("Gather", [ROWS, nodes.tensor(f"column{i}", i, "int64")], name, axis=1)
        for i, name in enumerate(tape.names[: len(tape.inputs)])
    ]
    names = [tape.names[slot] for slot in tape.parameter_slots]
    for name, number in zip(names, subject.numbers, strict=True):
        leaves.append(nodes.scalar(number, name))
    written = nodes.write(tape, leaves)
    count = nodes.new("Shape", [ROWS], "row_count", start=0, end=1)
    columns = [nodes.new("Expand", [one, count], f"{one}_rows") for one in written]
    outputs = [
        part_of(nodes, part, own, output_of(subject, part))
        for part, own in subject.by_part(columns)
    ]
    if subject.classes:
        outputs.append(labels_of(nodes, PROBABILITIES, subject.classes))
    return model_of_graph(nodes, subject, outputs)


def output_of(subject: Subject, part: Part) -> str:
    """The name of the output that a part is."""
    return PROBABILITIES if subject.classes and part is subject.parts[0] else part.name


def nodes_for(subject: Subject) -> Nodes:
    """An empty graph, in which the names of what it takes and gives are reserved."""
    taken = [ROWS, LABEL, *[output_of(subject, part) for part in subject.parts]]
    try:
        return Nodes(subject.float32, taken)
    except ImportError as error:
        raise ImportError(
            'a file of ONNX needs the package onnx: pip install "chainrule[onnx]"'
        ) from error


def part_of(nodes: Nodes, part: Part, columns: Sequence[str], name: str) -> Any:
    """The output of this name that a part is, made of its columns."""
    if len(columns) == 1 and part.name == "y":
        nodes.add("Identity", columns, name)
        return nodes.output(name)
    axis = nodes.tensor("axis", [1], "int64")
    wide = [nodes.new("Unsqueeze", [one, axis], f"{one}_wide") for one in columns]
    if not part.rows:
        nodes.add("Concat", wide, name, axis=1)
        return nodes.output(name, len(columns))
    flat = nodes.new("Concat", wide, f"{name}_flat", axis=1)
    shape = [part.rows, len(columns) // part.rows]
    nodes.add("Reshape", [flat, nodes.tensor("shape", [0, *shape], "int64")], name)
    return nodes.output(name, *shape)


def labels_of(nodes: Nodes, shares: str, classes: Sequence[str]) -> Any:
    """The output that is the name of the class with the largest share, for each row."""
    index = nodes.new("ArgMax", [shares], "largest", axis=1, keepdims=0)
    nodes.add("Gather", [nodes.texts("classes", classes), index], LABEL)
    return nodes.text_output(LABEL)


def model_of_graph(nodes: Nodes, subject: Subject, outputs: Sequence[Any]) -> bytes:
    """The file of a finished graph, checked by the package onnx."""
    import onnx
    from onnx import helper

    rows = nodes.output(ROWS, len(subject.tape.inputs))
    graph = helper.make_graph(nodes.nodes, "graph", [rows], outputs, nodes.tensors)
    made = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
        producer_name="chainrule",
        doc_string=description(subject, [output.name for output in outputs]),
    )
    helper.set_model_props(made, metadata(subject))
    onnx.checker.check_model(made, full_check=True)
    content: bytes = made.SerializeToString(deterministic=True)
    return content


def description(subject: Subject, outputs: Sequence[str]) -> str:
    """The description: origin, and how to run and to test the model."""
    point, results = subject.test
    kind = "float32" if subject.float32 else "float64"
    expected = [f"{name} {found}" for name, found in by_part(subject, results).items()]
    lines = [
        *described(subject),
        "",
        f"{ROWS} has a row of these numbers for each point; {', '.join(outputs)} have one too.",
        "",
        "import numpy, onnxruntime",
        f"session = onnxruntime.InferenceSession({subject.file or subject.name + '.onnx'!r})",
        f'session.run(None, {{"{ROWS}": numpy.array([{list(point)}], dtype="{kind}")}})',
        "",
        f"It gives {'; '.join(expected)}",
        "(test_input and test_output of the metadata, which are JSON).",
    ]
    return clean("\n".join(lines))


def by_part(subject: Subject, results: Sequence[float]) -> dict[str, list[float]]:
    """The numbers of the parts by the names of outputs."""
    return {output_of(subject, part): list(own) for part, own in subject.by_part(results)}


def metadata(subject: Subject) -> dict[str, str]:
    """The metadata: names and the test, as JSON."""
    point, results = subject.test
    texts: dict[str, Any] = {
        "inputs": subject.tape.inputs,
        "outputs": {output_of(subject, part): part.labels for part in subject.parts},
        "test_input": point,
        "test_output": by_part(subject, results),
    }
    if subject.classes:
        texts["classes"] = subject.classes
    return {name: json.dumps(text) for name, text in texts.items()}


def clean(text: str) -> str:
    """A text that UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode()
