import builtins

import pytest

from nn import MLP, History, load_iris, train


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
        "epoch      loss        lr",
        "    1  1.250000  1.00e-05",
        "    2  12345.500000  0.000000",
        "engine numpy; seeds: model 0, shuffle 3",
    ]
    for epoch in range(3, 31):
        history.add(epoch=epoch, loss=0.5, lr=0.1)
    history.ended_by, history.best_epoch = "patience", 7
    lines = repr(history).splitlines()
    assert len(lines) == 1 + 10 + 1 + 10 + 1
    assert [line.split()[0] for line in lines[10:13]] == ["10", "...", "21"]
    assert lines[-1].endswith("; ended by patience; restored epoch 7")


@pytest.fixture
def pyplot(monkeypatch):
    matplotlib = pytest.importorskip("matplotlib", exc_type=ImportError)
    matplotlib.use("agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def test_plot_draws_what_the_table_has(pyplot, tmp_path):
    iris = load_iris(0)
    model = MLP(4, [3], seed=0)
    history = train(model, iris.train, epochs=3, validation=iris.test, progress=False)
    axes = history.plot()
    assert [axis.get_ylabel() for axis in axes] == ["loss", "accuracy", "learning rate"]
    lines = {line.get_label(): line for axis in axes[:2] for line in axis.get_lines()}
    assert list(lines) == ["loss", "validation loss", "accuracy", "validation accuracy"]
    for name, line in lines.items():
        assert list(line.get_xdata()) == [1, 2, 3]
        assert list(line.get_ydata()) == history[name.replace(" ", "_")]
    assert list(axes[2].get_lines()[0].get_ydata()) == history["lr"]
    assert axes[0].get_legend()
    assert axes[2].get_legend() is None
    assert axes[2].get_xlabel() == "epoch"
    assert axes[0].figure.get_suptitle() == "engine eager; seeds: model 0, split 0"
    axes[0].figure.savefig(tmp_path / "training.png")
    assert (tmp_path / "training.png").stat().st_size > 1000


def test_plot_of_a_loss_alone(pyplot):
    history = History()
    history.add(epoch=1, loss=1.0)
    assert [axis.get_ylabel() for axis in history.plot()] == ["loss"]


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'plot needs .* "chainrule\[plot\]"'):
        History().plot()
