"""Structures of numbers: taken apart, put together, and put into each other as JAX does."""

from collections import namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograd import Value
from autograd.structures import NUMBER, array_of, flatten, sparse_form

Point = namedtuple("Point", "x y")
NUMBERS = st.floats(-10.0, 10.0)
ARRAYS = arrays.arrays(np.float64, arrays.array_shapes(max_dims=3, max_side=3), elements=NUMBERS)
STRUCTURES = st.recursive(
    NUMBERS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.builds(Point, inner, inner)
    ),
    max_leaves=6,
)


def same(a, b):
    """Whether two structures are alike, with their types."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


@given(STRUCTURES)
def test_a_structure_is_built_again_of_its_numbers(structure):
    numbers, form = flatten(structure, "f")
    assert same(form.build(numbers), structure)
    assert form.size == len(numbers)
    places = list(form.places())
    for place, number in zip(places, numbers, strict=True):
        assert eval(f"structure{place}", {"structure": structure}) == number
    assert len({*places}) == len(places)


def arange(*shape):
    return np.arange(float(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [  # as jax.jacobian nests them, with the row and the column of each number in it
        (1.0, 2.0, 0.0),
        (1.0, [2.0, 3.0], [0.0, 1.0]),
        ([1.0, 2.0], 3.0, [0.0, 10.0]),
        ([1.0, 2.0], (3.0, 4.0), [(0.0, 1.0), (10.0, 11.0)]),
        (Point(1.0, 2.0), [3.0], Point([0.0], [10.0])),
        (1.0, arange(2), np.array([0.0, 1.0])),
        (arange(2), 1.0, np.array([0.0, 10.0])),
        (arange(2), arange(3), np.array([[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]])),
        (
            arange(2, 1),
            arange(1, 2),
            np.array([[[[0.0, 1.0]]], [[[10.0, 11.0]]]]),
        ),
        (
            arange(2),
            ([1.0], arange(2)),
            ([np.array([0.0, 10.0])], np.array([[1.0, 2.0], [11.0, 12.0]])),
        ),
        ([arange(2), 1.0], arange(1), [np.array([[0.0], [10.0]]), np.array([20.0])]),
        ([], arange(2), []),
        (arange(0), 1.0, arange(0)),
    ],
)
def test_a_structure_in_each_place_of_another(outer, inner, expected):
    (rows, form), (columns, other) = flatten(outer, "f"), flatten(inner, "f")
    table = [[10.0 * i + j for j in range(len(columns))] for i in range(len(rows))]
    assert same(form.around(other, table), expected)


def test_shapes():
    for structure, shape in (
        (1.0, ()),
        ([1.0, 2.0], (2,)),
        ([[1.0, 2.0, 3.0], arange(3)], (2, 3)),
        ([1.0, [2.0]], ((), (1,))),
        ((), (0,)),
        (arange(2, 3), (2, 3)),
    ):
        assert flatten(structure, "f")[1].shape == shape
    assert flatten(np.array(3.0), "f") == ([3.0], NUMBER)


def test_arrays_hold_values_or_floats():
    x = Value(1.0)
    assert array_of([x, 2.0], (2,)).dtype == object
    assert array_of([1.0, 2.0], (2, 1)).dtype == np.float64
    assert array_of([], (0, 2)).shape == (0, 2)


@pytest.mark.parametrize("odd", ["ab", {"a": 1.0}, {1.0}, b"a", [1.0, "ab"], [{}]])
def test_what_is_no_structure(odd):
    with pytest.raises(TypeError, match="f: expected numbers, lists or tuples of numbers"):
        flatten(odd, "f")
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match=r"numpy\.asarray\(x\)"):
        flatten(pandas.Series([1.0]), "f")


def test_the_form_of_a_sparse_matrix():
    form = sparse_form([0, 2, 1], [0, 2, 2, 3], 3)
    assert form.shape == (3, 3)
    assert [*form.places()] == ["[0, 0]", "[0, 2]", "[2, 1]"]
    assert form.build([1.0, 2.0, 3.0]).toarray().tolist() == [[1, 0, 2], [0, 0, 0], [0, 3, 0]]
    numbers, again = flatten(form.build([Value(4.0), 2.0, 3.0]), "f")
    assert [getattr(x, "data", x) for x in numbers] == [4.0, 2.0, 3.0]
    assert [*again.places()] == [*form.places()]
    with pytest.raises(TypeError, match=r"got a sparse matrix; give its entries, \.data of it"):
        form.around(NUMBER, [])
