import contextlib
import io
import json
import os
import re
import runpy
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import autograd
import nn.__main__
from nn.__main__ import main

ROOT = Path(nn.__main__.__file__).parents[1]


def process(*words, **environment):
    """`python -m nn` with these words, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "nn", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_same_seed_gives_the_same_bits_in_every_process(tmp_path):
    """Also where the terminal knows ASCII only."""
    found, pictures = [], []
    for hash_seed in ("0", "12345"):
        out = tmp_path / "iris.svg"
        words = ("--json", "--epochs", "4", "--seed", "5", "--out", str(out))
        done = process(*words, PYTHONHASHSEED=hash_seed, PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, "")
        found.append(json.loads(done.stdout))
        assert found[-1].pop("seconds") > 0
        pictures.append(out.read_bytes())
    assert found[0] == found[1]
    assert pictures[0] == pictures[1]


def interrupted(words, begin):
    """What a command says that is sent Ctrl-C after a line that begins so: its code and streams."""
    # Where the tests run in the background, SIGINT is ignored, also in what they start.
    heard = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "import sys; from nn.__main__ import main; sys.exit(main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", heard, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        for line in running.stdout:
            if line.startswith(begin):
                running.send_signal(signal.SIGINT)
                break
        said, complained = running.communicate(timeout=120)
        return running.returncode, said, complained


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to a process of its own")
@pytest.mark.parametrize("command", ["iris", "train", "explore"])
def test_ctrl_c_reports_what_was_reached(tmp_path, command):
    out = tmp_path / ("page.html" if command == "explore" else "iris.svg")
    words = [command, "--epochs", "1000000"]
    if command == "train":
        table = tmp_path / "table.csv"
        table.write_text("a,kind\n" + "".join([f"{i},{'xy'[i % 2]}\n" for i in range(20)]))
        words += [str(table), "--target", "kind"]
    else:
        words += ["--out", str(out)]
    code, said, complained = interrupted(words, "epoch ")
    assert (code, complained) == (130, "")
    assert re.search(r"epoch \d+, where Ctrl-C ended it", said)
    assert out.exists() == (command != "train")
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def shell(line, **environment):
    """A line of a shell, with `chainrule` in it; `status` is the code of the first command."""
    run = f'chainrule() {{ "{sys.executable}" -W error -m nn "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", run],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes and devices")


@POSIX
@pytest.mark.parametrize(
    "words",
    [
        "--epochs 30 --out OUT",
        'draw "tanh(x)" --at x=1 --out OUT',
        "--help",
    ],
)
def test_a_pipe_that_closes_ends_it_without_a_word(tmp_path, words):
    words = words.replace("OUT", str(tmp_path / "iris.svg"))
    for reader in ("head -1", "true"):
        done = shell(f"chainrule {words} | {reader}; echo status ${{PIPESTATUS[0]}} >&2")
        said, _, status = done.stderr.rpartition("status ")
        assert said == ""
        # argparse takes no notice of a help that nobody reads.
        assert status.strip() in (["141", "0"] if reader != "true" or "help" in words else ["141"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has a device that is full")
def test_an_output_that_is_full(tmp_path):
    out = tmp_path / "iris.svg"
    done = shell(f"chainrule --epochs 1 --quiet --out {out} > /dev/full")
    assert done.returncode == 1
    assert done.stderr == (
        "chainrule: error: the output can't be written: [Errno 28] No space left on device\n"
    )


@POSIX
def test_a_picture_that_has_no_room_leaves_the_old_one(tmp_path):
    out = tmp_path / "graph.svg"
    out.write_text("old")
    done = shell(f'ulimit -f 1; chainrule draw "tanh(x)" --at x=1 --out {out}', CHAINRULE_DOT="")
    assert done.returncode == 1
    assert "y = 0.7616" in done.stdout
    assert done.stderr.startswith("chainrule: error: no picture: [Errno 27] File too large: ")
    assert repr(str(out)) in done.stderr
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_words_that_are_not_understood(capsys):
    for words, message in [
        (["--epochs", "0"], "--epochs: expected a whole number of at least 1, got '0'"),
        (["--lr", "-1"], "--lr: expected a positive number, got '-1'"),
        (["--lr", "0"], "--lr: expected a positive number, got '0'"),
        (["--seed", "x"], "--seed: expected a whole number from 0"),
        (["--hidden", "0"], "--hidden: expected a whole number of at least 1, got '0'"),
        (["--hidden"], "--hidden: expected at least one argument"),
        (["--activation", "tahn"], "--activation: no 'tahn'; did you mean 'tanh'? accepted: "),
        (
            ["--out", "iris.gif"],
            "--out: expected a name that ends in .svg, .png or .pdf, got 'iris.gif'",
        ),
        (
            ["--color", "red"],
            "chainrule iris: error: no option --color; chainrule iris --help lists them",
        ),
        (
            ["iris", "--lerning-rate=3"],
            "no option --lerning-rate; chainrule iris --help lists them",
        ),
        (["train", "--targt", "x"], "no option --targt; did you mean --target?"),
        (["irsi"], "chainrule: error: no command 'irsi'; did you mean 'iris'? accepted: iris, tr"),
        (["trian", "x.csv"], "no command 'trian'; did you mean 'train'?"),
    ]:
        with pytest.raises(SystemExit) as exit_:
            main(words)
        assert exit_.value.code == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["iris", "--help"]])
def test_help(words, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(words)
    assert exit_.value.code == 0
    text = capsys.readouterr().out
    assert ("--activation" if words[0] == "iris" else "chainrule iris --seed 3") in text


@pytest.mark.parametrize("words", [["-V"], ["--version"], ["train", "x.csv", "--version"]])
def test_version(words, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(words)
    assert exit_.value.code == (0 if len(words) == 1 else 2)
    assert (capsys.readouterr().out == f"chainrule {autograd.__version__}\n") == (len(words) == 1)
    assert nn.__version__ == autograd.__version__


def test_the_version_is_that_of_the_package():
    """The build reads it from the package; it stands in no other place."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert "version" in project["project"]["dynamic"]
    source = (ROOT / project["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    assert re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE) == [autograd.__version__]


@pytest.mark.parametrize("command", ["iris", "train", "draw", "explore"])
def test_what_is_no_option_is_refused_and_what_begins_one_is_none(command, capsys):
    """Every option, whole and one letter short, gets past the check of names."""

    def complaint(*words):
        with contextlib.suppress(SystemExit):
            main([command, *words])
        return capsys.readouterr().err

    with pytest.raises(SystemExit):
        main([command, "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert len(options) >= 3
    for option in options:
        for word in (option, option[:-1]):
            assert "no option" not in complaint(word, "--", "--nothing")
        assert f"no option {option}x; did you mean --" in complaint(f"{option}x")


@pytest.mark.parametrize("option", ["--version", "--help", "--activation"])
def test_options_without_a_command_are_those_of_the_program_too(option, capsys):
    with pytest.raises(SystemExit):
        main([option[:-2] + option[-1] + option[-2]])
    assert f"did you mean {option}?" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["train", "--verison"])
    assert "did you mean" not in capsys.readouterr().err


def test_an_error_is_one_line_and_exit_code_1(tmp_path, capsys):
    out = str(tmp_path / "iris.svg")
    assert (
        main(["--quiet", "--lr", "1e305", "--epochs", "9", "--activation", "linear", "--out", out])
        == 1
    )
    text, err = capsys.readouterr()
    assert text == ""
    assert err.startswith("chainrule: error: Adam: the gradient of w")
    assert err.count("\n") == 1


def test_the_words_of_the_process_are_read(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["chainrule", "--epochs", "x"])
    with pytest.raises(SystemExit):
        main()
    assert "expected a whole number" in capsys.readouterr().err


def test_streams_that_know_ascii_only_are_made_to_know_more(monkeypatch, tmp_path):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # a stream that is no file stays as it is
    assert main(["--quiet", "--epochs", "1", "--out", str(tmp_path / "iris.svg")]) == 0
    stream.flush()
    assert "∂ŷ1/∂w17" in stream.buffer.getvalue().decode("utf-8")


def test_the_package_can_be_run(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "nn.__main__")
    monkeypatch.setattr(sys, "argv", ["python -m nn", "--help"])
    with pytest.raises(SystemExit) as exit_:
        runpy.run_module("nn", run_name="__main__")
    assert exit_.value.code == 0
    assert capsys.readouterr().out.startswith("usage: chainrule")
