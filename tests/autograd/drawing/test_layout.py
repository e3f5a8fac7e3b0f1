"""Finding and running layout programs, good and bad."""

import os
import sys
import types
from importlib import metadata

import pytest

from autograd import draw, explore
from autograd.drawing import layout
from autograd.drawing.layout import CHOICE, PACKAGED, find, lay_out

GOOD = '<svg width="1pt" height="1pt"></svg>'


@pytest.fixture
def program(tmp_path):
    """A function: the path of a layout program that does what a piece of Python says."""
    if os.name == "nt":
        pytest.skip("a program is made of a script with a #! line")

    def make(code, name="fake"):
        path = tmp_path / name
        path.write_text(f"#!{sys.executable}\nimport sys, time\n{code}\n", encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    return make


def test_the_packaged_program_draws():
    svg = lay_out("digraph { a -> b }")
    assert svg.count("<title>") >= 3
    assert svg.rstrip().endswith("</svg>")


def test_the_program_reads_the_source_and_is_asked_for_svg(monkeypatch, program):
    echo = "print(sys.argv[1:], sys.stdin.buffer.read().decode(), '</svg>')"
    monkeypatch.setenv(CHOICE, program(echo))
    assert lay_out("digraph { ŷ }").strip() == "['-Tsvg'] digraph { ŷ } </svg>"


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        (
            f"print('{GOOD}'); print('bad label', file=sys.stderr); sys.exit(1)",
            "exit code 1.*bad label",
        ),
        ("pass", "exit code 0, no whole SVG; stderr: empty"),
        (f"print('{GOOD[:-3]}')", "exit code 0, no whole SVG"),
        ("sys.stdout.buffer.write(b'\\xff\\xfe')", "exit code 0, no whole SVG"),
        ("time.sleep(60)", "not done after 0.5 seconds; draw fewer nodes"),
    ],
)
def test_what_is_not_a_whole_picture_is_refused(monkeypatch, program, code, complaint):
    monkeypatch.setattr(layout, "SECONDS", 0.5 if "sleep" in code else 60.0)
    monkeypatch.setenv(CHOICE, program(code))
    with pytest.raises(RuntimeError, match=f"(?s){complaint}.*pip install"):
        lay_out("digraph {}")


def test_a_file_that_is_no_program(monkeypatch, program, tmp_path):
    path = program("pass")
    (tmp_path / "fake").write_bytes(b"\x7fELF nonsense")
    monkeypatch.setenv(CHOICE, path)
    with pytest.raises(RuntimeError, match="can't be run"):
        lay_out("digraph {}")


def test_dot_goes_first_and_the_packaged_program_helps_out(monkeypatch, program, tmp_path):
    monkeypatch.delenv(CHOICE)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "<title>a</title>" in lay_out("digraph { a }")  # there is no dot yet
    program("print('<svg>mine</svg>')", "dot")
    assert lay_out("digraph { a }").strip() == "<svg>mine</svg>"
    program("sys.exit(3)", "dot")
    assert "<title>a</title>" in lay_out("digraph { a }")


def test_a_chosen_program_is_the_only_one(monkeypatch):
    monkeypatch.setenv(CHOICE, "/no/such/dot")
    with pytest.raises(RuntimeError) as error:
        lay_out("digraph {}")
    assert str(error.value).splitlines()[:2] == [
        "no layout program gave a picture. Tried (CHAINRULE_DOT is set):",
        "  /no/such/dot: not found",
    ]
    assert "graphviz.org" in str(error.value)


def test_the_error_lists_all_that_was_tried(monkeypatch, tmp_path):
    monkeypatch.setenv(CHOICE, "")  # as good as unset
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(metadata, "files", lambda name: None)
    with pytest.raises(RuntimeError, match=r"Tried:\n  dot: not found\n  graphviz-pure: not found"):
        lay_out("digraph {}")


def test_the_packaged_program_can_also_be_on_the_path(monkeypatch, program, tmp_path):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    path = program("pass", PACKAGED)
    monkeypatch.setattr(metadata, "files", missing)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find(PACKAGED) == path


def test_a_program_that_was_deleted_is_not_found(monkeypatch, tmp_path):
    gone = metadata.PackagePath("bin", PACKAGED)
    gone.dist = metadata.Distribution.at(tmp_path / "chainrule.dist-info")
    monkeypatch.setattr(metadata, "files", lambda name: [gone])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find(PACKAGED) is None


@pytest.fixture
def module(monkeypatch):
    """A function: lay out by a module whose function `lay_out` is this one."""

    def use(function):
        made = types.ModuleType("my_layout")
        made.lay_out = function
        monkeypatch.setitem(sys.modules, "my_layout", made)
        monkeypatch.setenv(CHOICE, "module://my_layout")

    return use


@pytest.mark.parametrize("form", ["svg", "plain"])
def test_a_module_lays_out_in_place_of_a_program(module, monkeypatch, form):
    by_program = {form: lay_out("digraph { ŷ -> b }", form) for form in ("svg", "plain")}
    asked = []
    module(lambda source, form: asked.append((source, form)) or by_program[form])
    monkeypatch.setattr(layout, "run", None)
    assert lay_out("digraph { ŷ -> b }", form) == by_program[form]
    assert asked == [("digraph { ŷ -> b }", form)]


def test_a_picture_and_a_page_by_a_module(module, example, monkeypatch):
    expected, page = draw(example).svg, explore(example).html
    programs = layout.run
    module(lambda source, form: programs(find(PACKAGED), source, form)[0].decode())
    monkeypatch.setattr(layout, "run", None)
    assert draw(example).svg == expected
    assert explore(example).html == page


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (lambda source, form: GOOD[:-3], "no whole SVG"),
        (lambda source, form: None, "AttributeError: .*None.*encode"),
        (lambda source, form: 1 / 0, "ZeroDivisionError: division by zero"),
    ],
)
def test_what_a_module_does_not_lay_out_is_refused(module, function, complaint):
    module(function)
    with pytest.raises(RuntimeError, match=rf"(?s)module://my_layout: {complaint}"):
        lay_out("digraph {}")


def test_a_module_that_is_missing(monkeypatch):
    monkeypatch.setenv(CHOICE, "module://no_such_layout")
    with pytest.raises(RuntimeError, match=r"ModuleNotFoundError: No module named 'no_such_layout"):
        lay_out("digraph {}")
