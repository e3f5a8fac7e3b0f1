"""All of NumPy's functions of one or two arrays: the numbers of floats, or an error with advice.

The functions come from NumPy's own namespaces, the ways of calling them from a list, and what is
expected from the same call with floats. No function may give another number without a word.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograd import Value
from autograd.numpy_calls import called

np: Any = pytest.importorskip("numpy", reason="NumPy's own functions: pip install numpy")

Way = Callable[[Any, Any, Any], Any]


def floats(x: Any) -> Any:
    """The numbers of an array, of Values or not."""
    return np.array([getattr(v, "data", v) for v in x.ravel()], dtype=float).reshape(x.shape)


WAYS: dict[str, Way] = {
    "f(x)": lambda f, x, y: f(x),
    "f(x, y)": lambda f, x, y: f(x, y),
    "f(floats, y)": lambda f, x, y: f(floats(x), y),
    "f(x, floats)": lambda f, x, y: f(x, floats(y)),
    "f(x, 2)": lambda f, x, y: f(x, 2),
    "f(2.0, x)": lambda f, x, y: f(2.0, x),
    "f([x, y])": lambda f, x, y: f([x, y]),
    "f(x, axis=0)": lambda f, x, y: f(x, axis=0),
    "f(number)": lambda f, x, y: f(x.flat[0]),
    "f(x, -1.0, 1.0)": lambda f, x, y: f(x, -1.0, 1.0),
}
POINTS = [
    (np.array([0.5, 1.25, -2.0, 0.75]), np.array([2.0, -1.0, 0.5, 0.25])),
    (np.array([1.5, math.nan, 0.0, -0.25]), np.array([math.nan, 1.0, 0.0, 3.0])),
    (np.array([math.inf, 2.0, -math.inf, -0.0]), np.array([1.0, math.inf, 0.5, 0.0])),
    (np.array([[1.5, 0.5], [-0.25, 2.0]]), np.array([[0.5, -1.0], [2.0, 1.0]])),
    (np.array([2.0, 2.0, 1.0, 2.0]), np.array([2.0, 1.0, 2.0, 2.0])),
]

# What touches files and NumPy's settings, and what gives memory as it is.
LEFT_OUT = {
    "save",
    "savez",
    "savez_compressed",
    "savetxt",
    "fromfile",
    "load",
    "loadtxt",
    "genfromtxt",
    "info",
    "show_config",
    "test",
    "show_runtime",
    "set_printoptions",
    "seterr",
    "setbufsize",
    "seterrcall",
    "printoptions",
    "empty",
    "empty_like",
    "frombuffer",
    "from_dlpack",
}
# Other results than those of floats, without an error, since no Value is asked for anything.
OTHERWISE = {
    "equal": "== of two Values is identity",
    "not_equal": "== of two Values is identity",
    "isscalar": "a Value is none of NumPy's scalars",
    "logical_and": "of a float and a Value it gives the Value, as `and` does",
    "logical_or": "of a float and a Value it gives one of them, as `or` does",
    "nan_to_num": "NumPy leaves arrays of objects as they are",
}


def functions() -> Iterator[tuple[str, Any]]:
    """The functions of NumPy's namespaces, by name."""
    for module in (np, np.linalg, np.fft):
        for name, found in list(vars(module).items()):
            public = not name.startswith("_") and name not in LEFT_OUT
            if public and callable(found) and not isinstance(found, type):
                yield name if module is np else f"{module.__name__}.{name}", found


def values(x: Any) -> Any:
    found = [Value(number) for number in x.ravel().tolist()]
    return np.array(found, dtype=object).reshape(x.shape)


def plain(found: Any) -> Any:
    """A result with numbers in place of Values."""
    if isinstance(found, Value):
        return found.data
    if isinstance(found, (tuple, list)):
        return [plain(item) for item in found]
    if isinstance(found, np.ndarray) and found.dtype == object:
        return np.array([plain(v) for v in found.ravel()]).reshape(found.shape)
    return found


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, (list, tuple)):
        return len(found) == len(expected) and all(map(same, found, expected))
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if found.shape != expected.shape:
        return False
    return bool(np.allclose(found, expected, rtol=1e-13, atol=1e-300, equal_nan=True))


def of_floats(f: Any, way: Way, x: Any, y: Any) -> Any:
    """What NumPy gives for floats, if it is numbers; else None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = way(f, x.copy(), y.copy())
            if found is None or isinstance(found, (str, np.dtype, type)):
                return None
            same(found, found)
        except Exception:
            return None
        return found


def advised(error: Exception) -> bool:
    text = "\n".join([str(error), *getattr(error, "__notes__", ())])
    return any([word in text for word in ("autograd", "use ", "compare it", "compare numbers")])


# Errors that NumPy gives for other reasons than that it met Values.
NOT_OF_VALUES = (
    "deprecated",
    "Could not convert object to NumPy datetime",
    "must be compatible with input",
    "axis argument to unique",
)


@pytest.mark.parametrize("name", [name for name, _ in functions()])
def test_the_numbers_of_floats_or_an_error_with_advice(name: str) -> None:
    f = dict(functions())[name]
    otherwise = False
    for label, way in WAYS.items():
        for x, y in POINTS:
            expected = of_floats(f, way, x, y)
            if expected is None:
                continue
            found, error = of_values(f, way, x, y)
            if error is not None:
                ours = advised(error) or any([text in str(error) for text in NOT_OF_VALUES])
                assert ours, (label, x, y, error)
            elif not same(plain(found), expected):
                otherwise = True
                assert name in OTHERWISE, (label, x, y, plain(found), expected)
    assert otherwise == (name in OTHERWISE)


def of_values(f: Any, way: Way, x: Any, y: Any) -> tuple[Any, Exception | None]:
    """What NumPy gives for Values, as in a call of a transform, or the error."""
    try:
        return called(lambda x, y: way(f, x, y), [values(x), values(y)]), None
    except Exception as error:
        return None, error
