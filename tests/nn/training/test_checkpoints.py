import functools
import math
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import nn
from autograd import Value
from autograd.files import FormatError
from nn import MLP, SGD, Adam, AdamW, Module, load, mse, save, schedules, train
from nn.optimizers import Optimizer
from nn.training import checkpoints, engines, loop
from nn.training.engines import ENGINES
from nn.training.engines.engine import Engine

ROOT = Path(__file__).parents[3]
OPTIMIZERS = {
    "SGD": lambda p: SGD(p, lr=0.1),
    "momentum": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: Adam(p, lr=0.05),
    "AdamW": lambda p: AdamW(p, lr=0.05, weight_decay=0.1),
}
ROWS = [([math.sin(i), math.cos(3 * i)], i % 2) for i in range(7)]
TRIED = [([math.sin(i + 0.5), math.cos(3 * i)], i % 2) for i in range(4)]
WORSE = [(row, 1 - label) for row, label in ROWS]  # the better the training, the larger this loss
SETTINGS = {
    "all rows": {},
    "batches": {"batch_size": 3},
    "patience": {"batch_size": 3, "validation": WORSE, "patience": 5},
    "patience with the loss": {"batch_size": 3, "patience": 2, "tolerance": 0.02},
    "best": {"validation": WORSE, "patience": 20},
    "much patience": {"validation": TRIED, "patience": 99},
    "schedule": {"batch_size": 4, "schedule": schedules.cosine(10)},
    "clipped": {"clip_norm": 0.1, "class_weight": {1: 2.0}},
}


def run(path, epochs=9, optimizer="Adam", model=None, **settings):
    """A training of a small network, and all that can be compared of it."""
    model = MLP(2, [3, 2], activation="tanh", seed=0) if model is None else model
    made = OPTIMIZERS[optimizer](model.parameters()) if isinstance(optimizer, str) else optimizer
    settings = {"engine": "eager", "checkpoint_every": 2, "progress": False, **settings}
    history = train(model, ROWS, optimizer=made, epochs=epochs, checkpoint=path, **settings)
    return result(model, made, history)


def result(model, optimizer, history):
    kept = history.snapshots.numbers
    return (
        [p.data for p in model.parameters()], optimizer.states, optimizer.steps, optimizer.lr,
        history.columns, repr(history), history.best_epoch, history.ended_by, kept,
    )  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.safetensors"


