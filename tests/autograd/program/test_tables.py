"""Tables of rows: one rule for every backend, whatever holds the numbers."""

from __future__ import annotations

import array
import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, compile
from tests.autograd.installed import BACKENDS

PROGRAMS = [compile(lambda a, b: [a, b], 2, backend=name) for name in BACKENDS]


class Frame:
    """What a data frame is to a program: names of columns, and an array."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self.columns = list(columns)
        self.array = np.array(list(columns.values()), dtype=object).T

    def to_numpy(self) -> Any:
        return self.array


def answers(rows: Any) -> Any:
    """The rows as all programs read them: numbers, or the refusal."""
    found: list[Any] = []
    for program in PROGRAMS:
        try:
            found.append([[float(x).hex() for x in row] for row in program(rows)])
        except (TypeError, ValueError) as error:
            found.append((type(error), str(error)))
    assert all([other == found[0] for other in found]), found
    return found[0]


def numbers(rows: Any) -> list[list[float]]:
    return [[float.fromhex(x) for x in row] for row in answers(rows)]


PLAIN = np.array([[1.0, 2.5], [-0.0, 7.0], [3.0, -4.0]])
HUGE = [[10**400, -(10**400)], [2**53 + 1, 2**63 + 2**10 + 1]]


@pytest.mark.parametrize(
    "rows",
    [
        PLAIN,
        np.asfortranarray(PLAIN),
        np.repeat(PLAIN, 2, axis=1)[:, ::2],
        PLAIN[::-1][::-1],
        PLAIN.astype(">f8"),
        PLAIN.astype(np.float32),
        PLAIN.astype(np.float16),
        PLAIN.astype(np.longdouble),
        PLAIN.astype(object),
        np.ma.array(PLAIN),
        np.ma.array(PLAIN, mask=False),
        PLAIN.tolist(),
        tuple(map(tuple, PLAIN.tolist())),
        list(PLAIN),
        [array.array("d", row) for row in PLAIN],
        [[Fraction(x) for x in row] for row in PLAIN],
        Frame({"a": [1.0, -0.0, 3.0], "b": [2.5, 7, -4]}),
    ],
)
def test_what_holds_the_numbers_does_not_matter(rows: Any) -> None:
    assert numbers(rows) == PLAIN.tolist()


@pytest.mark.parametrize(
    ("rows", "want"),
    [
        (np.array([[True, False]]), [[1.0, 0.0]]),
        ([[True, False]], [[1.0, 0.0]]),
        (np.array([[1, 200]], np.uint8), [[1.0, 200.0]]),
        (np.array([[2**63 + 2**10 + 1, 2**64 - 1]], np.uint64), [[2.0**63 + 2.0**11, 2.0**64]]),
        (np.array([[2**53 + 1, 2**53 + 3]]), [[2.0**53, 2.0**53 + 4.0]]),
        (HUGE, [[math.inf, -math.inf], [2.0**53, 2.0**63 + 2.0**11]]),
        (np.array(HUGE, dtype=object), [[math.inf, -math.inf], [2.0**53, 2.0**63 + 2.0**11]]),
        (np.array([["1e4000", "-1e-4000"]]).astype(np.longdouble), [[math.inf, -0.0]]),
        ([[1e-320, Fraction(1, 10**400)]], [[1e-320, 0.0]]),
    ],
)
def test_numbers_are_rounded_as_float_does(rows: Any, want: list[list[float]]) -> None:
    assert numbers(rows) == want


@pytest.mark.parametrize(
    ("rows", "kind", "message"),
    [
        (np.ma.array(PLAIN, mask=PLAIN > 6.0), TypeError, "a masked entry is no number"),
        (np.array([[1 + 2j, 0j]]), TypeError, "got complex numbers, of type complex128"),
        ([[1 + 2j, 0.0]], TypeError, "row 0: expected a real number, got complex"),
        ([[1.0, 2.0], [None, 1.0]], TypeError, "row 1: expected a real number, got NoneType"),
        ([["1.5", 2.0]], TypeError, r"got str '1.5'; use float\(text\)"),
        (np.array([["1.5", "2"]]), TypeError, "row 0: expected a real number, got str"),
        ([[Decimal("1.5"), 2.0]], TypeError, r"got Decimal.*; use float\(number\)"),
        ([[Value(1.0), 2.0]], TypeError, "got Value"),
        ([[np.array(1.0), 2.0]], TypeError, "got ndarray"),
        (np.array([[1, 2]], "M8[s]"), TypeError, "got dates"),
        (np.array([[1, 2]], "m8[s]"), TypeError, "got spans of time"),
        (np.zeros(3, [("a", float), ("b", float)]), TypeError, "got records"),
        (np.array([[[1.0], [2.0]]]), TypeError, "row 0: expected a real number, got list"),
        (np.array([1.0, 2.0]), TypeError, r"2 columns \(x1, x2\), got ndarray"),
        ([1.0, 2.0], TypeError, r"2 columns \(x1, x2\), got list \[1.0, 2.0\]"),
        (np.array(1.0), TypeError, "got ndarray"),
        (3.0, TypeError, "got float 3.0"),
        (None, TypeError, "got NoneType None"),
        ("12", TypeError, "got str '12'"),
        ([{"a": 1.0}], TypeError, "got list"),
        (iter([[1.0, 2.0]]), TypeError, "got list_iterator"),
        ([[1.0, 2.0], [1.0]], ValueError, r"row 1: expected 2 columns \(x1, x2\), got 1"),
        (np.ones((4, 3)), ValueError, r"row 0: expected 2 columns \(x1, x2\), got 3"),
        ([], ValueError, "at least one row, got none"),
        (np.empty((0, 2)), ValueError, "at least one row, got none"),
        (np.empty((0, 5)), ValueError, "at least one row, got none"),
        (Frame({"a": [1.0], "name": ["Ada"]}), TypeError, "row 0: .* got str 'Ada'"),
    ],
)
def test_what_is_no_table_is_refused_in_the_same_words(
    rows: Any, kind: type[Exception], message: str
) -> None:
    raised, said = answers(rows)
    assert raised is kind
    assert re.search(message, said), said


def test_columns_of_a_frame_are_matched_by_name_where_both_have_names() -> None:
    for name in BACKENDS:
        program = compile(lambda a, b: a - b, ["a", "b"], backend=name)
        assert list(program(Frame({"a": [3.0], "b": [1.0]}))) == [2.0]
        assert list(program(Frame({"left": [3.0], "right": [1.0]}))) == [2.0]
        with pytest.raises(
            ValueError, match=r"in the order a, b, got b, a; reorder them: table\[\['a', 'b'\]\]"
        ):
            program(Frame({"b": [1.0], "a": [3.0]}))


ENTRIES = st.one_of(
    st.floats(),
    st.integers(),
    st.integers(2**52, 2**70),
    st.booleans(),
    st.fractions(),
    st.sampled_from([None, "1", 1j, Decimal(1), np.float32(0.1), np.int8(3), np.longdouble(0.1)]),
    st.sampled_from([10**400, np.float64("nan"), [], (1.0,), Value(1.0), np.complex64(1.0)]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(ENTRIES, min_size=1, max_size=3) | st.tuples(ENTRIES, ENTRIES)))
def test_drawn_tables(rows: list[Any]) -> None:
    """All read the same numbers or say the same, and so they do of the rows as an array."""
    found = answers(rows)
    as_objects = np.empty((len(rows), 2), dtype=object)
    if rows and all([len(row) == 2 for row in rows]):
        for i, row in enumerate(rows):
            as_objects[i, 0], as_objects[i, 1] = row
        assert answers(as_objects) == found


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_drawn_arrays(data: st.DataObject) -> None:
    """Of every type and layout, what `float` makes of the entries."""
    kind = data.draw(
        st.sampled_from(["?", "b", "B", ">i2", "u4", "<i8", ">u8", "e", ">f4", "d", "g"])
    )
    shape = data.draw(st.tuples(st.integers(1, 5), st.just(2)))
    drawn = np.frombuffer(data.draw(st.binary(min_size=160, max_size=160)), dtype=np.uint8)
    with np.errstate(all="ignore"):
        if np.dtype(kind).kind == "f":
            plain = np.frombuffer(drawn.tobytes(), dtype=np.float64)[: 2 * shape[0]].astype(kind)
        else:
            plain = np.frombuffer(drawn.tobytes(), dtype=np.int64)[: 2 * shape[0]].astype(kind)
    table = plain.reshape(shape, order=data.draw(st.sampled_from(["C", "F"])))
    want = [[float(x).hex() for x in row] for row in table]
    assert answers(table) == want
