"""Where data meets a model: whatever the order of columns and classes, the same is found."""

import copy
import inspect
import itertools
import random
import re
import unicodedata
from collections import namedtuple
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from nn import (
    MLP,
    SGD,
    Adam,
    Data,
    accuracy,
    classification_report,
    confusion_matrix,
    cross_entropy,
    draw_network,
    draw_training,
    mean_absolute_error,
    mean_loss,
    mse,
    predict,
    predict_proba,
    score,
    train,
)
from nn.plots.figure.facts import facts_of
from nn.schema import Schema
from tests.nn.frames import Frame

COLUMNS = ("height", "length", "width", "age")
CLASSES = ("ash", "birch", "cedar", "date")


def trees():
    """Rows whose classes can be told by their columns, each column of a kind of its own."""
    draw = random.Random(3).gauss
    labels = [CLASSES[i % 4] for i in range(32)]
    rows = [[draw(CLASSES.index(label) * (k - 1.0), 0.4 + k) for k in range(4)] for label in labels]
    return Data(rows, labels, COLUMNS)


def trained(data, **settings):
    model = MLP(4, [5, 4], activation="tanh", seed=0)
    optimizer = Adam(model.parameters(), lr=0.05)
    history = train(model, data, optimizer=optimizer, epochs=8, progress=False, **settings)
    return model, history


def numbered(data):
    """The same rows with a number in place of each class."""
    numbers = [1.5 * CLASSES.index(data.class_names[k]) for k in data.labels]
    numbers = Data(data.rows, numbers, data.feature_names, regression=True)
    numbers.schema = replace(numbers.schema, feature_scales=data.schema.feature_scales)
    return numbers


TREES = trees()
MODEL, HISTORY = trained(TREES, validation=TREES)
REGRESSOR = MLP(4, [3, 1], seed=0)
train(REGRESSOR, numbered(TREES).standardized(), epochs=2, progress=False)


def trained_on(data):
    """What a further training gives, tried on the same data."""
    model = copy.deepcopy(MODEL)
    weights = {"ash": 2.0, "date": 0.5}
    settings = {"batch_size": 3, "validation": data, "class_weight": weights, "progress": False}
    history = train(model, data, epochs=2, **settings)
    page = history.explore().html
    return history.columns, [p.data for p in model.parameters()], model.schema, page


def drawn(data):
    return draw_network(MODEL, data.rows[0], label=data.labels[0], data=data, highlight="w1").svg


# What each public function that takes data gives for it.
ASKED = {
    "accuracy": lambda data: accuracy(MODEL, data),
    "classification_report": lambda data: classification_report(MODEL, data),
    "confusion_matrix": lambda data: confusion_matrix(MODEL, data),
    "draw_network": drawn,
    "mean_absolute_error": lambda data: mean_absolute_error(REGRESSOR, numbered(data)),
    "mean_loss": lambda data: mean_loss(MODEL, data).data,
    "predict": lambda data: predict(MODEL, data),
    "predict_proba": lambda data: predict_proba(MODEL, data),
    "score": lambda data: score(MODEL, data),
    "train": trained_on,
}
# And what else does.
OTHERS = {
    "model": lambda data: [[z.data for z in row] for row in MODEL(data)],
    "probabilities": lambda data: [[z.data for z in row] for row in MODEL.probabilities(data)],
    "standardize": TREES.standardized().standardize,
    "explore": lambda data: autograd.explore(MODEL, data).html,
    "history": lambda data: HISTORY.explore(data).html,
}


def test_every_function_that_takes_data_is_asked():
    taking = [
        name
        for name in nn.__all__
        if inspect.isfunction(getattr(nn, name))
        and {"data", "rows", "validation"} & set(inspect.signature(getattr(nn, name)).parameters)
    ]
    assert sorted(ASKED) == sorted(taking)