@pytest.mark.uncovered
@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_training_in_parts_is_the_training_in_one(path, engine, optimizer, name):
    given = {"optimizer": optimizer, "engine": engine, **SETTINGS[name]}
    whole = run(None, **given)
    for epochs in (3, 4, 9):
        found = run(path, epochs, **given)
    assert found == whole
    assert load(path).state_dict().values().__len__() == len(whole[0])
    assert list(load(path).state_dict().values()) == whole[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_complete_returns_at_once(path, engine):
    whole = run(path, engine=engine)
    before = path.stat().st_mtime_ns, path.read_bytes()
    called = []
    assert run(path, engine=engine, callbacks=[called.append]) == whole
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    assert called == []


@pytest.mark.parametrize("every", [1, 2, 5, 100])
def test_the_file_is_written_after_every_so_many_epochs_and_at_the_end(path, every):
    seen = []

    def look(history):
        seen.append(load(path).state_dict() if path.exists() else None)

    model = MLP(2, [3, 2], activation="tanh", seed=0)
    run(path, 7, model=model, callbacks=[look], checkpoint_every=every)
    wanted = []
    other = MLP(2, [3, 2], activation="tanh", seed=0)
    optimizer = OPTIMIZERS["Adam"](other.parameters())
    for epoch in range(7):
        last = wanted[-1] if wanted else None
        wanted.append(other.state_dict() if epoch and epoch % every == 0 else last)
        train(other, ROWS, optimizer=optimizer, epochs=1, engine="eager", progress=False)
    assert seen == wanted
    assert load(path).state_dict() == model.state_dict()


def interrupt_in(monkeypatch, owner, name, call):
    """The call of that number raises KeyboardInterrupt after it was done."""
    function, count = getattr(owner, name), [0]

    def wrapper(*arguments, **named):
        done = function(*arguments, **named)
        count[0] += 1
        if count[0] == call:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(owner, name, wrapper)


MOMENTS = [
    *[(Optimizer, "step"), (Engine, "validate"), (Engine, "epochs"), (nn.History, "extend")],
    *[(loop.Training, "check_patience"), (loop.Training, "run_callbacks")],
    *[(nn.training.snapshots.Snapshots, "add"), (loop, "epoch_end_of"), (loop.Training, "advance")],
]


@functools.cache
def undisturbed(engine):
    """The settings that are interrupted, and what they come to."""
    tried = {"eager": WORSE, "numpy": TRIED}[engine]  # the first epoch is the best, or the last
    given = {"engine": engine, "batch_size": 3, "validation": tried, "patience": 7}
    return given, run(None, **given)


@pytest.mark.parametrize("call", [1, 2, 5, 6])
@pytest.mark.parametrize(("owner", "name"), MOMENTS)
@pytest.mark.parametrize("engine", ["eager", "numpy"])
def test_ctrl_c_keeps_the_last_whole_epoch(path, engine, owner, name, call):
    (given, whole), model = undisturbed(engine), MLP(2, [3, 2], activation="tanh", seed=0)
    with pytest.MonkeyPatch.context() as patched:
        interrupt_in(patched, owner, name, call)
        found = run(path, model=model, **given)
    assert found[-2] == "interrupt"
    assert load(path).state_dict() == model.state_dict()
    assert run(path, **given) == whole


def test_ctrl_c_between_slices_of_machine_code(path, monkeypatch):
    from nn.training.engines.native import Native

    given = {"engine": "native", "batch_size": 3}
    whole = run(None, **given)
    with pytest.MonkeyPatch.context() as patched:
        interrupt_in(patched, Native, "descend", 3)
        assert run(path, **given)[-2] == "interrupt"
    assert run(path, **given) == whole


def test_ctrl_c_while_the_file_is_written(path):
    whole = run(None)
    for call in (1, 2, 3):
        with pytest.MonkeyPatch.context() as patched:
            interrupt_in(patched, checkpoints, "write", call)
            run(path)
        assert run(path) == whole
        path.unlink()


KILLS = 3  # of each training


def killing(folder):
    """Trainings that are killed at random moments give what they give unbroken."""
    rng, folder = random.Random(0), Path(folder)
    for engine, optimizer in product(ENGINES, OPTIMIZERS):
        path = folder / f"{engine}-{optimizer}.safetensors"
        given = {"engine": engine, "optimizer": optimizer, **SETTINGS["best"], "batch_size": 3}
        whole, start = run(None, 30, **given), time.monotonic()
        run(folder / "timed", 30, **given, checkpoint_every=1)
        seconds = time.monotonic() - start
        (folder / "timed").unlink()
        kills = 0
        while kills < KILLS:
            child = os.fork()
            if not child:
                run(path, 30, **given, checkpoint_every=1)
                os._exit(0)
            if is_killed(child, path, rng.uniform(0.0, 0.4) * seconds):
                kills += 1
            else:  # it was at its end before
                path.unlink()
        assert run(path, 30, **given) == whole, (engine, optimizer)


def is_killed(child, path, seconds):
    """Kill a child so many seconds after the file is there; False if it was at its end before."""
    end = None
    while end is None or time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0
            return False
        if end is None and path.exists():
            end = time.monotonic() + seconds
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] != 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that is killed needs fork")
def test_killed_at_random_moments(tmp_path):
    code = f"from {__name__} import killing; killing({str(tmp_path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=300,
    )  # fmt: skip
    assert not done.returncode, done.stderr


CHANGED = {
    "model": {"model": MLP(2, [4, 2], activation="tanh", seed=0)},
    "model activation": {"model": MLP(2, [3, 2], activation="relu", seed=0)},
    "seed of the model": {"model": MLP(2, [3, 2], activation="tanh", seed=1)},
    "optimizer": {"optimizer": "SGD"},
    "optimizer lr": {"optimizer": "Adam at another rate"},
    "loss": {"loss": nn.hinge},
    "batch_size": {"batch_size": 4},
    "seed of the shuffle": {"seed": 1},
    "validation": {"validation": TRIED[1:]},
    "patience": {"patience": 3},
    "tolerance": {"tolerance": 0.1},
    "schedule": {"schedule": schedules.cosine(11)},
    "clip_norm": {"clip_norm": 2.0},
    "clip_value": {"clip_value": None},
    "data": {"sample_weight": [1.0] * 6 + [2.0]},
}


