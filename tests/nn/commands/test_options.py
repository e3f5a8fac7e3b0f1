import tempfile
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from autograd.files import write
from nn.__main__ import main
from nn.commands import options


def test_whole_numbers():
    read = options.integer(0, 10)
    assert (read("0"), read("10")) == (0, 10)
    assert options.integer(1)("12") == 12
    for word in ("-1", "11", "1.5", "x", ""):
        with pytest.raises(ArgumentTypeError, match=f"whole number from 0 to 10, got {word!r}"):
            read(word)
    with pytest.raises(ArgumentTypeError, match="whole number of at least 1, got '0'"):
        options.integer(1)("0")


def test_positive_numbers():
    assert options.positive("1e-3") == 0.001
    for word in ("0", "-1", "nan", "inf", "x"):
        with pytest.raises(ArgumentTypeError, match=f"positive number, got '{word}'"):
            options.positive(word)


@pytest.mark.parametrize("word", ["1_0", "\u0661", "\uff11", " 1", "infinity", "0x1", "1e"])
def test_numbers_are_written_as_in_files(word):
    for read in (options.integer(0), options.positive, options.share):
        with pytest.raises(ArgumentTypeError, match="expected a"):
            read(word)
    if word != " 1":
        with pytest.raises(ArgumentTypeError, match="expected names with a number each"):
            options.numbers(f"x={word}")


def test_numbers_by_name_may_be_none():
    found = options.numbers("x=-inf, y=NaN, z=+.5e1")
    assert list(map(str, found.values())) == ["-inf", "nan", "5.0"]


def test_pictures(tmp_path):
    assert options.picture("x.svg") == Path("x.svg")
    assert options.picture(str(tmp_path / "x.SVG")) == tmp_path / "x.SVG"
    with pytest.raises(ArgumentTypeError, match=r"ends in .svg, .png or .pdf, got 'x.gif'"):
        options.picture("x.gif")
    assert list(tmp_path.iterdir()) == []  # looking whether a file can be written leaves none


def test_what_can_not_be_written_is_found_before_any_work(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.svg").mkdir()
    for name, message in [
        ("nowhere/x.svg", "can't be written: there is no folder .*nowhere"),
        ("file/x.svg", "can't be written: .*file is a file, not a folder"),
        ("folder.svg", r"folder\.svg can't be written: it is a folder"),
        ("x" * 300 + ".svg", r"x\.svg"),
    ]:
        with pytest.raises(ArgumentTypeError, match=message):
            options.picture(str(tmp_path / name))
        with pytest.raises(OSError, match=message):
            write(tmp_path / name, "")

    def refused(dir):
        raise PermissionError(13, "Permission denied", f"{dir}/.secret")

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    with pytest.raises(ArgumentTypeError, match=r"Permission denied: .*graph\.svg"):
        options.picture(str(tmp_path / "graph.svg"))


def test_names_are_compared_as_python_reads_them():
    micro, mu = "\u00b5", "\u03bc"
    assert options.numbers(f"{micro}=1,y\u0302=2") == {mu: 1.0, "\u0177": 2.0}
    with pytest.raises(ArgumentTypeError, match="names with a number each"):
        options.numbers(f"{micro}=1,{mu}=2")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--hidden", "16,8"], "one word for each layer, as in --hidden 16 8"),
        (["--hidden", "4", "table.csv"], "got 'table.csv'; put the file before --hidden"),
        (["--activation", "rely"], "no 'rely'; did you mean 'relu'?"),
        (["--engine", "nativ"], "no 'nativ'; did you mean 'native'?"),
        (["--missing", "men"], "no 'men'; did you mean 'mean'?"),
        (["--epochs", "x"], "expected a whole number of at least 1"),
    ],
)
def test_an_error_is_two_lines(capsys, words, message):
    """One of usage, one that names what to write."""
    with pytest.raises(SystemExit) as exit_:
        main(["train", "t.csv", "--target", "y", *words])
    assert exit_.value.code == 2
    usage, error = capsys.readouterr().err.splitlines()
    assert usage == "usage: chainrule train file --target COLUMN [options]"
    assert error.startswith("chainrule train: error: argument --")
    assert message in error
