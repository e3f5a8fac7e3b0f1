import json
import re
import struct
import subprocess
import sys
import tracemalloc
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd.files import FormatError
from nn import MLP, Adam, Data, load, predict, save, score, train
from nn.commands.show import lines_of_rows
from nn.files.description import Description
from tests.nn.files.adversaries import changed, description_in, with_description

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
SOME = 5_000  # bytes, where there are many files
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
    "features": described(schema={
        "columns": [{"name": "n" * (SIZE // 2), "categories": list(map(str, range(SIZE // 20)))}],
        "feature_names": ["x"],
    }),
    "as many features": described(schema={
        "columns": [{"name": "n" * (SIZE // 2), "categories": list(map(str, range(SIZE // 40)))}],
        "feature_names": list(map(str, range(SIZE // 40))),
    }),
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
    message = ""
    tracemalloc.start()
    try:
        model = load(path)
    except FormatError as error:
        model, message = None, str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert len(message) < 1000 + len(str(path))
    assert (model is not None) == (name == "wide")  # a network as large as its file says it is
    assert peak < (100 if model is None else 300) * SIZE


def test_a_description_of_any_length_is_refused_in_bounded_memory(tmp_path):
    """Each field of a file's description, at any depth, made as long and as costly as it can be."""
    path = tmp_path / "a.safetensors"
    model = MLP(3, [2], seed=0)
    data = Data([[1.0, "red"], [2.0, "blue"], [3.0, "red"]], list("aba"), ["size", "color"])
    optimizer = Adam(model.parameters(), lr=0.1)
    train(
        model, data.standardized(), optimizer=optimizer, epochs=2, progress=False,
        engine="eager", checkpoint=path,
    )  # fmt: skip
    trained = path.read_bytes()
    save(model, path, optimizer)
    seen, longest = set(), 0
    for content in (trained, path.read_bytes()):
        for name, description in changed(description_in(content), Description, SOME):
            path.write_bytes(with_description(content, description))
            other = MLP(3, [2], seed=0)
            tracemalloc.start()
            try:
                load(path)
                load(path, other, Adam(other.parameters()))
            except FormatError as error:
                seen.add(name)
                longest = max(longest, len(str(error)))
            finally:
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
            assert longest < 1000 + len(str(path)), name
            assert peak < 100 * (SOME + len(content)), name
    assert {f"schema.{field}" for field in ("columns", "feature_names", "lowest")} <= seen
    assert {"architecture.nouts", "optimizer.settings", "schema.class_names"} <= seen


@pytest.mark.parametrize("name", ["nouts", "activation"])
def test_the_architecture_of_another_model_is_named_briefly(tmp_path, name):
    path = tmp_path / "a.safetensors"
    save(MLP(1, [1]), path)
    description = description_in(path.read_bytes())
    description["architecture"][name] = {"nouts": [1] * 50_000, "activation": "a" * SIZE}[name]
    path.write_bytes(with_description(path.read_bytes(), description))
    with pytest.raises(FormatError) as caught:
        load(path, MLP(1, [1]))
    assert len(str(caught.value)) < 1000 + len(str(path))


SCALES = st.lists(
    st.fixed_dictionaries({"mean": st.just(0.5), "deviation": st.sampled_from([1.0, 2.0, 0.0])}),
    max_size=3,
)
FLOATS = st.lists(st.sampled_from([-1.0, 0.0, 1.0]), max_size=3)
TEXTS = st.lists(st.sampled_from(["a", "b", "c=x", "c=y", "c"]), max_size=3)
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "feature_names": TEXTS,
        "class_names": TEXTS,
        "regression": st.booleans(),
        "feature_scales": SCALES,
        "lowest": FLOATS,
        "highest": FLOATS,
        "target_names": TEXTS,
        "target_scales": SCALES,
        "columns": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["a", "c"])},
                optional={
                    "categories": st.lists(st.sampled_from(["x", "y"]), max_size=2),
                    "fill": FLOATS,
                },
            ),
            max_size=2,
        ),
        "ignored": TEXTS,
    },
)


@given(SCHEMAS, st.sampled_from([1, 2]))
@settings(max_examples=400, deadline=None)
@example({"lowest": [0.0, 0.0], "feature_scales": [{"mean": 0.5}] * 2}, 2)
@example({"lowest": [0.0, 0.0], "highest": [1.0, 1.0]}, 2)
@example({"target_names": ["a", "b"]}, 2)
def test_what_loads_can_be_used(tmp_path_factory, schema, outputs):
    """A schema whose parts contradict each other, or of which one is missing, is refused."""
    path = tmp_path_factory.getbasetemp() / "a.safetensors"
    save(MLP(2, [outputs], seed=0), path)
    description = {**description_in(path.read_bytes()), "schema": schema}
    path.write_bytes(with_description(path.read_bytes(), description))
    model = None
    with suppress(FormatError):
        model = load(path)
    if model is None:
        return
    names = [column.name for column in model.schema.columns] or model.schema.feature_names
    table = [["x" if name == "c" and model.schema.columns and not is_number(model, name) else 0.5
              for name in names or "ab"]]  # fmt: skip
    uses = [
        lambda: predict(model, [[0.5, 0.5]]),
        lambda: predict(model, table, raw=True),
        lambda: score(model, [([0.5, 0.5], 0), ([0.0, 0.5], 1)]),
        lambda: lines_of_rows(model.schema),
        lambda: save(model, path),
        lambda: train(model, Data([[0.5, 0.5]] * 2, [0, 1]), epochs=1, progress=False),
    ]
    for use in uses:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = ""
            try:
                use()
            except ValueError as error:
                said = str(error)
        assert not said or re.match(r"(predict|score|train|cross_entropy|mse): ", said), said


def is_number(model, name):
    return not next(c.categories for c in model.schema.columns if c.name == name)
