import json

from nn.commands.report import as_json, matrix_lines


def test_a_matrix_stands_in_columns():
    assert matrix_lines(["no", "maybe"], [[10, 0], [2, 3]]) == [
        "            no  maybe",
        "     no     10      0",
        "  maybe      2      3",
    ]


def test_json_is_json_whatever_the_numbers():
    results = {"ŷ": [1.5, float("nan")], "more": {"a": (float("inf"), 2, "x", None, True)}}
    text = as_json(results)
    assert "ŷ" in text
    assert json.loads(text) == {"ŷ": [1.5, "nan"], "more": {"a": ["inf", 2, "x", None, True]}}
