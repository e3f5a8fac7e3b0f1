import json
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from autograd.files import FormatError
from nn import MLP, load, save

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded as Linux does it")
def test_ten_thousand_mutations_load_right_or_are_refused(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.nn.files.mutations", str(tmp_path), "10000"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    right, refused, gone_on = map(int, done.stdout.split())
    assert right + refused + gone_on == 10_000
    assert min(right, refused) > 1_000
    assert gone_on > 100


def header_of(text, data=b""):
    return struct.pack("<Q", len(text)) + text + data


def described(**changes):
    description = {"format": 1, "model": "MLP", "architecture": None, "schema": {}, **changes}
    text = json.dumps({"__metadata__": {"chainrule": json.dumps(description)}})
    return header_of(text.encode())


SIZE = 200_000
NETWORK = {"activation": "relu", "bias": False, "output": "linear", "seed": None}
TENSOR = '"{}":{{"dtype":"F16","shape":[{},{}],"data_offsets":[{},{}]}}'
# Each is as large as it can be made in so many bytes.
BOMBS = {
    "nested lists": header_of(b"[" * SIZE),
    "flat lists": header_of(b"[" + b"[]," * (SIZE // 3) + b"[]]"),
    "keys": header_of(b"{" + b",".join([b'"%d":[]' % i for i in range(SIZE // 11)]) + b"}"),
    "a long number": header_of(b'{"a":' + b"9" * SIZE + b"}"),
    "dimensions": header_of(
        b'{"a":{"dtype":"F64","data_offsets":[0,0],"shape":[' + b"9999999999999999," * 11_000
        + b"1]}}"
    ),
    "a huge header": b"\xff" * 7 + b"\x7f" + b"{" * SIZE,
    "layers": described(architecture={"nin": 1, "nouts": [1] * (SIZE // 4), **NETWORK}),
    "inputs": described(architecture={"nin": 10**15, "nouts": [1], **NETWORK}),
    "class names": described(schema={"class_names": ["a"] * (SIZE // 7)}),
    "scales": described(schema={"feature_scales": [{}] * (SIZE // 4)}),
    "wide": header_of(
        json.dumps({"__metadata__": {"chainrule": json.dumps({
            "format": 1, "model": "MLP", "schema": {},
            "architecture": {"nin": SIZE // 2, "nouts": [1], **NETWORK},
        })}})[:-1].encode()
        + b"," + TENSOR.format("layers.0.weight", 1, SIZE // 2, 0, SIZE).encode() + b"}",
        b"\0" * SIZE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_memory_is_bounded_by_the_size_of_the_file(tmp_path, name):
    path = tmp_path / "a.safetensors"
    path.write_bytes(BOMBS[name])
    save(MLP(1, [1]), tmp_path / "b")
    load(tmp_path / "b")  # so that what is loaded at the first use is there
    tracemalloc.start()
    try:
        model = load(path)
    except FormatError:
        model = None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (model is not None) == (name == "wide")  # a network as large as its file says it is
    assert peak < (100 if model is None else 300) * SIZE
