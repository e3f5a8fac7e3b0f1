"""What functions make says how it was made, pickles and copies; so does all that is public."""

import copy
import pickle
import sys

import pytest

import autograd
from autograd import Value, compile, derive, draw, explore, grad, operation, paths
from autograd.ops import TABLE

TRANSFORMS = ["value_and_grad", "grad", "jvp", "vjp", "hvp", "jacobian", "hessian"]
WAYS = {"pickle": lambda x: pickle.loads(pickle.dumps(x)), "copy": copy.deepcopy}
again = pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)


def curve(x):
    return x**3


@again
@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name, again):
    made = getattr(autograd, name)(curve)
    arguments = ((2.0,), (1.0,)) if name in ("jvp", "hvp") else (2.0,)
    found, expected = again(made)(*arguments), made(*arguments)
    if name == "vjp":
        found, expected = found[1](1.0), expected[1](1.0)
    assert found == expected
    assert repr(again(made)) == repr(made) == f"{name}(curve)"


@again
def test_transforms_of_transforms(again):
    assert repr(grad(grad(curve))) == "grad(grad(curve))"
    assert again(grad(grad(curve)))(2.0) == 12.0


@again
def test_operations_of_a_user_pickle_by_their_name(again, monkeypatch):
    fourth = operation("fourth", lambda x: x**4, lambda m, x, y: (4.0 * x * x * x,))
    monkeypatch.delitem(TABLE, "fourth")
    monkeypatch.setattr(sys.modules[__name__], "fourth", fourth, raising=False)
    assert again(fourth) is fourth
    assert again(grad(fourth))(2.0) == 32.0


def test_arguments_by_name():
    assert autograd.jvp(curve)(xs=(2.0,), tangents=(1.0,)) == (8.0, 12.0)
    with pytest.raises(TypeError, match=r"grad: .* at least one argument by position"):
        grad(curve)(x=2.0)


def test_what_does_not_pickle_names_itself():
    with pytest.raises((pickle.PicklingError, AttributeError), match="<lambda>"):
        pickle.dumps(grad(lambda x: x))


@again
def test_functions(again):
    for name in autograd.__all__:
        assert again(getattr(autograd, name)) is getattr(autograd, name)


@again
def test_results(again):
    x = Value(0.5, label="x")
    y = (x * 2.0).tanh()
    y.label = "y"
    picture, page = draw(y), explore(y)
    assert again(picture).svg == picture.svg
    assert again(page).html == page.html
    assert repr(again(page)) == repr(page) == "<Page: y>"
    assert again(page)._repr_html_() == page._repr_html_()
    assert str(again(derive(y, x))) == str(derive(y, x))
    assert [str(again(path)) for path in paths(y, x)] == [str(path) for path in paths(y, x)]
    program = compile(curve, 1, backend="python")
    assert again(program)([[2.0]]) == [8.0]