@st.composite
def seen_otherwise(draw):
    """Some of the rows, with all names; and the same in another order, with its own names."""
    indices = draw(st.lists(st.integers(0, 31), min_size=1, max_size=6))
    order = draw(st.permutations(range(4)))
    labels = [CLASSES[TREES.labels[i]] for i in indices]
    rows = [TREES.rows[i] for i in indices]
    names = ()
    if draw(st.booleans()):
        others = [name for name in CLASSES if name not in labels and draw(st.booleans())]
        names = draw(st.permutations(sorted({*labels, *others})))
    aligned = Data(rows, labels, COLUMNS, CLASSES)
    other = Data(
        [[row[k] for k in order] for row in rows], labels, [COLUMNS[k] for k in order], names
    )
    if draw(st.booleans()):
        return aligned.standardized(), other.standardized()
    return aligned, other


@pytest.mark.uncovered
@pytest.mark.filterwarnings("ignore:train. the data was not standardized")  # on purpose
@settings(max_examples=12, deadline=None)
@given(seen_otherwise())
@pytest.mark.parametrize("name", [*ASKED, *OTHERS])
def test_the_order_of_columns_and_classes_is_free(name, both):
    aligned, other = both
    ask = (ASKED | OTHERS)[name]
    assert ask(other) == ask(aligned)


@settings(max_examples=50, deadline=None)
@given(seen_otherwise(), st.integers(0, 9))
def test_parts_and_batches_keep_all_names(both, seed):
    aligned, other = both
    for part in other.batches(2, seed):
        assert part.schema == other.schema
    again = next(other.batches(1, seed)).standardized().schema
    names = (again.feature_names, again.class_names, again.regression)
    assert names == (other.feature_names, other.class_names, False)
    found, expected = [
        [list(batch.matched(MODEL.schema)) for batch in data.batches(2, seed)]
        for data in (other, aligned)
    ]
    assert found == expected


def test_a_model_trained_on_some_classes_afterwards_knows_all():
    model, _ = trained(TREES)
    before = predict(model, TREES)
    some = [i for i, label in enumerate(TREES.labels) if label >= 2]
    fewer = Data([TREES.rows[i] for i in some], [CLASSES[TREES.labels[i]] for i in some], COLUMNS)
    assert fewer.class_names == ("cedar", "date")
    none = SGD(model.parameters(), lr=1e-300)  # moves nothing
    history = train(model, fewer, optimizer=none, epochs=1, validation=TREES, progress=False)
    assert model.class_names == CLASSES
    assert predict(model, TREES) == before
    assert history["accuracy"] == [accuracy(model, fewer)]
    assert history["validation_accuracy"] == [accuracy(model, TREES)]
    pairs = [(row, label + 2) for row, label in fewer]
    assert accuracy(model, pairs) == accuracy(model, fewer)
    by_name = [(row, CLASSES[label]) for row, label in pairs]
    assert accuracy(model, by_name) == accuracy(model, fewer)
    train(model, pairs, optimizer=none, epochs=1, progress=False)
    assert model.schema == MODEL.schema  # what has no names leaves those that are known


def test_validation_has_the_numbers_of_training():
    some = [i for i, label in enumerate(TREES.labels) if label in (1, 3)]
    tried = Data([TREES.rows[i] for i in some], [CLASSES[TREES.labels[i]] for i in some])
    model, history = trained(TREES, validation=tried)
    found = predict(model, tried.rows)
    true = [CLASSES[TREES.labels[i]] for i in some]
    right = [a == b for a, b in zip(found, true, strict=True)]
    assert history["validation_accuracy"][-1] == right.count(True) / len(right)
    assert accuracy(model, tried) == history["validation_accuracy"][-1] > 0.3
    figure = draw_training(history).svg
    assert all(name in figure for name in CLASSES)
    assert [CLASSES[k] for k in history.snapshots.rows().test.labels] == true
    assert history.snapshots.rows().feature_names == COLUMNS


@pytest.mark.parametrize("name", [*ASKED, *OTHERS])
def test_what_the_model_does_not_know_is_named(name):
    ask = (ASKED | OTHERS)[name]
    strange = Data(TREES.rows[:2], ["birch", "elm"], COLUMNS)
    alone = ("model", "probabilities", "standardize", "mean_absolute_error")
    if name not in alone:  # these look at columns, not at classes
        with pytest.raises(ValueError, match=r"row 1: the model has no class 'elm'; .*ash, birch"):
            ask(strange)
    columns = Data(TREES.rows[:2], ["ash", "date"], ["height", "length", "width", "years"])
    with pytest.raises(ValueError, match=r"trained on, height, .*: missing age; unknown years"):
        ask(columns)
    wider = Data([[*TREES.rows[0], 1.0]], ["ash"], [*COLUMNS, "years"])
    with pytest.raises(ValueError, match="unknown years"):
        ask(wider)


