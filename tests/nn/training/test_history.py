import builtins
import math

import pytest

from nn import MLP, SGD, History, draw_training, load_iris, schedules, train


def test_it_is_a_table():
    history = History()
    history.add(epoch=1, loss=1.25)
    history.add(epoch=2, loss=0.5)
    assert history.columns == {"epoch": [1, 2], "loss": [1.25, 0.5]}
    assert history["loss"] == [1.25, 0.5]
    assert len(history) == 2
    history.cut(1)
    assert history.columns == {"epoch": [1], "loss": [1.25]}


def test_repr():
    history = History("numpy", {"model": 0, "shuffle": 3})
    history.add(epoch=1, loss=1.25, lr=1e-5)
    history.add(epoch=2, loss=12345.5, lr=0.0)
    assert repr(history).splitlines() == [
        "epoch   loss        lr",
        "    1  1.250  1.000e−5",
        "    2  12346         0",
        "engine numpy; seeds: model 0, shuffle 3",
    ]
    for epoch in range(3, 31):
        history.add(epoch=epoch, loss=0.5, lr=0.1)
    history.ended_by, history.best_epoch = "patience", 7
    lines = repr(history).splitlines()
    assert len(lines) == 1 + 10 + 1 + 10 + 1
    assert [line.split()[0] for line in lines[10:13]] == ["10", "...", "21"]
    assert lines[-1].endswith("; ended by patience; restored epoch 7")


def test_plot_is_the_figure_of_the_training():
    pytest.importorskip("matplotlib", exc_type=ImportError)
    iris = load_iris(0)
    model = MLP(4, [3], seed=0)
    history = train(model, iris.train, epochs=3, validation=iris.test, progress=False)
    figure = history.plot()
    assert figure.svg == draw_training(history).svg
    assert "engine eager; seeds: model 0, split 0; learning rate 0.03" in figure.svg
    assert "Learning rate:" not in figure.svg


def test_plot_shows_a_learning_rate_that_changed():
    pytest.importorskip("matplotlib", exc_type=ImportError)
    model = MLP(1, [2], seed=0)
    history = train(
        model,
        [([0.0], 0), ([1.0], 1)],
        optimizer=SGD(model.parameters(), lr=0.5),
        epochs=3,
        schedule=schedules.step(1, 0.5),
        progress=False,
    )
    figure = history.plot()
    assert "Learning rate: 0.5 to 0.12" in figure.svg
    assert "learning rate" not in figure.svg
    assert figure._repr_mimebundle_()["image/svg+xml"]


def test_a_history_that_train_did_not_make_has_no_figure():
    pytest.importorskip("matplotlib", exc_type=ImportError)
    with pytest.raises(ValueError, match="expected the History that train returns"):
        History().plot()


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'needs Matplotlib: .*"chainrule\[plot\]"'):
        History().plot()


def test_a_column_that_is_not_there():
    with pytest.raises(KeyError, match=r"no column 'val_loss'.*accepted: epoch, loss"):
        History()["val_loss"]


@pytest.mark.parametrize(
    ("losses", "falling"),
    [
        ([2.0 - 0.01 * i for i in range(100)], True),
        ([math.exp(-0.02 * i) for i in range(100)], True),
        ([math.exp(-0.2 * i) for i in range(100)], False),
        ([1.0 + 0.01 * i for i in range(100)], False),
        ([1.0] * 100, False),
        ([2.0 - 0.1 * i for i in range(9)], False),
        ([math.nan] * 20, False),
    ],
)
def test_a_loss_that_still_falls_is_noted(losses, falling):
    history = History()
    for epoch, loss in enumerate(losses, start=1):
        history.add(epoch=epoch, loss=loss)
    assert ("still falling" in history.trend) is falling
    rose = not losses[-1] <= losses[0]
    assert ("the loss rose" in history.trend) is rose
    history.ended_by = "patience"
    assert not history.trend
