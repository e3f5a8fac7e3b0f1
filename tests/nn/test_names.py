import pytest

from nn.names import choices, known, listed, said_by


def test_the_nearest_name_and_all_of_them():
    assert choices("tahn", ["relu", "tanh"]) == "; did you mean 'tanh'? accepted: relu, tanh"
    assert choices("K", ["b", "k"]) == "; did you mean 'k'? accepted: b, k"
    assert choices("xyz", ["relu", "tanh"]) == "; accepted: relu, tanh"
    assert choices(3, ["relu"]) == "; accepted: relu"
    assert choices("x", []) == "; there are none"


def test_many_names_are_cut():
    names = [f"w{i}" for i in range(1, 22)]
    assert choices("b", names) == "; accepted: w1, w2, w3, ..., w21"
    assert choices("b", names[:20]).count(",") == 19


def test_the_name_that_is_meant():
    assert known("µ", ["a", "μ"]) == "μ"
    assert known("μ", ["µ", "μ"]) == "μ"  # as it is written, where it is
    assert known("b", ["a"]) is known(1, ["1"]) is known(None, []) is None


def test_names_in_an_error():
    assert listed([]) == "none"
    assert listed(list("abcd")) == "a, b, c, d"
    assert listed(list("abcdef")) == "a, b, c, d and 2 more"


def test_who_says_it():
    with pytest.raises(ValueError, match=r"^accuracy: row 0$"), said_by("accuracy"):
        raise ValueError("row 0")
    with pytest.raises(KeyError), said_by("accuracy"):
        raise KeyError