def test_an_error_says_which_function_and_which_data():
    strange = Data(TREES.rows[:1], ["elm"], COLUMNS)
    with pytest.raises(ValueError, match=r"^accuracy: row 0: the model has no class 'elm'"):
        accuracy(MODEL, strange)
    with pytest.raises(ValueError, match=r"^train: validation: row 0: the model has no class"):
        trained(TREES, validation=strange)
    with pytest.raises(ValueError, match=r"^accuracy: row 0: the model has no class 'elm'"):
        accuracy(MODEL, [(TREES.rows[0], "elm")])
    assert accuracy(MODEL, Data(TREES.rows, TREES.labels)) == accuracy(MODEL, TREES)


def test_labels_are_words_and_no_letters():
    model = MLP(4, [4], seed=0)
    for metric in (accuracy, confusion_matrix, classification_report):
        message = rf"^{metric.__name__}: row 0: expected .* got 'ash'; the model has no class names"
        with pytest.raises(ValueError, match=message):
            metric(model, [(TREES.rows[0], "ash")])
    with pytest.raises(TypeError, match=r"^cross_entropy: .*, got str 'ash'"):
        mean_loss(model, [(TREES.rows[0], "ash")])


def test_names_are_compared_as_letters_and_not_as_bytes():
    """É is one letter or an E with a mark on it; µ (micro) and μ (mu) look the same."""
    forms = [unicodedata.normalize(form, "É") for form in ("NFC", "NFD")]
    assert forms[0] != forms[1]
    for (column, name), (other, called) in itertools.permutations(zip("µμ", forms, strict=True)):
        rows = [[1.0, -1.0], [-2.0, 3.0]]
        data = Data(rows, [name, "a"], [column, "b"])
        model = MLP(2, [2], seed=0)
        train(model, data, epochs=1, class_weight={called: 2.0}, progress=False)
        same = Data([row[::-1] for row in rows], [called, "a"], ["b", other])
        assert list(same.matched(model.schema)) == list(data)
        assert accuracy(model, same) == accuracy(model, data)
        pairs = [(rows[0], called), (rows[1], "a")]
        assert mean_loss(model, pairs).data == mean_loss(model, data).data
        assert Data(rows, [called, "a"], class_names=data.class_names).labels == data.labels
        assert (
            Data(Frame({"l": [called, "a"], column: [1.0, 2.0]}), "l")
            .matched(Schema((other,), data.class_names))
            .class_names
            == data.class_names
        )
        assert len(Data(Frame({other: [called, "a"], "b": [1.0, 2.0]}), column)) == 2
        drawn = [draw_network(model, rows[0], label=label, data=data) for label in (name, called)]
        assert drawn[0].svg == drawn[1].svg
        for names in ({"feature_names": [column, other]}, {"class_names": [name, called]}):
            with pytest.raises(ValueError, match=r"expected distinct names, got .*, the same"):
                Data(rows, [0, 1], **names)
        with pytest.raises(ValueError, match="class_names: expected distinct names"):
            Data(rows, [name, called])


def test_labels_by_number_must_be_among_the_names():
    for label in (4, -1):
        for data in ([(TREES.rows[0], label)], Data(TREES.rows[:1], [label])):
            with pytest.raises(ValueError, match=rf"class from 0 to 3 \(ash, .*, got {label}"):
                accuracy(MODEL, data)
    numbered = Data([[0.0], [1.0]], ["1", "2"])
    model = MLP(1, [2], seed=0)
    train(model, numbered, epochs=1, progress=False)
    with pytest.raises(ValueError, match=r"labels are numbers, and so are .*, 1, 2: give labels"):
        accuracy(model, Data([[0.0]], [0]))
    assert accuracy(model, Data([[0.0]], [1])) == accuracy(model, Data([[0.0]], ["1"]))
    assert predict(model, Data([[1.0]], ["2"])) == predict(model, [[1.0]])


