"""Finding and running layout programs, good and bad."""

import os
import sys
from importlib import metadata

import pytest

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
