"""Files of models, mutated: each must load right or be refused, in bounded memory.

    python -m tests.nn.files.mutations FOLDER COUNT

A right load is what the package safetensors reads. Prints how many loaded, how many were refused,
and how many trainings went on from a mutated checkpoint.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors

from autograd import Value
from autograd.files import FormatError
from nn import MLP, Adam, Data, Layer, Module, load, save, train
from nn.files.parameters import slots_of
from nn.files.records import plain
from tests.autograd.mutations import bound_memory, mutated
from tests.nn.files.record_torch import RECORDED

KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
ROWS = [([0.5 * i, 1.0 - i], i % 2) for i in range(5)]


class Own(Module):
    """A model of one's own."""

    def __init__(self) -> None:
        self.scale, self.layer = Value(0.5), Layer(2, 2, seed=0)


def network() -> MLP:
    return MLP(2, [3, 2], activation=["tanh"], seed=0)


def resumed(path: Path) -> MLP:
    """The model after a training that goes on from the file."""
    model = network()
    train(
        model, Data([x for x, _ in ROWS], [t for _, t in ROWS], ["p", "q"], ["a", "b"]),
        optimizer=Adam(model.parameters(), lr=0.1), epochs=4, batch_size=2, validation=ROWS[:2],
        patience=9, engine="eager", progress=False, checkpoint=path,
    )  # fmt: skip
    return model


def files(folder: Path) -> list[tuple[bytes, Callable[[Path], Module]]]:
    """Files, each with what loads it."""
    path = folder / "a.safetensors"
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    found: list[tuple[bytes, Callable[[Path], Module]]] = [
        (base64.b64decode(one["file"]), lambda path: load(path, into=MLP(3, [4, 4, 2], "tanh")))
        for one in recorded.values()
    ]
    model = network()
    path.unlink(missing_ok=True)
    resumed(path)
    found += [(path.read_bytes(), load), (path.read_bytes(), resumed)]
    train(model, Data(*zip(*ROWS, strict=True)), epochs=1, progress=False, engine="eager")
    save(model, path)
    found.append((path.read_bytes(), load))
    optimizer = Adam(model.parameters())
    save(model, path, optimizer)
    found.append((path.read_bytes(), lambda path: load(path, into=network(), optimizer=optimizer)))
    save(Own(), path)
    found.append((path.read_bytes(), lambda path: load(path, into=Own())))
    return found


def with_header(content: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """A file with its header mutated, or the description in it, of the length that it then has."""
    (length,) = struct.unpack("<Q", content[:8])
    header, data = content[8 : 8 + length], content[8 + length :]
    parts = json.loads(header)
    if rng.random() < 0.6 and "chainrule" in parts.get("__metadata__", {}):
        text = mutated(parts["__metadata__"]["chainrule"].encode(), others, rng)
        parts["__metadata__"]["chainrule"] = text.decode(errors="replace")
        header = json.dumps(parts, ensure_ascii=False).encode()
    else:
        header = mutated(header, others, rng)
    return struct.pack("<Q", len(header)) + header + data


def with_numbers(content: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """A file with some bits of its numbers turned."""
    data = bytearray(content)
    start = 8 + int.from_bytes(content[:8], "little")
    for _ in range(rng.randrange(1, 4)):
        data[rng.randrange(start, len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def check(model: Module, content: bytes) -> None:
    """Assert that the parameters are what the package reads."""
    theirs = dict(safetensors.deserialize(content))
    slots = slots_of(model, "check")
    ours = sorted([x for slot in slots.values() for x in [p.data for p in slot.parameters]])
    tensors = [t for name, t in theirs.items() if not name.startswith(("optimizer/", "training/"))]
    numbers: list[float] = []
    for tensor in tensors:
        array: Any = np.frombuffer(tensor["data"], KINDS[tensor["dtype"]])
        if tensor["dtype"] == "BF16":
            array = (array.astype(np.uint32) << 16).view(np.float32)
        numbers += array.astype(float).tolist()
    assert ours == sorted(numbers)
    length = int.from_bytes(content[:8], "little")
    texts = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    if "chainrule" in texts:
        description = json.loads(texts["chainrule"])
        schema = plain(model.schema)
        assert {name: schema[name] for name in description["schema"]} == description["schema"]
        if description["architecture"] is not None and isinstance(model, MLP):
            assert list(model.nouts) == description["architecture"]["nouts"]


def is_refusal(error: ValueError, path: Path, training: bool) -> bool:
    """Whether an error says of the file what is wrong, or that it is of another training."""
    if isinstance(error, FormatError):
        return str(error).startswith(f"{path}: ")
    return training and str(error).startswith(f"train: checkpoint: {path} has a ")


def main(folder: Path, count: int, seed: int = 0) -> None:
    rng = random.Random(seed)
    given = files(folder)
    contents = [content for content, _ in given]
    path = folder / "mutated.safetensors"
    bound_memory(2**31)
    right = refused = gone_on = longest = 0
    for k in range(count):
        content, loading = rng.choice(given)
        change = rng.choice([mutated, with_numbers, with_header, with_header, with_header])
        content = change(content, contents, rng)
        path.write_bytes(content)
        if watched := k % 20 == 0:
            tracemalloc.start()
        try:
            model = loading(path)
        except ValueError as error:
            if not is_refusal(error, path, loading is resumed):
                raise
            refused, longest = refused + 1, max(longest, len(str(error)))
        else:
            if loading is resumed:
                gone_on += 1
            else:
                check(model, content)
                right += 1
        if watched:
            assert tracemalloc.get_traced_memory()[1] < 1_000_000 + 200 * len(content)
            tracemalloc.stop()
    assert longest < 1000 + len(str(path))
    print(right, refused, gone_on)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
