"""No label, whatever is in it, ends a comment or a text, or clashes with a name."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import Value, compile
from autograd.exporting import FORMATS, Subject, c, javascript, python, subject_of
from autograd.exporting.names import named, remark, word
from autograd.ops import TABLE
from tests.autograd.exporting.languages import STRICT, in_node, in_python, needs

NASTY = [
    *(
        "*/",
        "/*",
        "*/ int evil; /*",
        "a\nb",
        "a\\\nb",
        "??/",
        "</script>",
        "<!--",
        "]]>",
        '"""',
        "'",
    ),
    *("\u2028", "\u202e", "\ud800", "\0", "\r", "`${x}`", "#define x", "//", "%s%n", "x" * 300),
    *("int", "double", "class", "lambda", "None", "await", "yield", "NAN", "M_PI", "linux", "I"),
    *(
        "x",
        "y",
        "inputs",
        "outputs",
        "main",
        "total",
        "exp",
        "expf",
        "Math",
        "math",
        "v1",
        "x1",
        "p1",
    ),
    *(
        "y1",
        "ŷ1",
        "ŷ₁",
        "Σ",
        "길이",
        "sepal length (cm)",
        "_a",
        "__file__",
        "2nd",
        "",
        " ",
        "abs",
        "a",
    ),
    *(
        "a_2",
        "a",
        "A",
        "eval",
        "arguments",
        "self_test",
        "__proto__",
        "constructor",
        "largest",
        *TABLE,
    ),
]
labels = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), min_size=3, max_size=40)


def labeled(texts: list[str], name: str, **more: Any) -> Subject:
    """A chain of nodes with these labels, of two inputs and one parameter with labels of them."""
    first, second, third, *others = texts
    w = Value(2.0, third)

    def f(a: Value, b: Value) -> list[Value]:
        y = a * w + b
        for text in others:
            y = (y * 0.5 + a).tanh()
            y.label = text
        return [y, y.exp()]

    made = subject_of(compile(f, [first, second], [w], backend="python"), name, **more)
    return Subject(
        made.name, made.tape, made.numbers, made.parts, f"labels {texts}", made.float32,
        classes=tuple(texts[:2]), notes=tuple(texts), file=f"{third}.c",
    )  # fmt: skip


@given(st.lists(st.sampled_from(NASTY) | st.text(max_size=60)), st.sets(st.sampled_from(NASTY)))
def test_names_are_different_words_that_are_not_reserved(texts: list[str], taken: set[str]) -> None:
    fallbacks = [f"v{i}" for i in range(len(texts))]
    found = named(texts, fallbacks, taken)
    assert len(set(found)) == len(texts)
    assert taken.isdisjoint(found)
    assert all(name.isidentifier() and name.isascii() and name[0] != "_" for name in found)
    assert all(len(name) <= 50 for name in found)


@given(st.sampled_from(NASTY) | st.text())
def test_a_remark_is_one_line_that_ends_nothing(text: str) -> None:
    shown = remark(text)
    assert shown.isprintable()
    assert not any(end in f"/* {shown} */"[2:-2] for end in ("*/", "/*", "</", "<!"))
    shown.encode()


@pytest.mark.parametrize(
    ("label", "expected"),
    [("ŷ1", "y1"), ("w_17", "w_17"), ("petal width (cm)", "petal_width_cm"), ("é-è", "e_e")],
)
def test_a_label_stays_recognizable(label: str, expected: str) -> None:
    assert word(label) == expected


@settings(max_examples=30)
@given(labels, st.sampled_from(NASTY))
@example(NASTY, "class")
def test_python(texts: list[str], name: str) -> None:
    made = labeled(texts, name)
    text = python.text(made)
    module = in_python(text)
    assert module["self_test"]()
    assert module["classify"](made.test[0])[0] in made.classes
    assert module["CLASSES"] == list(made.classes)


@settings(max_examples=8)
@given(labels, st.sampled_from(NASTY))
@example(NASTY, "class")
def test_c(tmp_path_factory: pytest.TempPathFactory, texts: list[str], name: str) -> None:
    needs("gcc", "clang")
    folder = tmp_path_factory.mktemp("c")
    for compiler, float32 in (("gcc", False), ("clang", True)):
        (folder / "program.c").write_text(
            c.text(labeled(texts, name, float32=float32)), encoding="utf-8"
        )
        command = [compiler, *STRICT, "-O0", "-DSELF_TEST", "program.c", "-lm", "-o", "test"]
        subprocess.run(command, cwd=folder, check=True)
        done = subprocess.run(["./test"], cwd=folder, check=True, capture_output=True)
        assert done.stdout.endswith(b"self-test passed\n")


@settings(max_examples=8)
@given(labels, st.sampled_from(NASTY))
@example(NASTY, "class")
def test_javascript(tmp_path_factory: pytest.TempPathFactory, texts: list[str], name: str) -> None:
    needs("node")
    folder = tmp_path_factory.mktemp("js")
    text = javascript.text(labeled(texts, name))
    assert not any(end in text for end in ("</", "<!--", "\u2028"))
    (folder / "program.mjs").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["node", "program.mjs"], cwd=folder, check=True, capture_output=True, text=True
    )
    assert done.stdout == "self-test passed\n"


def test_a_node_of_the_picture_is_one_line_under_its_label() -> None:
    x = Value(0.5, "x")
    h, s = (x * 2.0).tanh(), x.sigmoid()
    h.label, s.label = "h5", "gate"
    made = subject_of(compile(h + s, [x], backend="python"), "f")
    for ending, line in ((".c", "const double "), (".js", "const "), (".py", "")):
        text = FORMATS[ending](made)
        assert isinstance(text, str)
        lines = [one.strip() for one in text.splitlines()]
        assert len([one for one in lines if one.startswith(f"{line}h5 = ")]) == 1
        assert len([one for one in lines if one.startswith(f"{line}gate = sigmoid(x)")]) == 1


@pytest.mark.parametrize(
    "text", ["", "a", "é", '"', "\\", "??/", "%d", "\0\n", "길이", "<", "\ud800"]
)
def test_texts_arrive_whole(text: str, tmp_path: Path) -> None:
    """As the names of classes: what the compiler makes of them."""
    needs("gcc", "node")
    size = len(text.encode("utf-8", "replace"))
    call = f"fwrite({c.string(text)}, 1, {size}, stdout)"
    (tmp_path / "a.c").write_text(f"#include <stdio.h>\nint main(void) {{ {call}; return 0; }}\n")
    subprocess.run(["gcc", *STRICT, "-o", "a", "a.c"], cwd=tmp_path, check=True)
    done = subprocess.run(["./a"], cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout == text.encode("utf-8", "replace")
    code = (
        f"export const program = () => [...{javascript.string(text)}].map((s) => s.codePointAt(0));"
    )
    assert in_node(code, tmp_path, [[]]) == [[float(ord(sign)) for sign in text]]
