import json
import math
import struct
from array import array

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from autograd.files import FormatError
from nn.files.safetensors import Tensor, content_of, read

NAMES = st.text(min_size=1, max_size=8).filter(lambda name: name != "__metadata__")
SHAPES = st.lists(st.integers(0, 4), max_size=3).map(tuple)
TEXTS = st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=2)


@st.composite
def tensors(draw):
    found = {}
    for name in draw(st.lists(NAMES, max_size=4, unique=True)):
        shape = draw(SHAPES)
        count = math.prod(shape)
        numbers = draw(st.lists(st.floats(allow_nan=False), min_size=count, max_size=count))
        found[name] = Tensor(shape, array("d", numbers))
    return found


def file_of(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(begin, end, dtype="F64", shape=None):
    shape = [(end - begin) // 8] if shape is None else shape
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def refused(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(FormatError) as raised:
        read(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    return message[len(str(path)) + 2 :]


ANY_TEXT = st.text(st.sampled_from("a\ud800\udbff\udc00\ude00ü\0"), max_size=4)


@given(texts=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2), name=ANY_TEXT, escaped=st.booleans())
def test_texts_are_what_the_package_takes_for_such(texts, name, escaped, tmp_path_factory):
    """Escapes of JSON can be halves of a pair of surrogates, which are no text."""
    header = {"__metadata__": texts, name: entry(0, 8)}
    text = json.dumps(header, ensure_ascii=escaped).encode(errors="surrogatepass")
    path = tmp_path_factory.getbasetemp() / "texts.safetensors"
    path.write_bytes(file_of(text, b"\0" * 8))
    try:
        theirs = safetensors.deserialize(path.read_bytes())
    except safetensors.SafetensorError:
        with pytest.raises(FormatError, match=r": header: (half of a pair|.*invalid UTF-8)"):
            read(path)
    else:
        assert [*read(path)[0]] == [name for name, _ in theirs]


@given(found=tensors(), texts=TEXTS)
def test_what_is_written_the_package_reads_and_so_do_we(found, texts, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "written.safetensors"
    content = content_of(found, texts)
    path.write_bytes(content)
    assert read(path) == (found, texts)
    assert [*read(path)[0]] == [*found]  # in order
    theirs = safetensors.numpy.load(content)
    assert theirs.keys() == found.keys()
    for name, tensor in found.items():
        assert theirs[name].dtype == np.float64
        assert theirs[name].shape == tensor.shape
        assert theirs[name].tobytes() == tensor.numbers.tobytes()


@given(found=tensors(), kind=st.sampled_from([np.float64, np.float32, np.float16]), texts=TEXTS)
def test_what_the_package_writes_is_read(found, kind, texts, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "given.safetensors"
    with np.errstate(over="ignore"):
        arrays = {
            name: np.array(tensor.numbers, dtype=kind).reshape(tensor.shape)
            for name, tensor in found.items()
        }
    safetensors.numpy.save_file(arrays, path, texts or None)  # {} is not what it can write
    read_tensors, read_texts = read(path)
    assert read_texts == texts
    assert read_tensors == {
        name: Tensor(a.shape, array("d", a.astype(float).ravel())) for name, a in arrays.items()
    }


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=20))
def test_bfloat16_is_the_upper_half_of_a_float32(tmp_path_factory, halves):
    path = tmp_path_factory.getbasetemp() / "half.safetensors"
    data = np.array(halves, dtype="<u2").tobytes()
    path.write_bytes(file_of({"a": entry(0, len(data), "BF16", [len(halves)])}, data))
    wanted = (np.array(halves, dtype=np.uint32) << 16).view(np.float32).astype(float)
    found = np.array(read(path)[0]["a"].numbers)
    assert np.array_equal(found, wanted, equal_nan=True)


EIGHT = b"\0" * 8
TWICE = '{{"a":{0},"a":{0}}}'.format(json.dumps(entry(0, 8)))
WRONG = {
    "empty": (b"", "not a safetensors file: it is empty"),
    "cut off in its length": (b"\1\0\0", "not a safetensors file: it begins with b"),
    "cut off in the header": (file_of({"a": entry(0, 8)}, EIGHT)[:30], "expected a header of"),
    "oversized header": (b"\xff" * 8 + b"{}", "not a safetensors file"),
    "a text": (b"sepal,petal\n1.0,2.0\n", "not a safetensors file: it begins with b'sepal,pe'"),
    "cut off in the numbers": (file_of({"a": entry(0, 8)}, EIGHT[:7]), "got 7: the file is cut"),
    "padded": (file_of({"a": entry(0, 8)}, EIGHT + b"\0"), "there is more after the last tensor"),
    "overlapping": (file_of({"a": entry(0, 8), "b": entry(0, 8)}, EIGHT), "'b': overlaps"),
    "hole": (file_of({"a": entry(8, 16)}, EIGHT * 2), "'a': leaves a gap"),
    "beyond the end": (file_of({"a": entry(0, 2**53 - 8)}, EIGHT), "expected 9007199254740984 byt"),
    "a key twice": (file_of(TWICE.encode(), EIGHT), "key 'a'"),
    "deeply nested": (file_of(b"[" * 100_000), "100000"),
    "no JSON": (file_of(b"{a}"), "header: line 1, column 2: "),
    "no UTF-8": (file_of(b'{"\xff":1}'), "UTF-8"),
    "a list": (file_of([]), "header: expected an object, got []"),
    "metadata of numbers": (file_of({"__metadata__": {"a": 1}}), "expected texts by name"),
    "no entry": (file_of({"a": [0, 8]}), "'a': expected data_offsets, dtype, shape, got [0, 8]"),
    "a key more": (file_of({"a": {**entry(0, 0), "code": ""}}), "expected data_offsets, dtype"),
    "whole numbers": (file_of({"a": entry(0, 8, "I64")}, EIGHT), "expected one of F64, F32, F16"),
    "no dtype": (file_of({"a": entry(0, 8, [])}, EIGHT), "dtype: expected one of"),
    "a shape of no numbers": (file_of({"a": entry(0, 8, shape=[True])}, EIGHT), "shape: expected"),
    "a negative size": (file_of({"a": entry(0, 8, shape=[-1])}, EIGHT), "shape: expected whole"),
    "ends reversed": (file_of({"a": entry(8, 0, shape=[0])}, EIGHT), "expected begin and end"),
    "another shape": (file_of({"a": entry(0, 8, shape=[2])}, EIGHT), "expected 8 bytes for each"),
    "a huge shape": (file_of({"a": entry(0, 8, shape=[10**15] * 999)}, EIGHT), "expected 8 bytes"),
    "a graph": (b'{"format": "autograd graph"}', "autograd.load reads graphs"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_refused(tmp_path, fault):
    content, words = WRONG[fault]
    assert words in refused(tmp_path, content)
    try:
        safetensors.deserialize(content)
    except safetensors.SafetensorError:
        taken = False
    else:
        taken = True
    assert taken == (fault in TAKEN)


# By the package: whole numbers, which no model here has; keys that mean nothing or that are twice.
TAKEN = {"whole numbers", "a key more", "a key twice"}


def test_names_that_no_tensor_can_have():
    for name in ("__metadata__", "\ud800"):
        with pytest.raises(ValueError, match="can't be the name of a tensor"):
            content_of({name: Tensor((), array("d", [1.0]))}, {})


def test_numbers_of_a_machine_of_another_byte_order(monkeypatch, tmp_path):
    path = tmp_path / "a.safetensors"
    written = {"a": Tensor((2,), array("d", [1.0, -2.5]))}
    content = content_of(written, {})
    monkeypatch.setattr("nn.files.safetensors.sys.byteorder", "big")
    swapped = content_of(written, {})
    path.write_bytes(content)
    turned = read(path)[0]["a"].numbers
    turned.byteswap()
    assert (swapped[-16:-8], swapped[-8:]) == (content[-16:-8][::-1], content[-8:][::-1])
    assert turned == written["a"].numbers
