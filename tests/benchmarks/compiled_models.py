"""Large programs in scalar code, to measure how long they take to compile.

Mixture, hand and determinant are the computations of ADBench and GradBench, on made-up numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value, compile, cross_entropy, dot, grad, jvp, logsumexp, relu, softmax
from autograd.program import Program

draw = random.Random(0).uniform


def values(count: int) -> list[Value]:
    return [Value(draw(-0.5, 0.5)) for _ in range(count)]


def matrix(rows: int, columns: int) -> list[list[Value]]:
    return [values(columns) for _ in range(rows)]


def flat(*parts: Sequence[Sequence[Value]]) -> list[Value]:
    return [x for rows in parts for row in rows for x in row]


def mixture(dimensions: int, components: int) -> Program:
    """The negative log-likelihood of Gaussians with their Wishart prior, by all parameters."""
    weights, below = values(components), dimensions * (dimensions - 1) // 2
    means, scales = matrix(components, dimensions), matrix(components, dimensions)
    lower = matrix(components, below)

    def loss(*x: Value) -> Value:
        terms, prior = [], Value(0.0)
        for k in range(components):
            centered = [a - mean for a, mean in zip(x, means[k], strict=True)]
            diagonal = [scale.exp() for scale in scales[k]]
            scaled = [a * b for a, b in zip(diagonal, centered, strict=True)]
            entries = iter(lower[k])
            for i in range(dimensions):
                for j in range(i + 1, dimensions):
                    scaled[j] = scaled[j] + next(entries) * centered[i]
            determinant = sum(scales[k])
            terms.append(weights[k] + determinant - 0.5 * sum([a * a for a in scaled]))
            squares = sum([a * a for a in diagonal]) + sum([a * a for a in lower[k]])
            prior = prior + 0.5 * squares - determinant
        return logsumexp(terms) - logsumexp(weights) - 0.001 * prior

    return compile(loss, dimensions, [*weights, *flat(means, scales, lower)], backend="native")


Matrix = Sequence[Sequence[Any]]


def times(a: Matrix, b: Matrix) -> list[list[Any]]:
    """The product of matrices, written out."""
    found = []
    for row in a:
        cells = []
        for column in zip(*b, strict=True):
            total = row[0] * column[0]
            for x, y in zip(row[1:], column[1:], strict=True):
                total = total + x * y
            cells.append(total)
        found.append(cells)
    return found


def rotation(x: Any, z: Any, y: Any) -> list[list[Any]]:
    about_x = [[1.0, 0.0, 0.0], [0.0, cos(x), -sin(x)], [0.0, sin(x), cos(x)]]
    about_y = [[cos(y), 0.0, sin(y)], [0.0, 1.0, 0.0], [-sin(y), 0.0, cos(y)]]
    about_z = [[cos(z), -sin(z), 0.0], [sin(z), cos(z), 0.0], [0.0, 0.0, 1.0]]
    return times(times(about_z, about_y), about_x)


def cos(x: Any) -> Any:
    return Value(x).cos() if isinstance(x, float) else x.cos()


def sin(x: Any) -> Any:
    return Value(x).sin() if isinstance(x, float) else x.sin()


def hand(bones: int = 22) -> Program:
    """A skinned vertex of a hand and its derivatives along each of 26 parameters of the pose.

    Five fingers of four bones at a wrist, beside which stands the forearm.
    """
    pose = values(26)
    parents = [-1, *[0 if i % 4 == 0 else i for i in range(20)], 0][:bones]
    rigid = [
        [[draw(-1.0, 1.0) for _ in range(4)] for _ in range(3)] + [[0.0, 0.0, 0.0, 1.0]]
        for _ in range(2 * bones)
    ]

    def vertex(theta: Sequence[Any], position: Sequence[Any], weights: Sequence[Any]) -> list[Any]:
        angles: list[tuple[Any, Any, Any]] = [(0.0, 0.0, 0.0)] * bones
        for finger in range(5):
            first = 6 + 4 * finger
            angles[2 + 4 * finger] = theta[first], theta[first + 1], 0.0
            for i in (1, 2):
                angles[2 + 4 * finger + i] = theta[first + 1 + i], 0.0, 0.0
        absolute: list[Matrix] = []
        for bone, parent in enumerate(parents):
            turned = [[*row, 0.0] for row in rotation(*angles[bone])] + [[0.0, 0.0, 0.0, 1.0]]
            relative = times(rigid[bone], turned)
            absolute.append(relative if parent < 0 else times(absolute[parent], relative))
        moved = [Value(0.0)] * 3
        for bone in range(bones):
            transform = times(absolute[bone], rigid[bones + bone])
            there = times(transform, [[x] for x in (*position, 1.0)])
            moved = [a + weights[bone] * b[0] for a, b in zip(moved, there, strict=False)]
        turn = rotation(*theta[:3])
        return [
            row[0] + shift
            for row, shift in zip(times(turn, [[m] for m in moved]), theta[3:6], strict=True)
        ]

    def derivatives(*row: Value) -> list[Any]:
        position, weights = row[:3], row[3:]
        found = vertex(pose, position, weights)
        for k, angle in enumerate(pose):

            def along(x: Value, k: int = k) -> list[Any]:
                return vertex([*pose[:k], x, *pose[k + 1 :]], position, weights)

            found += jvp(along)(angle, 1.0)[1]
        return found

    return compile(derivatives, 3 + bones, backend="native")


def determinant(entries: Sequence[Any], order: int) -> Any:
    """By minors of the first row, each written anew."""

    def minor(row: int, columns: tuple[int, ...]) -> Any:
        if len(columns) == 1:
            return entries[row * order + columns[0]]
        total: Any = 0.0
        for i, column in enumerate(columns):
            part = entries[row * order + column] * minor(
                row + 1, tuple([c for c in columns if c != column])
            )
            total = total - part if i % 2 else total + part
        return total

    return minor(0, tuple(range(order)))


def determinant_of_rows(order: int) -> Program:
    """The gradient of a determinant: each row holds the entries of a matrix."""
    gradient = grad(lambda x: determinant(x, order))
    return compile(lambda *row: gradient(list(row)), order * order, backend="native")


def determinant_of_parameters(order: int) -> Program:
    """The determinant and its gradient where the entries are parameters."""
    entries = values(order * order)
    return compile(lambda x: x * determinant(entries, order), 1, entries, backend="native")


def transformer(vocabulary: int = 34, width: int = 16, hidden: int = 64) -> Program:
    """Two positions of a transformer with one head that share their weights: 4,192 of them.

    A row is two tokens and the two after them, each as an indicator of each word.
    """
    words, positions = matrix(width, vocabulary), matrix(2, width)
    query, key, value, mix = [matrix(width, width) for _ in range(4)]
    first, second, last = matrix(hidden, width), matrix(width, hidden), matrix(vocabulary, width)

    def layer(weights: Matrix, x: Sequence[Any]) -> list[Any]:
        return [dot(row, x) for row in weights]

    def loss(*row: Value) -> Value:
        tokens = [row[i * vocabulary : (i + 1) * vocabulary] for i in range(4)]
        states = [
            [a + b for a, b in zip(layer(words, token), place, strict=True)]
            for token, place in zip(tokens[:2], positions, strict=True)
        ]
        queries, keys, contents = [[layer(w, x) for x in states] for w in (query, key, value)]
        total = Value(0.0)
        for i, state in enumerate(states):
            weights = softmax([0.25 * dot(queries[i], k) for k in keys[: i + 1]])
            seen = [dot(weights, column) for column in zip(*contents[: i + 1], strict=True)]
            mixed = [a + b for a, b in zip(state, layer(mix, seen), strict=True)]
            inner = [relu(x) for x in layer(first, mixed)]
            found = [a + b for a, b in zip(mixed, layer(second, inner), strict=True)]
            total = total + cross_entropy(layer(last, found), list(tokens[2 + i]))
        return total

    weights = flat(words, positions, query, key, value, mix, first, second, last)
    return compile(loss, 4 * vocabulary, weights, backend="native")


MODELS: dict[str, Callable[[], Program]] = {
    "mixture 10 x 25": lambda: mixture(10, 25),
    "mixture 20 x 25": lambda: mixture(20, 25),
    "hand, 26 directions": hand,
    "determinant 8, rows": lambda: determinant_of_rows(8),
    "determinant 7, parameters": lambda: determinant_of_parameters(7),
    "transformer": transformer,
}