@pytest.mark.parametrize("name", CHANGED)
def test_another_training_is_refused_and_the_file_left_alone(path, name, monkeypatch):
    monkeypatch.setitem(OPTIMIZERS, "Adam at another rate", lambda p: Adam(p, lr=0.06))
    given = {
        "batch_size": 3, "seed": 0, "validation": TRIED, "patience": 2, "clip_norm": 1.0,
        "clip_value": 1.0, "schedule": schedules.cosine(10), "loss": nn.cross_entropy,
    }  # fmt: skip
    run(path, 3, **given)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=rf"has a training with other settings: {name.split()[0]}"):
        run(path, 3, **{**given, **CHANGED[name]})
    assert path.read_bytes() == before
    run(path, 3, **given)


def test_other_rows_labels_or_names_are_another_training(path):
    iris = nn.load_iris(seed=0)

    def go(data):
        model = MLP(4, [3], seed=0)
        train(model, data, epochs=2, engine="eager", progress=False, checkpoint=path)

    rows, names = [*iris.train], ["a", "b", "c"]

    def data(rows, names=names):
        return nn.Data([row for row, _ in rows], [label for _, label in rows], class_names=names)

    go(data(rows))
    go(data(rows))
    *before, (row, label) = rows
    others = [
        data(before),
        data([*before[1:], (row, label), before[0]]),
        data([*before, (row, (label + 1) % 3)]),
        data([*before, ([*row[1:], 0.5], label)]),
        data(rows, ["a", "b", "d"]),
    ]
    for other in others:
        with pytest.raises(ValueError, match=r"other settings: data was 120 rows, SHA-256 \w+, is"):
            go(other)


def test_the_error_says_all_that_differs(path):
    run(path, 2)
    with pytest.raises(ValueError, match="batch_size") as raised:
        run(path, 2, batch_size=3, clip_norm=1.0)
    assert str(raised.value) == (
        f"train: checkpoint: {path} has a training with other settings: batch_size was None, is 3; "
        "clip_norm was None, is 1.0; seed of the shuffle was None, is 0; give those again, or "
        "another name, or delete the file to start anew"
    )
    with pytest.raises(ValueError, match=r"a training of 2 epochs, got epochs=1: it goes on"):
        run(path, 1)


@pytest.mark.parametrize("first", ENGINES)
@pytest.mark.parametrize("second", ENGINES)
def test_another_engine_is_noted(path, first, second):
    whole = run(None, 6, engine=second)
    run(path, 3, engine=first)
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    found = run(path, 6, engine=second, model=model)
    noted = f"epochs up to 3 by {first}, with other bits than {second}'s"
    assert (noted in found[5]) == (first != second)
    assert found[0] == pytest.approx(whole[0], rel=1e-6)
    assert (noted in run(path, 8, engine=second)[5]) == (first != second)


@pytest.mark.parametrize("first", ENGINES)
def test_the_fastest_engine_is_the_one_of_before(path, first, monkeypatch):
    whole = run(None, 6, engine=first)
    run(path, 3, engine=first)
    monkeypatch.setattr(engines, "FEW_EDGES", 10**9 if first == "native" else 0)
    assert run(None, 6, engine="auto")[5] != whole[5]
    assert run(path, 6, engine="auto") == whole
    altered(path, record={"engine": "os"})
    with pytest.raises(FormatError, match=r"run\.safetensors: training: engine: unknown 'os'"):
        run(path, 6, engine="auto")


def test_files_that_are_no_checkpoint_are_left_alone(path):
    save(MLP(2, [3, 2], activation="tanh", seed=0), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="has a model and no training, and is left as it is"):
        run(path)
    assert path.read_bytes() == before
    path.write_text("notes")
    with pytest.raises(FormatError, match=r"run\.safetensors: not a safetensors file"):
        run(path)
    assert path.read_text() == "notes"