def test_names_that_only_the_data_knows():
    model = MLP(4, [4], seed=0)  # trained by hand, say
    assert set(predict(model, TREES)) <= set(CLASSES)
    fewer = Data(TREES.rows[:2], ["cedar", "date"])
    for ask in (predict, accuracy, confusion_matrix, classification_report, autograd.explore):
        with pytest.raises(
            ValueError, match=r"expected names of 4 classes.* got 2: cedar, date; give"
        ):
            ask(model, fewer)
    with pytest.raises(ValueError, match="draw_network: expected names of 4 classes"):
        draw_network(model, data=fewer)
    by_name, by_number = [
        draw_network(model, TREES.rows[0], label=label, data=TREES).svg for label in ("ash", 0)
    ]
    assert by_name == by_number
    with pytest.raises(ValueError, match="train: expected names of 4 classes"):
        train(model, fewer, progress=False)
    with pytest.raises(ValueError, match="train: expected names of 4 classes"):
        train(model, Data(TREES.rows, TREES.labels), validation=fewer, progress=False)


def test_columns_without_names_go_by_position():
    by_position = Data(TREES.rows, [CLASSES[k] for k in TREES.labels])
    assert by_position.schema.feature_names == ()
    assert accuracy(MODEL, by_position) == accuracy(MODEL, TREES)
    model, _ = trained(by_position)
    assert model.schema.feature_names == ()
    other = Data([row[::-1] for row in TREES.rows], TREES.labels, COLUMNS[::-1])
    assert predict(model, other) == predict(model, other.rows)
    swapped = Data([[1.0, 2.0]], [0], ["x2", "x1"])  # names that somebody gave
    named = Data([[1.0, 2.0]], [0], ["x1", "x2"])
    assert swapped.matched(named.schema).rows == [[2.0, 1.0]]


def test_a_model_that_learns_numbers_forgets_classes():
    model = MLP(1, [1], seed=0)
    train(model, Data([[0.0], [1.0]], ["a", "b"], ["age"]), nn.hinge, epochs=1, progress=False)
    assert model.class_names == ("a", "b")
    train(model, Data([[0.0], [1.0]], [0.5, 7], ["age"]), mse, epochs=1, progress=False)
    assert (model.class_names, model.regression) == ((), True)
    with pytest.raises(ValueError, match="unknown height"):
        predict(model, Data([[0.0]], [0.5], ["height"]))
    train(model, Data([[0.0], [1.0]], ["c", "d"]), nn.hinge, epochs=1, progress=False)
    assert (model.class_names, model.regression) == (("c", "d"), False)


def test_weights_of_classes_that_the_data_lacks():
    model, _ = trained(TREES)
    fewer = Data(TREES.rows[2:4], ["cedar", "date"])
    optimizer = SGD(model.parameters(), lr=1e-3)
    settings = {"optimizer": optimizer, "epochs": 1, "progress": False}
    train(model, fewer, class_weight={"ash": 2.0, "cedar": 1.0}, **settings)
    losses = [cross_entropy(model(row), k).data for row, k in fewer.matched(model.schema)]
    by_number = train(model, fewer, class_weight={0: 3.0}, **settings)["loss"]  # its own number
    assert by_number[0] == pytest.approx((3.0 * losses[0] + losses[1]) / 4.0, rel=1e-12)
    for bad, message in (
        ({"elm": 1.0}, "no class 'elm'; accepted: ash, birch, cedar, date"),
        ({2: 1.0}, "no class 2; accepted"),
        ({"cedar": 1.0, 0: 2.0}, "expected one weight for each class, got two for 0"),
    ):
        with pytest.raises(ValueError, match=message):
            train(model, fewer, class_weight=bad, **settings)


