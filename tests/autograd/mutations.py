"""Files of graphs, mutated: each must load right or be refused, in bounded memory.

    python -m tests.autograd.mutations FOLDER COUNT

A right load is compared with the lists of the file, node by node, by an independent reader. Prints
how many loaded and how many were refused.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
import tracemalloc
from itertools import accumulate
from pathlib import Path
from typing import Any

from autograd import Value, cross_entropy, gradients, load, save, where
from autograd.files import FormatError
from nn import MLP

TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[-+.\w]+|[\[\]{}:,]')
PIECES = [
    *(b"1e999", b"-1e999", b"NaN", b"Infinity", b"9" * 5000, b"-1", b"-0.0", b"0.5", b"1E3", b"01"),
    *(b"4503599627370497", b"18446744073709551616", b"null", b"true", b'"inf"', b'"-nan"', b"{}"),
    *(b"[", b"]", b"{", b"}", b"[" * 3000, b'{"a":' * 3000, b'"', b"\\", b"\xff", b"\0", b"[]"),
    *(b'"\\ud800"', b'"mul"', b'"own"', b'"data":[],', b"[0,1,2]", b"0" * 3000, b"1e-999", b","),
]


def graphs() -> list[Any]:
    """A leaf, a chain, a loss with its derivative, and choices."""
    x, w = Value(0.5, label="x"), Value(-1.25, label="ŵ")
    loss = cross_entropy(MLP(2, [2, 2], activation="relu", seed=0)([x, w]), 1)
    loss.backward()
    (slope,) = gradients(loss, [w], create_graph=True)
    chosen = where(x < w, x.log(), (w * 0.0 / 0.0)) + where(True, x, 1e308 * w)
    chosen.backward()
    return [x, x * w + 1.0, (x * w).tanh() / 0.0, [loss, slope, x], chosen, [chosen, chosen, w]]


def mutated(content: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """A file with one thing changed, or a few."""
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        kind = rng.randrange(8)
        i = rng.randrange(len(data) + 1) if data else 0
        tokens = [*TOKEN.finditer(data)] if kind in (4, 5, 6) else []
        if kind == 0 and data:  # a bit
            data[i % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 1:  # the end
            del data[i:]
        elif kind == 2:  # something put in
            data[i:i] = rng.choice([rng.choice(PIECES), rng.randbytes(rng.randrange(9))])
        elif kind == 3:  # something left out or there twice
            j = min(len(data), i + rng.randrange(40))
            data[i:j] = rng.choice([b"", data[i:j] * 2])
        elif kind == 4 and tokens:  # one token by another
            token = rng.choice(tokens)
            data[token.start() : token.end()] = rng.choice(PIECES)
        elif kind == 5 and tokens:  # two tokens swapped
            one, two = sorted(rng.choices(tokens, k=2), key=lambda token: token.start())
            if one.end() <= two.start():
                between = data[one.end() : two.start()]
                data[one.start() : two.end()] = two[0] + between + one[0]
        elif kind == 6 and tokens:  # a number by another small one
            found = [token for token in tokens if token[0].isdigit()]
            if found:
                token = rng.choice(found)
                data[token.start() : token.end()] = str(rng.randrange(12)).encode()
        else:  # a piece of another file
            other = rng.choice(others)
            start = rng.randrange(len(other))
            data[i:i] = other[start : start + rng.randrange(60)]
    return bytes(data)


def same(number: Any, x: float) -> bool:
    """Whether a float is the number in a file."""
    if isinstance(number, str):
        number = {"nan": math.nan, "-nan": -math.nan, "inf": math.inf, "-inf": -math.inf}[number]
    assert type(number) in (int, float)
    signs = math.copysign(1.0, number) == math.copysign(1.0, x)
    return type(x) is float and signs and (number == x or (number != number and x != x))  # noqa: PLR0124


def check(roots: Any, lists: dict[str, Any]) -> None:
    """Assert that a graph is that of the lists."""
    ends = [*accumulate(lists["slots"], initial=0)]
    counts = [
        {"detach": 1, "branch": 2}.get(lists["operations"][code], 4) for code in lists["traced_op"]
    ]
    starts = [*accumulate(counts, initial=0)]
    several = isinstance(lists["roots"], list)
    todo = [*zip(roots, lists["roots"], strict=True)] if several else [(roots, lists["roots"])]
    met: dict[int, Value] = {}
    while todo:
        node, i = todo.pop()
        if i in met:
            assert met[i] is node
            continue
        met[i] = node
        assert (node.op and node.op.name) == lists["operations"][lists["op"][i]]
        assert same(lists["data"][i], node.data)
        assert same(lists["grad"][i], node.grad)
        start, end = ends[i : i + 2]
        slopes = lists["local_derivatives"][start:end]
        assert all(same(d, found) for d, found in zip(slopes, node.local_derivatives, strict=True))
        todo += zip(node.parents, lists["parents"][start:end], strict=True)
        labels = dict(zip(lists["labeled"], lists["labels"], strict=True))
        assert node.label == labels.get(i)
        if i in lists["decided"]:
            k = lists["decided"].index(i)
            assert node.traced_op.name == lists["operations"][lists["traced_op"][k]]
            assert node.traceable is lists["traceable"][k]
            operands = lists["operands"][starts[k] : starts[k] + counts[k]]
            todo += zip(node.operands, operands, strict=True)
        else:
            assert type(node) is Value
    assert len({*map(id, met.values())}) == len(met)


def bound_memory(most: int) -> None:
    """No more than this many bytes for the process from here on."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(folder: Path, count: int, seed: int = 0) -> None:
    rng = random.Random(seed)
    path = folder / "graph.json"
    contents = [save(graph, path).read_bytes() for graph in graphs()]
    bound_memory(2**30)
    right = refused = 0
    for k in range(count):
        content = mutated(rng.choice(contents), contents, rng)
        path.unlink()  # some file systems sync what is overwritten
        path.write_bytes(content)
        if watched := k % 10 == 0:
            tracemalloc.start()
        try:
            found = load(path)
        except FormatError as error:
            refused += str(error).startswith(f"{path}: ")
        else:
            check(found, json.loads(content))
            right += 1
        if watched:
            assert tracemalloc.get_traced_memory()[1] < 100_000 + 100 * len(content)
            tracemalloc.stop()
    print(right, refused)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