def test_where_no_file_can_be_nothing_is_trained(tmp_path):
    model = MLP(2, [3, 2], seed=0)
    before = model.state_dict()
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        run(tmp_path / "nowhere" / "a.safetensors", model=model)
    with pytest.raises(IsADirectoryError):
        run(tmp_path, model=model)
    with pytest.raises(ValueError, match="train: checkpoint_every: expected a whole number"):
        run(tmp_path / "a", model=model, checkpoint_every=0)
    assert model.state_dict() == before


class WithState(Optimizer):
    """An optimizer of one's own: three numbers of state, and an attribute that steps depend on."""

    start = (0.0, 1.0, -0.0)

    @staticmethod
    def rule(parameter, gradient, state, step, *, lr):
        a, b, c = state
        return parameter - lr * (gradient + 0.1 * a / b), (a + gradient, b + 1.0, c - step)

    def __init__(self, parameters):
        super().__init__(parameters, 0.1)
        self.calls = 0

    def step(self):
        self.calls += 1
        if self.calls % 3:
            super().step()


class Accumulating(SGD):
    """An optimizer whose gradients are not forgotten."""

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad *= 0.5


@pytest.mark.parametrize("make", [WithState, Accumulating])
@pytest.mark.parametrize("engine", ENGINES)
def test_optimizers_of_ones_own(path, engine, make):
    def go(path, epochs):
        model = MLP(2, [3, 2], activation="tanh", seed=0)
        return run(path, epochs, make(model.parameters()), model, engine=engine, batch_size=3)

    whole = go(None, 7)
    for epochs in (1, 2, 5, 7):
        found = go(path, epochs)
    assert found == whole


def test_an_optimizer_that_no_file_can_hold_is_refused_at_once(path):
    model = MLP(2, [3, 2], seed=0)
    optimizer = SGD(model.parameters())
    optimizer.memory = {}
    with pytest.raises(TypeError, match=r"train: checkpoint: SGD\.memory: expected numbers or a t"):
        run(path, optimizer=optimizer, model=model)
    assert optimizer.steps == 0
    assert not path.exists()


def test_what_callbacks_change(path):
    """The learning rate, settings, columns of the history."""

    def change(optimizer):
        def call_back(history):
            optimizer.lr *= 0.9
            optimizer.settings["betas"] = (0.9 - 0.01 * len(history), 0.99)
            history.columns.setdefault("own", []).append(optimizer.lr)

        return call_back

    def go(path, epochs, rate=0.1):
        model = MLP(2, [3, 2], activation="tanh", seed=0)
        optimizer = Adam(model.parameters(), lr=rate)
        return run(path, epochs, optimizer, model, callbacks=[change(optimizer)])

    whole = go(None, 7)
    for epochs in (3, 7):
        found = go(path, epochs)
    assert found == whole
    with pytest.raises(TypeError, match="expected numbers in the columns of the history"):
        run(path.with_name("b"), callbacks=[lambda history: history.add(word="a")])


def test_a_loss_with_parameters_of_its_own(path):
    def go(path, epochs):
        model, weight = MLP(2, [1], seed=0), Value(1.0)

        def loss(z, t):
            return weight * mse(z, t) + weight**-2

        optimizer = Adam([weight, *model.parameters()], lr=0.1)
        return run(path, epochs, optimizer, model, loss=loss), weight.data

    whole = go(None, 6)
    for epochs in (2, 6):
        found = go(path, epochs)
    assert found == whole


def test_an_own_module_with_parameters_that_do_not_move(path):
    class Line(Module):
        def __init__(self):
            self.slope, self.fixed = Value(1.0), Value(0.5)

        def __call__(self, row):
            return self.slope * row[0] + self.fixed

    def go(path, epochs):
        line = Line()
        return run(path, epochs, SGD([line.slope], lr=0.1), line, loss=mse)

    whole = go(None, 6)
    for epochs in (2, 6):
        found = go(path, epochs)
    assert found == whole
    assert load(path, into=Line()).slope.data == whole[0][0]