@pytest.mark.parametrize("library", [None, "pandas", "polars"])
def test_data_frames(library):
    """Rows of a frame, with columns in any order, wherever rows are taken."""
    make = pytest.importorskip(library, exc_type=ImportError).DataFrame if library else Frame
    columns = dict(zip(COLUMNS, zip(*TREES.rows, strict=True), strict=True))
    frame = make({name: list(columns[name]) for name in sorted(COLUMNS)})
    data = TREES.standardized()
    assert predict(MODEL, frame) == predict(MODEL, TREES)
    assert predict_proba(MODEL, frame) == predict_proba(MODEL, TREES)
    assert data.standardize(frame) == data.rows == data.standardize(TREES)
    for ask in (MODEL, MODEL.probabilities):
        found, expected = ask(frame), ask(TREES.rows)
        assert [[z.data for z in row] for row in found] == [
            [z.data for z in row] for row in expected
        ]
    assert autograd.explore(MODEL, frame).html == autograd.explore(MODEL, TREES.rows).html
    with pytest.raises(ValueError, match=r"^predict: .*: missing age"):
        predict(MODEL, make({name: columns[name] for name in COLUMNS[:3]}))
    with pytest.raises(TypeError, match=r"Data\(frame, 'the column of labels'\) makes one"):
        accuracy(MODEL, frame)
    target = Data(frame, make({"age": columns["age"]}), regression=True)
    assert (target.labels, target.schema.target_names) == (list(columns["age"]), ("age",))
    holes = make({name: [None if name == "age" else 1.0] for name in COLUMNS})
    with pytest.raises(ValueError, match=r"^predict: row 0, age: expected a finite number, got"):
        predict(MODEL, holes)


class NamedRow(list):
    """As much of a row of a data frame as is looked at: numbers with names."""

    def __init__(self, names, row):
        super().__init__(row)
        self.index = names

    def keys(self):
        return self.index


def test_a_row_whose_numbers_have_names():
    row, backwards = TREES.rows[0], NamedRow(COLUMNS[::-1], TREES.rows[0][::-1])
    assert [z.data for z in MODEL(backwards)] == [z.data for z in MODEL(row)]
    assert predict(MODEL, [backwards]) == predict(MODEL, [row])
    expected = mean_loss(MODEL, [(row, 0)]).data
    assert mean_loss(MODEL, [(backwards, 0)]).data == expected
    history = train(
        copy.deepcopy(MODEL), [(backwards, 0)], epochs=1, engine="python", progress=False
    )
    assert history["loss"][0] == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ValueError, match="missing age; unknown years"):
        MODEL(NamedRow(["height", "length", "width", "years"], row))
    assert [z.data for z in MODEL(NamedRow(range(4), row))] == [z.data for z in MODEL(row)]


def test_lists_of_rows_whose_numbers_have_names():
    """A record, a named tuple and a row of a frame keep their names inside a list or an array."""
    backwards = COLUMNS[::-1]
    tuples = [namedtuple("Tree", backwards)(*row[::-1]) for row in TREES.rows]
    records = np.array(tuples, dtype=[(name, float) for name in backwards])
    named = [NamedRow(backwards, row[::-1]) for row in TREES.rows]
    plain = predict(MODEL, TREES.rows)
    data = TREES.standardized()
    for rows in (tuples, records, list(records), named):
        assert predict(MODEL, rows) == plain
        assert [z.data for z in MODEL(rows[0])] == [z.data for z in MODEL(TREES.rows[0])]
        assert accuracy(MODEL, list(zip(rows, TREES.labels, strict=True))) == accuracy(MODEL, TREES)
        assert data.standardize(rows) == data.rows
        read = Data(rows, TREES.labels, class_names=TREES.class_names)
        assert read.feature_names == backwards
        assert accuracy(MODEL, read) == accuracy(MODEL, TREES)
        draw_network(MODEL, rows[0], data=TREES)
        assert draw_network(MODEL, rows[0]).svg == draw_network(MODEL, TREES.rows[0]).svg
    mixed = [tuples[0], NamedRow(COLUMNS, TREES.rows[1])]
    assert Data(mixed, [0, 1]).rows == [list(tuples[0]), TREES.rows[1][::-1]]
    with pytest.raises(
        ValueError, match=r"^Data: row 1: expected the names, age, .*: missing height; "
    ):
        Data([tuples[0], NamedRow([*backwards[:3], "years"], [1.0] * 4)], [0, 1])


