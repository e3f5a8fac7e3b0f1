import math

import pytest

import autograd
from autograd import Value
from autograd.expressions import DEEPEST, FUNCTIONS, ExpressionError, build

AT = {"w": 0.5, "x": 2.0, "b": -1.0}


def value(text, at=AT):
    (y,), _ = build(text, {name: at[name] for name in at if name in text})
    return y.data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanh(w*x + b)", 0.0),
        (" x ", 2.0),
        ("-x**2", -4.0),
        ("+x % 1.5", 0.5),
        ("2**3*x/4 - 1", 3.0),
        ("1/0 + x", math.inf),  # by the engine's arithmetic, not Python's
        ("(0-8)**0.5*x", math.nan),
        ("exp(1000)*x", math.inf),
        ("1e400 - x", math.inf),
        ("9" * 400 + "*x", math.inf),
        ("total([w, x, 3])", 5.5),
        ("dot((w, x), [x, b])", -1.0),
        ("maximum(w, x, b)", 2.0),
        ("abs(b) + abs(-3)", 4.0),
        ("leaky_relu(b, slope=0.25)", -0.25),
        ("cross_entropy([w, w], 0)", math.log(2)),
        ("mean(softmax([w, x, b]))", 1 / 3),
    ],
)
def test_values(text, expected):
    assert value(text) == pytest.approx(expected, rel=1e-15, nan_ok=True)


def test_the_graph_is_that_of_the_same_words_in_python():
    (y,), leaves = build("tanh(w*x + b) + softplus(x)", AT)
    w, x, b = [Value(AT[name]) for name in "wxb"]
    theirs = (w * x + b).tanh() + autograd.softplus(x)
    assert list(leaves) == ["w", "x", "b"]
    assert [leaf.label for leaf in leaves.values()] == ["w", "x", "b"]
    assert autograd.gradients(y, list(leaves.values())) == autograd.gradients(theirs, [w, x, b])
    (product,), _ = build("x*x", {"x": 3.0})
    assert product.parents[0] is product.parents[1]


def test_a_list_has_several_roots():
    roots, _ = build("softmax([w, x])", {"w": 0.5, "x": 2.0})
    assert [y.data for y in roots] == autograd.softmax([0.5, 2.0])


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "x.__class__",
        "().__class__",
        "open('f')",
        "x if x else w",
        "x and w",
        "x < w",
        "not x",
        "~x",
        "x // w",
        "x @ w",
        "x[0]",
        "lambda: x",
        "[y for y in x]",
        "tanh(*x)",
        "tanh(x)(x)",
        "{x: 1}",
        "{x}",
        "f'{x}'",
        "'x'",
        "True",
        "None",
        "...",
        "1j*x",
        "(x := w)",
        "where(x, w, b)",
    ],
)
def test_what_is_not_allowed(text):
    with pytest.raises(ExpressionError, match=r"is not allowed: expected names|unknown function"):
        build(text, AT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w +* x", r"'w \+\* x', character 4: invalid syntax"),
        ("", "character 0"),
        ("x = 2", "invalid syntax"),
        ("(x", "was never closed"),
        ("x\0", "null bytes"),
        ("tahn(x)", "unknown function 'tahn'; did you mean 'tan"),
        ("tanh(x, x)", r"'tanh\(x, x\)': .*takes 1 positional argument"),
        ("tanh(x, **x)", "unexpected keyword"),
        ("leaky_relu(x, slop=1)", "'slop'"),
        ("[x]*2", "expected a real number, got list"),
        ("x + [x]", "expected a real number, got list"),
        ("total([x, [x]])", r"'total\(\[x, \[x\]\]\)': total: expected a real number, got list"),
        ("total([])", "at least one operand"),
        ("[[x]]", "expected an expression with a name, or a list of them"),
        ("[]", "expected an expression with a name"),
        ("1 + 2", "expected an expression with a name"),
        ("x*w*y*z", "no number for w, y, z: give --at w=1,y=1,z=1"),
    ],
)
def test_errors_say_where_and_what(text, message):
    with pytest.raises(ExpressionError, match=message):
        build(text, {"x": 2.0} if "x" in text else {})


def test_a_number_that_is_not_used():
    with pytest.raises(ExpressionError, match="'y' is not in the expression; accepted: x"):
        build("x", {"x": 1.0, "y": 2.0})


@pytest.mark.parametrize(
    "text",
    [
        "(" * 990 + "x" + ")" * 990,
        "-" * 1990 + "x",
        "-" * DEEPEST + "x",
        "x" + "+x" * 900,
        "x" + "**x" * 600,
        "[" * 199 + "x" + "]" * 199,
        "tanh(" * 180 + "x" + ")" * 180,
        "x" + ".y" * 900,
        "x" + "[0]" * 600,
        "not " * 400 + "x",
        "x if x else " * 150 + "x",
        "lambda:" * 200 + "x",
        "x" * 2001,
        "((x)" * 400,
        "f(" * 900,
    ],
    ids=lambda text: text[:12],
)
def test_deep_and_long_ones_are_refused_in_words(text):
    with pytest.raises(ExpressionError) as error:
        build(text, {"x": 0.5})
    assert len(str(error.value)) < 300


def test_as_deep_as_allowed():
    assert value("-" * (DEEPEST - 1) + "x") == -2.0
    assert value("tanh(" * 90 + "x" + ")" * 90) > 0.0


def test_the_parser_giving_up_is_an_error_in_words(monkeypatch):
    for error in (MemoryError, RecursionError):

        def parse(*_, error=error, **__):
            raise error

        monkeypatch.setattr("ast.parse", parse)
        with pytest.raises(ExpressionError, match="nested too deeply"):
            build("x", {"x": 0.5})


def test_all_functions_of_autograd_but_where_can_be_called():
    assert set(FUNCTIONS) == {*autograd.functions.__all__, "abs"} - {"where"}


@pytest.mark.parametrize(
    ("name", "written"),
    [("\u00b5", "\u03bc"), ("\u03d5", "\u03c6"), ("y\u0302", "\u0177"), ("\u0177", "y\u0302")],
)
def test_names_are_compared_as_python_reads_them(name, written):
    """µ and μ, ϕ and φ, ŷ as one letter or as two."""
    for text, given in ((name, written), (written, name)):
        (y,), leaves = build(f"2*{text}", {given: 3.0})
        assert y.data == 6.0
        assert len(leaves) == 1
    with pytest.raises(ExpressionError, match="two names are equal after Unicode normalization"):
        build(name, {name: 1.0, written: 2.0})