@pytest.mark.parametrize("make", [lambda: random.Random(5), lambda: random.seed(5)])
def test_shuffling_by_a_generator_of_ones_own_or_python_s(path, make):
    whole = run(None, seed=make(), batch_size=3)
    for epochs in (3, 9):
        found = run(path, epochs, seed=make(), batch_size=3)
    assert found == whole


def test_a_callback_that_ends_it(path):
    def enough(history):
        return len(history) >= 5

    whole = run(path, callbacks=[enough])
    assert (len(whole[4]["loss"]), whole[-2]) == (5, "callback")
    before = path.read_bytes()
    for epochs in (9, 9, 6, 50):  # it stays ended, as after patience
        again = run(path, epochs, callbacks=[enough])
        assert again[:5] == whole[:5]
        assert again[-2] == "callback"
        assert "a callback ended it after 5 epochs; without callbacks it goes on" in again[5]
    assert path.read_bytes() == before
    assert run(path) == run(None)


def test_other_parameters_at_the_start_are_said_to_be_replaced(path):
    """Two pretrained models under one name of a checkpoint: the second one is not trained."""
    note = "the parameters that the model had are replaced by those in"
    first, second = [MLP(2, [3, 2], activation="tanh", seed=seed) for seed in (1, 2)]
    for model in (first, second):
        model.seed = 0  # as if both were trained further, from one start
    assert note not in run(path, 5, model=first)[5]
    found = run(path, 5, model=second)
    assert note in found[5]
    assert found[0] == [p.data for p in first.parameters()]
    assert note not in run(path, 7, model=first)[5]  # it goes on with the model that it trained
    again = MLP(2, [3, 2], activation="tanh", seed=1)
    again.seed = 0
    assert note not in run(path, 9, model=again)[5]  # or with one that begins as that did
    assert note in run(path, 9, model=second)[5]


def test_validation_data_with_parts_is_its_part_test():
    data = nn.load_iris(0)
    found = []
    for validation in (data, data.test):
        model = MLP(4, [3], seed=0)
        found.append(train(model, data, validation=validation, epochs=3, progress=False))
    whole, part = found
    assert whole.columns == part.columns
    assert f"validated on validation.test, {len(data.test)} rows" in whole.note
    assert "validated" not in part.note
    assert len(whole.snapshots.rows().test) == len(data.test)


def test_where_patience_ended_it_more_epochs_change_nothing(path):
    given = {"validation": WORSE, "patience": 3, "optimizer": "momentum"}
    whole = run(path, 50, **given)
    assert whole[-2] == "patience"
    before = path.read_bytes()
    assert run(path, 80, **given) == whole
    assert path.read_bytes() == before


def test_in_one_session_it_goes_on_with_the_same_model_and_optimizer(path):
    whole = run(None, 8)
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    optimizer = OPTIMIZERS["Adam"](model.parameters())
    for epochs in (3, 3, 8):
        found = run(path, epochs, optimizer, model)
    assert found == whole


def test_parameters_from_epoch_to_epoch_are_kept_as_long_as_they_are_few(path, monkeypatch):
    monkeypatch.setattr(checkpoints, "MAX_NUMBERS", 6 * 17)
    run(path, 5)
    assert len(run(path, 5)[-1]) == 6
    assert len(run(path, 6)[-1]) == 7
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    optimizer = OPTIMIZERS["Adam"](model.parameters())
    given = {"optimizer": optimizer, "engine": "eager", "progress": False, "checkpoint": path}
    history = train(model, ROWS, epochs=7, **given)
    assert history.snapshots.numbers == []
    assert len(history) == 7
    with pytest.raises(ValueError, match="no parameters to show"):
        history.explore()
    assert "weights" not in repr(history.plot())


def test_progress_begins_where_it_was(path, capsys):
    run(path, 4)
    run(path, 6, progress=True)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"4 of 6 epochs are in {path}"
    assert [line.split()[1] for line in lines] == ["5/6", "6/6"]


