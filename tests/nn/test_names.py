import pytest

from nn.names import error_prefix, find_name, join_names


def test_the_name_that_is_meant():
    assert find_name("µ", ["a", "μ"]) == "μ"
    assert find_name("μ", ["µ", "μ"]) == "μ"  # as it is written, where it is
    assert find_name("b", ["a"]) is find_name(1, ["1"]) is find_name(None, []) is None


def test_names_in_an_error():
    assert join_names([]) == "none"
    assert join_names(list("abcd")) == "a, b, c, d"
    assert join_names(list("abcdef")) == "a, b, c, d and 2 more"


def test_who_says_it():
    with pytest.raises(ValueError, match=r"^accuracy: row 0$"), error_prefix("accuracy"):
        raise ValueError("row 0")
    with pytest.raises(KeyError), error_prefix("accuracy"):
        raise KeyError
