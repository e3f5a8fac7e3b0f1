import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.arguments import choices
from nn import Data, load_csv
from nn.names import error_prefix, find_name, find_names, join_names
from nn.schema import Schema
from nn.schema.booleans import find_word, find_words


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


def test_names_in_an_error_are_cut():
    assert join_names(["n" * 1000, "b"]) == f"{'n' * 60}, b"
    assert len(choices("m" * 1000, ["n" * 1000] * 20)) < 1500
    assert choices("m" * 1000, ["M" * 1000]).startswith("; did you mean 'MMM")


@given(st.lists(st.sampled_from(["µ", "μ", "a", "true", "True", "viii", True, 0.5, None])))
def test_names_found_at_once_are_those_found_one_by_one(words):
    names = ["μ", "a", "TRUE", "ⅷ"]
    assert find_names(words, names) == [find_name(one, names) for one in words]
    assert find_words(words, names) == [find_word(one, names) for one in words]


MANY = 100_000  # of which a step for each pair would take minutes


def test_many_names_take_time_in_proportion(tmp_path):
    """Columns of a file, columns in another order, classes, categories and means, all at once."""
    names = [f"c{i}" for i in range(MANY)]
    path = tmp_path / "wide.csv"
    path.write_text(f"{','.join(names)}\n{'1,' * (MANY - 1)}2.5\n{',' * (MANY - 1)}3.5\n")
    data = load_csv(path, names[-1], drop=names[1 : MANY // 2], missing="drop")
    assert len(data.feature_names) == MANY // 2
    other = Schema(tuple(names[:0:-1]))
    assert other.column_order(names[1:])[0] == MANY - 2
    with pytest.raises(ValueError, match=r"c99996 and 99995 more: missing c99999; unknown x$"):
        other.column_order([*names[1:-1], "x"])
    classes = [f"w{i}" for i in range(MANY)]
    labeled = Data([[0.0]] * MANY, classes)
    assert labeled.matched(Schema((), tuple(classes[::-1]))).labels == [
        MANY - 1 - i for i in range(MANY)
    ]


def test_many_columns_of_words_take_time_in_proportion():
    count = MANY // 2
    names = [f"c{i}" for i in range(count)]
    data = Data([["a"] * count, [None] * count, ["b"] * count], [0, 1, 1], names, missing="mean")
    columns = data.schema.columns[::-1]
    model = Schema(tuple([name for one in columns for name in one.feature_names]), columns=columns)
    model.check(2 * count)
    found = data.matched(model)
    assert found.rows == [[1.0, 0.0] * count, [0.5, 0.5] * count, [0.0, 1.0] * count]


@pytest.mark.parametrize("text", ["{}\n{},1\n", "{}\n1\n", "{},c0\n{},1\n", "{},\n{},1\n"])
def test_a_wide_file_is_refused_in_a_short_line(tmp_path, text):
    path = tmp_path / "wide.csv"
    path.write_text(text.format(",".join([f"c{i}" for i in range(10_000)]), "1," * 9_999 + "1"))
    with pytest.raises(ValueError, match=r"^.*, line [12]: expected") as caught:
        load_csv(path, "c0")
    assert len(str(caught.value)) < 500 + len(str(path))
    with pytest.raises(ValueError, match=r"row 1: expected 10000 numbers \(x1, .* more\), got 1$"):
        Data([[1.0] * 10_000, [1.0]], [0, 1])