def test_a_checkpoint_is_a_model_with_its_optimizer(path):
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    optimizer = OPTIMIZERS["Adam"](model.parameters())
    run(path, 4, optimizer, model, schedule=schedules.cosine(9))
    found = load(path)
    other = Adam(found.parameters())
    load(path, into=found, optimizer=other)
    assert found.state_dict() == model.state_dict()
    assert (other.states, other.steps, other.lr) == (optimizer.states, 4, 0.05)
    save(found, path)
    assert load(path).state_dict() == model.state_dict()


def altered(path, **changes):
    """The file with changes of what it has of the training."""
    from nn.files.description import texts_of
    from nn.files.models import stored_in
    from nn.files.safetensors import content_of

    stored = stored_in(path)
    description = stored.description
    training = replace(description.training, **changes.pop("record", {}))
    tensors = {**stored.tensors, **stored.others, **changes.pop("tensors", {})}
    for name in changes.pop("without", []):
        del tensors[name]
    path.write_bytes(content_of(tensors, texts_of(replace(description, training=training), "")))


FAULTS = {
    "end": ({"record": {"ended_by": "os"}}, "expected one of epochs, patience, .* as ended_by"),
    "done": ({"record": {"done": -1}}, "expected -1 numbers of 'loss'"),
    "best": ({"record": {"best_epoch": 9}}, "expected counts of epochs and steps, got 4 epochs, 9"),
    "steps": ({"record": {"last_steps": -1}}, "expected counts of epochs and steps"),
    "column": ({"without": ["training/history/lr"]}, "expected a column 'lr' of the history"),
    "columns": ({"record": {"columns": ("loss",)}}, "expected 4 numbers of 'accuracy'"),
    "other": ({"without": ["training/last/parameters"]}, "missing the tensor 'training/last/param"),
    "state": ({"without": ["training/last/0"]}, "missing the tensor 'training/last/0'"),
    "optimizer": ({"without": ["optimizer/0"]}, "missing the tensor 'optimizer/0'"),
    "shuffler": ({"record": {"shuffler": None}}, "shuffler: expected a state"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_damaged_checkpoints_change_nothing(path, fault):
    change, words = FAULTS[fault]
    given = {"batch_size": 3, "validation": WORSE, "patience": 9, "optimizer": "momentum"}
    run(path, 4, **given)
    from nn.files.models import stored_in

    record = stored_in(path).description.training
    assert (record.best_restored, record.best_epoch, record.done) == (True, 1, 4)
    altered(path, **change)
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    before = model.state_dict()
    with pytest.raises(FormatError, match=words):
        run(path, 4, model=model, **given)
    assert model.state_dict() == before


class Running(Module):
    """A model with a mean that is no Value, or is one, or without."""

    def __init__(self, mean):
        self.slope, self.offset, self.mean = Value(0.5), Value(0.0), mean

    def __call__(self, row):
        if isinstance(self.mean, Value):
            self.mean.data = 0.9 * self.mean.data + 0.1 * row[0]
        elif self.mean is not None:
            self.mean = 0.9 * self.mean + 0.1 * row[0]
        return [self.slope * row[0], self.offset + row[1]]

    def parameters(self):
        return [self.slope, self.offset]


@pytest.mark.parametrize(("mean", "noted"), [(None, False), (0.0, True)])
def test_state_that_no_file_has_is_noted(path, mean, noted):
    for epochs in (3, 5):
        found = run(path, epochs, model=Running(mean))
        assert ("is not in the checkpoint" in found[5]) == noted


def with_nan(path, name):
    """The file with NaN as the second number of a tensor."""
    from nn.files.models import stored_in
    from nn.files.safetensors import Tensor

    shape, numbers = stored_in(path).others[name]
    numbers[1] = math.nan
    altered(path, tensors={name: Tensor(shape, numbers)})


def test_nan_in_the_state_of_an_optimizer_is_refused(path):
    for prefix, settings in (("optimizer/", {}), ("training/last/", SETTINGS["best"])):
        run(path, 5, **settings)
        for part in (0, 1):
            content = path.read_bytes()
            with_nan(path, f"{prefix}{part}")
            with pytest.raises(FormatError, match=f"'{prefix}{part}': expected numbers, got nan"):
                run(path, 9, **settings)
            path.write_bytes(content)
        path.unlink()
