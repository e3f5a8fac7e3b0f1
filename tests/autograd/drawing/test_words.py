"""What the pictures say."""

import math

import pytest

from autograd import Value, dot, exp, relu, softmax, sqrt, total
from autograd.drawing.survey import survey
from autograd.drawing.words import caption, description, edge_words, elided, name, node_words, title


@pytest.fixture
def neuron():
    w = [Value(0.5, label="w1"), Value(-2.0, label="w2")]
    x = [Value(3.0, label="x1"), Value(1.0, label="x2")]
    z = dot(w, x)
    z.label = "z"
    return z


def test_names():
    x = Value(1.0)
    assert [name(node) for node in (Value(1.0, label="w1"), x, x * 2.0, (x * 2.0).parents[1])] == [
        *("w1", "leaf", "×", "constant")
    ]
    assert name(Value(1.0, label=" \n ")) == "leaf"
    assert name(Value(1.0, label="a" * 30)) == "a" * 24 + "…"


def test_node_words(neuron):
    found = survey(neuron)
    assert node_words(found, neuron) == (
        "z = dot(w1, x1, w2, x2); data −0.5000; grad 1.000; "
        "local derivatives 3.000, 0.5000, 1.000, −2.000"
    )
    assert node_words(found, neuron.parents[0]) == "w1; data 0.5000; grad 3.000"
    y = neuron.tanh() * 2.0
    found = survey(y)
    assert node_words(found, y.parents[0]).startswith("tanh(z); data −0.4621; grad 2.000; local")
    assert node_words(found, y.parents[1]) == "constant; data 2.000; grad −0.4621"


def test_node_words_hold_the_whole_label():
    label = "a" * 100_000
    x = Value(1.0, label=label)
    y = x * x
    found = survey(y)
    assert node_words(found, x).startswith(label)
    assert len(node_words(found, y)) < 200


def test_edge_words(neuron):
    y = neuron * 4.0
    assert edge_words(survey(y), neuron, 0) == ("w1 to z: local derivative 3.000; times grad 4.000")


def test_the_root_is_named_where_it_is_not_the_first(neuron):
    other = neuron.exp()
    other.label = "other"
    found = survey(neuron, other)
    assert title(found) == "computation graph of z, other"
    assert "; grad of other 1.000;" in node_words(found, other)
    assert "grad of other 1.000" in edge_words(found, other, 0)
    assert "grad: of z; where z does not depend on it, of the root named" in caption(found)
    assert not any(line.startswith("grad") for line in caption(survey(other, neuron)))


def test_long_lists_are_elided():
    assert elided(list(range(16)), sum) == list(range(16))
    assert elided(list(range(17)), len) == [*range(8), 7, 15, 16]
    y = total([Value(float(i), label=f"q{i}") for i in range(40)])
    words = node_words(survey(y), y)
    assert words.startswith(
        "total(q0, q1, q2, q3, q4, q5, q6, q7, … 30 more, q38, q39); data 780.0"
    )


def test_description(neuron):
    assert description(survey(neuron)) == (
        "z is −0.5000. 1 operation on 4 leaves. "
        "Of the leaves w1 has the largest gradient: grad 3.000."
    )
    x = Value(1.0, label="x")
    y = x * 2.0
    assert "Of the leaves x has the largest gradient: grad −5.000." in description(
        survey(x * -5.0 + Value(2.0))
    )
    assert "1 operation on 1 leaf and 1 constant." in description(survey(y))
    constants = y.parents[1] + y.parents[1]
    assert description(survey(constants)) == "+ is 4.000. 1 operation on 0 leaves and 1 constant."


def test_the_caption_explains_what_occurs():
    x = Value(1.0)
    assert caption(survey(x)) == [
        "square: a leaf · double outline: a root",
        "nothing to differentiate: no operation",
    ]
    first, second = caption(survey(x + 1.0))
    assert first == (
        "square: a leaf · small: a constant · rounded: an operation · double outline: a root"
    )
    assert second.startswith("∂: local derivative of the edge that ends there")
    assert "constant" not in caption(survey(x.exp()))[0]


def test_all_lines_of_the_caption_are_short():
    logits = [Value(float(i), label="a long name of a logit" + str(i)) for i in range(3)]
    shares = softmax(logits)
    assert max(len(line) for line in caption(survey(*shares))) <= 100


@pytest.mark.parametrize(
    ("build", "line"),
    [
        (lambda x: (x - x).log(), "⚠ the first value that is not finite: log, of 0"),
        (
            lambda x: sqrt(x - 3.0),
            "⚠ the first local derivative that is not finite: √, of 0",
        ),
        (lambda x: x * Value(math.nan, label="bad"), "⚠ the first value that is not finite: bad"),
        (lambda x: x * 1e200 * 1e200 * 0.0, "⚠ the first value that is not finite: ×, of"),
        (lambda x: (x - 3.0) * 1e200 * 1e200, "⚠ the first gradient that is not finite: that of −"),
        (lambda x: relu(-x), "every gradient is 0; the local derivative of relu is 0"),
        (lambda x: abs(relu(-x)), "every gradient is 0; the local derivative of |·| is 0"),
        (lambda x: x - x, "every gradient is 0"),
    ],
)
def test_the_caption_says_what_must_not_be_missed(build, line):
    found = survey(build(Value(3.0, label="x")))
    assert caption(found)[-1].startswith(line)
    if line.startswith("⚠"):
        assert line.removeprefix("⚠ ") in description(found)


def test_several_roots_that_are_all_there_is_have_gradients():
    x = Value(1.0)
    assert len(caption(survey(exp(x), x))) == 2
