from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from nn.commands import options


def test_whole_numbers():
    read = options.whole(0, 10)
    assert (read("0"), read("10")) == (0, 10)
    assert options.whole(1)("12") == 12
    for word in ("-1", "11", "1.5", "x", ""):
        with pytest.raises(ArgumentTypeError, match=f"whole number from 0 to 10, got {word!r}"):
            read(word)
    with pytest.raises(ArgumentTypeError, match="whole number of at least 1, got '0'"):
        options.whole(1)("0")


def test_positive_numbers():
    assert options.positive("1e-3") == 0.001
    for word in ("0", "-1", "nan", "inf", "x"):
        with pytest.raises(ArgumentTypeError, match=f"positive number, got '{word}'"):
            options.positive(word)


def test_pictures(tmp_path):
    assert options.picture("x.svg") == Path("x.svg")
    assert options.picture(str(tmp_path / "x.SVG")) == tmp_path / "x.SVG"
    with pytest.raises(ArgumentTypeError, match=r"ends in .svg, .png or .pdf, got 'x.gif'"):
        options.picture("x.gif")
    with pytest.raises(ArgumentTypeError, match=r"there is no folder '.*nowhere'"):
        options.picture(str(tmp_path / "nowhere" / "x.svg"))