class IndexedRow(NamedRow):
    """A row whose [0] would be a name, as in a pandas Series."""

    def __getitem__(self, place):
        raise KeyError(place)


def test_a_row_is_asked_for_no_number_by_its_place():
    row = IndexedRow(COLUMNS, TREES.rows[0])
    assert predict(MODEL, [row]) == predict(MODEL, TREES.rows[:1])
    fresh = MLP(4, [2], seed=0)
    assert predict(fresh, [row]) == predict(fresh, TREES.rows[:1])
    assert "svg" in draw_network(MODEL, row).svg


def test_columns_that_are_not_all_words_have_names():
    frame = Frame({("a", "x"): [1.0, 2.0], ("a", "y"): [3.0, 4.0]})
    assert Data(frame, [0, 1]).feature_names == ("('a', 'x')", "('a', 'y')")
    mixed, model = Data(Frame({1: [1.0], "a": [2.0]}), [0]), MLP(2, [2], seed=0)
    train(model, mixed, epochs=1, progress=False)
    expected = [z.data for z in model([1.0, 2.0])]
    assert [z.data for z in model(NamedRow(["a", 1], [2.0, 1.0]))] == expected


def test_names_that_stand_at_other_columns_of_a_frame():
    frame = Frame({"length": [1.0], "width": [2.0]})
    assert Data(frame, [0], ["L", "W"]).feature_names == ("L", "W")
    with pytest.raises(
        ValueError, match=r"gives 'width' to another; .* frame\[\['width', 'length'"
    ):
        Data(frame, [0], ["width", "length"])
    with pytest.raises(ValueError, match=r"expected 2 names as feature_names, .* got 1: length"):
        Data([[1.0, 2.0]], [0], ["length"])


def test_rows_and_labels_are_no_rows():
    for rows in (TREES.rows, np.array(TREES.rows)):
        with pytest.raises(TypeError, match=r"draw_network: .*; one row of these: rows\[0\]"):
            draw_network(MODEL, rows)
    with pytest.raises(
        TypeError, match=r"predict: expected rows of numbers, .*predict\(model, X\)"
    ):
        predict(MODEL, (np.array(TREES.rows), TREES.labels))


def test_frames_that_are_not_read_yet():
    polars = pytest.importorskip("polars", exc_type=ImportError)
    with pytest.raises(TypeError, match="expected rows of numbers, got <LazyFrame"):
        predict(MODEL, polars.LazyFrame({"age": [1.0]}))


def test_frames_of_pandas_without_names():
    frame = pytest.importorskip("pandas", exc_type=ImportError).DataFrame(np.array(TREES.rows))
    assert Data(frame, TREES.labels).feature_names == ("x1", "x2", "x3", "x4")
    assert predict(MODEL, frame) == predict(MODEL, TREES)
    named = frame.set_axis(list(COLUMNS), axis=1)[list(COLUMNS[::-1])]
    assert [z.data for z in MODEL(named.iloc[0])] == [z.data for z in MODEL(TREES.rows[0])]
    twice = frame.rename(columns={0: "a", 1: "a"})
    with pytest.raises(ValueError, match="data frame: expected distinct names, got 'a' twice"):
        Data(twice, TREES.labels)


@pytest.mark.parametrize(
    "ask",
    [accuracy, classification_report, confusion_matrix, mean_loss, predict, predict_proba, train],
)
def test_swapped_arguments(ask):
    name = ask.__name__
    with pytest.raises(
        TypeError, match=rf"^{name}: expected a model first(?=.*, got Data\().* {name}\(model, "
    ):
        ask(TREES, MODEL)


