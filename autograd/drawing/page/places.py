"""Positions of the nodes of any graph: those of a layout program, or layers where none is
installed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..layout import lay_out

WIDTH, HEIGHT = 118, 48  # of a node, in pixels
SMALL = (66, 30)  # of a constant
LABELED = 40  # edges; of more, only those that are lit carry their derivative
SIMPLE = 300  # edges; more are straight lines, which are quick to lay out
Parents = Sequence[Sequence[int]]


def places(parents: Parents, direction: str, constants: Collection[int] = ()) -> dict[str, Any]:
    """Where the nodes and edges are: width, height, centers, and for each edge points and label.

    Args:
        parents: for each node the numbers of its operands.
        direction: "LR" for wide pages, "TB" for narrow ones.
        constants: the nodes that are drawn small.
    """
    try:
        return read_plain(lay_out(source(parents, direction, constants), "plain"), parents)
    except RuntimeError:  # the page needs no program
        return layered(parents, direction)


def source(parents: Parents, direction: str, constants: Collection[int]) -> str:
    """The DOT text: boxes of one size, room on the edges for a number."""
    edges = sum(map(len, parents))
    few = edges <= LABELED
    ranks = {"LR": 0.2 if few else 1.1, "TB": 0.5}[direction]
    apart = f"nodesep={0.4 if few else 0.25};ranksep={ranks}"
    room = {"LR": "0" * 9, "TB": "0" * 8}[direction] if few else ""
    lines = "true" if edges <= SIMPLE else "line"
    small = f"[width={SMALL[0] / 72},height={SMALL[1] / 72}]"
    text = [
        f"digraph{{rankdir={direction};{apart};splines={lines};nslimit=2;nslimit1=2;",
        f'node[shape=box,fixedsize=true,label="",width={WIDTH / 72},height={HEIGHT / 72}];',
        f'edge[arrowhead=none,fontname=Arial,fontsize=12,label="{room}"];',
        *[f"n{i}{small if i in constants else ''};" for i in range(len(parents))],
        *[f"n{p}->n{i};" for i, operands in enumerate(parents) for p in operands],
        "}",
    ]
    return "\n".join(text)


def read_plain(text: str, parents: Parents) -> dict[str, Any]:
    """The layout program's plain output, in pixels from the top left."""
    width = height = 0.0
    centers: dict[str, list[float]] = {}
    edges: dict[tuple[str, str], list[Any]] = {}

    def pixels(x: str, y: str) -> list[float]:
        return [round(72 * float(x), 1), round(72 * (height - float(y)), 1)]

    for line in text.splitlines():
        words = line.split()
        if words[0] == "graph":
            width, height = float(words[2]), float(words[3])
        elif words[0] == "node":
            centers[words[1]] = pixels(words[2], words[3])
        elif words[0] == "edge":
            count = int(words[3])
            numbers = words[4 : 4 + 2 * count]
            points = [pixels(*numbers[i : i + 2]) for i in range(0, 2 * count, 2)]
            after = words[4 + 2 * count :]
            label = pixels(after[1], after[2]) if len(after) == 5 else points[len(points) // 2]
            edges.setdefault((words[1], words[2]), []).append([points, label])
    return {
        "width": round(72 * width),
        "height": round(72 * height),
        "nodes": [centers[f"n{i}"] for i in range(len(parents))],
        "edges": [
            [edges[f"n{p}", f"n{i}"].pop(0) for p in operands] for i, operands in enumerate(parents)
        ],
    }


def layered(parents: Parents, direction: str) -> dict[str, Any]:
    """Layers by distance from the leaves, each in the order of the means of its operands."""
    layers: list[list[int]] = []
    depth: list[int] = []
    for i, operands in enumerate(parents):
        depth.append(1 + max([depth[p] for p in operands], default=-1))
        layers += [[]] * (depth[i] + 1 - len(layers))
        layers[depth[i]] = [*layers[depth[i]], i]
    across, along = (HEIGHT + 36, WIDTH + 96) if direction == "LR" else (WIDTH + 28, HEIGHT + 66)
    widest = max(map(len, layers))
    position: dict[int, float] = {}
    for layer in layers:
        means = {i: sum([position[p] for p in parents[i]]) / (len(parents[i]) or 1) for i in layer}
        for k, i in enumerate(sorted(layer, key=means.__getitem__)):
            position[i] = (k + (widest - len(layer) + 1) / 2) * across

    def center(i: int) -> list[float]:
        x, y = along * depth[i] + (WIDTH + 10) / 2, position[i]
        return [x, y] if direction == "LR" else [y, x]

    def edge(p: int, i: int) -> list[Any]:
        (x1, y1), (x2, y2) = center(p), center(i)
        if direction == "LR":
            x1, x2 = x1 + WIDTH / 2, x2 - WIDTH / 2
        else:
            y1, y2 = y1 + HEIGHT / 2, y2 - HEIGHT / 2
        points = [[x1 + (x2 - x1) * t / 3, y1 + (y2 - y1) * t / 3] for t in range(4)]
        return [points, [(x1 + x2) / 2, (y1 + y2) / 2]]

    size = [len(layers) * along, (widest + 1) * across]
    return {
        "width": size[direction != "LR"],
        "height": size[direction == "LR"],
        "nodes": [center(i) for i in range(len(parents))],
        "edges": [[edge(p, i) for p in operands] for i, operands in enumerate(parents)],
    }
