import pytest

from nn.names import known, listed, said_by


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