@pytest.mark.parametrize("ask", [accuracy, classification_report, confusion_matrix, mean_loss])
def test_rows_without_labels(ask):
    message = rf"^{ask.__name__}: expected a Data or \(row, label\) pairs|{ask.__name__}: expected "
    pair = MLP(2, [2], seed=0)
    for model, rows in ((MODEL, TREES.rows), (pair, [[1.0, 2.0]]), (pair, np.eye(2))):
        with pytest.raises(TypeError, match=message + r".* nn.Data\(X, y\) makes pairs"):
            ask(model, rows)
    with pytest.raises(TypeError, match=message):
        ask(MODEL, 3.0)
    with pytest.raises(ValueError, match="at least one row, got none"):
        ask(MODEL, [])


def test_a_share_of_the_rows_is_no_validation():
    with pytest.raises(
        TypeError, match=r"as validation, got float 0.2; as in .*\(model, data.train, v"
    ):
        train(MODEL, TREES, validation=0.2, progress=False)


@pytest.mark.parametrize("ask", [predict, predict_proba])
def test_pairs_are_not_rows(ask):
    with pytest.raises(TypeError, match=re.escape("(model, [row for row, _ in pairs])")):
        ask(MODEL, list(TREES))
    for rows in (3.0, "ab", {0: [1.0] * 4}):
        with pytest.raises(TypeError, match=r"expected rows of numbers, got (float 3\.0|str|dict)"):
            ask(MODEL, rows)


@pytest.mark.parametrize("loss", [cross_entropy, nn.binary_cross_entropy, nn.hinge])
def test_classes_that_are_not_numbered_from_0_get_a_remedy(loss):
    model = MLP(1, [3 if loss is cross_entropy else 1], seed=0)
    data = Data([[0.0], [1.0], [2.0]], [1, 2, 3])
    remedy = r"got [23]; classes are numbered from 0: Data\(X, \[str\(label\) for label in y\]\)"
    for numbered in (data.by_number(), data if loss is not cross_entropy else data.by_number()):
        with pytest.raises(ValueError, match=remedy):
            train(model, numbered, loss, progress=False)
        with pytest.raises(ValueError, match=remedy):
            accuracy(model, list(numbered.by_number()))
    train(MLP(1, [3], seed=0), data, epochs=1, progress=False)


def own_loss(outputs, label):
    return cross_entropy(outputs, label)


@pytest.mark.parametrize("loss", [cross_entropy, own_loss])
def test_truth_values_of_numpy_are_classes(loss):
    labels = np.array([True, False, True])
    for data in (
        Data([[0.0], [1.0], [2.0]], list(labels)),
        [([float(i)], label) for i, label in enumerate(labels)],
    ):
        model = MLP(1, [2], seed=0)
        history = train(model, data, loss, epochs=1, progress=False)
        assert not model.regression
        assert mean_loss(model, data).data < history["loss"][0]
        found = predict(model, [[0.0], [1.0], [2.0]])  # names, where the data has them
        right = [a in (b, str(b)) for a, b in zip(found, labels, strict=True)]
        assert accuracy(model, data) == sum(right) / 3
    assert Data([[np.True_, 2.0]], [np.False_]).rows == [[1.0, 2.0]]


def test_a_single_output_has_the_name_of_class_1():
    model = MLP(1, [1], seed=0)
    data = Data([[0.0], [1.0]], ["no", "yes"])
    for drawn in (draw_network(model, [0.5], data=data), draw_network(model, data=data)):
        assert ">yes<" in drawn.svg
        assert ">no<" not in drawn.svg


def test_smoothed_labels_are_shown_as_classes():
    pairs = [([0.0], [0.9, 0.1]), ([1.0], [0.2, 0.8])]
    history = train(MLP(1, [2], seed=0), pairs, epochs=2, progress=False)
    assert history.snapshots.rows().labels == [0, 1]
    signs = [([0.0], -1), ([1.0], 1)]
    model = MLP(1, [1], bias=False, seed=0)
    model["w1"].data = 5.0
    history = train(
        model, signs, nn.hinge, SGD(model.parameters(), lr=1e-9), epochs=1, progress=False
    )
    shown = facts_of(history, None)
    assert shown.confusion == [[1, 0], [0, 1]]
    assert shown.correct(0) == 2


def test_what_is_no_model():
    with pytest.raises(
        TypeError, match=r"^train: expected a model first, an MLP or another Module, got <function"
    ):
        train(lambda row: row, TREES)
