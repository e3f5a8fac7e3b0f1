import builtins
import sys
import warnings

from nn.training.progress import Progress


def shown(epochs, show=True, **more):
    with Progress(epochs, show) as progress:
        for epoch in range(1, epochs + 1):
            columns = {"loss": 1 / epoch, **more}
            progress.report(epoch, {name: [x] for name, x in columns.items()})


class Terminal:
    """A stream that says it is a terminal and keeps what is written."""

    def __init__(self):
        self.text = ""

    def isatty(self):
        return True

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_off_a_terminal_there_is_a_line_every_tenth_of_the_epochs(capsys):
    shown(40)
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert [int(line[6:8]) for line in lines] == [1, *range(4, 41, 4)]
    assert lines[0] == "epoch  1/40  loss 1.000"
    assert lines[-1] == "epoch 40/40  loss 0.02500"
    assert err == ""


def test_a_validation_loss_is_shown_beside_the_loss(capsys):
    shown(1, lr=0.1, validation_loss=2.0)
    assert capsys.readouterr().out == "epoch 1/1  loss 1.000  validation loss 2.000\n"


def test_several_epochs_may_be_reported_at_once(capsys):
    with Progress(40, True) as progress:
        progress.report(1, {"loss": [1.0]})
        progress.report(2, {"loss": [1 / epoch for epoch in range(2, 41)]})
    several = capsys.readouterr().out
    shown(40)
    assert several == capsys.readouterr().out


def test_few_epochs_and_a_last_one_that_no_tenth_meets(capsys):
    shown(3)
    assert len(capsys.readouterr().out.splitlines()) == 3
    shown(25)
    assert capsys.readouterr().out.splitlines()[-1].startswith("epoch 25/25")


def test_on_a_terminal_there_is_a_bar_with_the_loss(capsys, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    shown(4)
    assert "training: 100%" in terminal.text
    assert "4/4" in terminal.text
    assert "loss 0.2500" in terminal.text
    assert capsys.readouterr().out == ""


def test_quiet(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    shown(4, show=False)
    assert terminal.text == capsys.readouterr().out == ""


def test_without_tqdm_there_are_lines(capsys, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "tqdm":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr(sys, "stderr", Terminal())
    shown(2)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_warning_of_tqdm_at_its_import_is_not_shown(monkeypatch):
    """In a notebook without ipywidgets `tqdm.auto` warns."""
    real = builtins.__import__

    def warning(name, *rest):
        if name == "tqdm.auto":
            warnings.warn("IProgress not found", stacklevel=1)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", warning)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        shown(1)
    assert caught == []
