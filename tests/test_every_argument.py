"""Every public function, each argument in turn of every kind of thing that it is not.

What is refused is a TypeError or ValueError that names the function; what is not refused is listed
here, so that nothing is taken in silence.
"""

import warnings
from itertools import product
from types import ModuleType, SimpleNamespace

import pytest

import autograd
import nn
from autograd import Value, functions
from autograd.ops import TABLE, Shape
from nn import MLP, Data, schedules, train

MODEL = MLP(2, [3, 2], seed=0)
DATA = Data([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]], [0, 1, 0], None, ["a", "b"])
HISTORY = train(MODEL, DATA, epochs=2, progress=False)
REGRESSOR, NUMBERS = MLP(2, [1], seed=0), Data(DATA.rows, [0.5, 1.5, 3.0])
train(REGRESSOR, NUMBERS, epochs=2, progress=False)
X = Value(0.5, label="x")
Y = (X * 2.0).tanh()
Z = [Value(0.5), Value(0.25)]
PROGRAM = autograd.compile(lambda a, b: Z[0] * a + Z[1] * b, ["a", "b"], Z)
CLIENT = SimpleNamespace(compute=None, gather=None)  # has what is asked of one
ROWS = [[1.0, 2.0], [3.0, 4.0]]


def square(a):
    return a * a


def square_of_all(a):
    """Of a number, or of all numbers in a list."""
    return sum(map(square_of_all, a)) if isinstance(a, (list, tuple)) else a * a


def slope(m, a, y):
    return (2.0 * a,)


def unchanged(state, x):
    return state, None


def itself(a):
    return a


KINDS = {
    "number": 1.5,
    "whole": 2,
    "negative": -3,
    "nan": float("nan"),
    "bool": True,
    "none": None,
    "value": Value(1.25),
    "word": "wrong",
    "complex": 1j,
    "numbers": [1.0, 2.0],
    "values": [Value(1.0), Value(2.0)],
    "nested": [[1.0, 2.0], [3.0, 4.0]],
    "empty": [],
    "pairs": [([1.0, 2.0], 0), ([2.0, 1.0], 1)],
    "dict": {"a": 1.0},
    "model": MODEL,
    "data": DATA,
    "history": HISTORY,
    "function": lambda a: a,
    "class": MLP,
    "module": nn,
    "object": object(),
}
REAL = "number whole negative nan bool value"
PLAIN = "number whole negative nan bool"
POSITIVE = "number whole bool"
MANY = "numbers values"
SIZE = "whole bool"
SEED = "whole negative bool none"
ANY = " ".join(KINDS)
SOLVED = [
    (itself, "function"),
    (0.5, "number whole negative bool value numbers values nested pairs"),
]
# Of every function its arguments, each with what is right and what else is taken.
ARGUMENTS = {
    "autograd.Value": [(0.5, PLAIN), ("x", "word none")],
    "autograd.adjoints": [(Y, "value"), (1.0, PLAIN)],
    "autograd.check_gradients": [
        (square_of_all, "function"),
        (0.5, "number whole negative bool numbers nested pairs"),
    ],
    "autograd.clamp": [
        (0.5, REAL),
        (-1.0, "negative value bool"),
        (1.0, "number whole bool value"),
    ],
    "autograd.compile": [
        (square, "function"),
        (1, ""),
        ([], "values empty"),
        ("python", "none"),
    ],
    "autograd.cross_entropy": [([0.5, 0.25], MANY), (1, f"{MANY} bool")],
    "autograd.derive": [(Y, "value"), (X, "value")],
    "autograd.dot": [([0.5, 0.25], MANY), ([0.5, 0.25], MANY)],
    "autograd.root": SOLVED,
    "autograd.fixed_point": SOLVED,
    "autograd.scan": [
        (unchanged, ""),
        (0.5, f"{REAL} numbers values nested empty pairs"),
        ([0.5], "numbers values nested pairs"),
    ],
    "autograd.draw": [(Y, "value values")],
    "autograd.Stop": [
        ("What is 1 + 1?", "word"),
        (2.0, "number whole negative bool none"),
        ("why", "word"),
        ([], "empty"),
        ("", "word"),
        ("", "word"),
    ],
    "autograd.explore": [
        (MODEL, "model function history"),
        (DATA, "nested data"),
        (None, "none empty"),
    ],
    "autograd.gelu": [(0.5, REAL), ("none", "")],
    "autograd.gradients": [(Y, "value"), ([X], "values empty"), (False, "bool"), (1.0, PLAIN)],
    "autograd.load": [("nowhere.json", "")],
    "autograd.operation": [
        ("made", "word"),
        (square, "function model"),
        ((1.0,), "function model"),
    ],
    "autograd.partitioned": [(PROGRAM, ""), (CLIENT, "")],
    "autograd.paths": [(Y, "value"), (X, "value"), (X, "value none")],
    "autograd.save": [(Y, "value values"), ("graph.json", "word")],
    "nn.MLP": [(2, SIZE), ([3, 2], ""), ("relu", "function model")],
    "nn.Layer": [(2, SIZE), (3, SIZE), ("relu", "function model")],
    "nn.Neuron": [(2, SIZE), ("relu", "function model")],
    "nn.SGD": [(Z, "values"), (0.1, POSITIVE), (0.9, POSITIVE)],
    "nn.Adam": [(Z, "values"), (0.1, POSITIVE), ((0.9, 0.99), ""), (1e-8, POSITIVE)],
    "nn.AdamW": [(Z, "values"), (0.1, POSITIVE), ((0.9, 0.99), ""), (1e-8, POSITIVE)],
    "nn.Data": [
        ([[0.0, 1.0], [1.0, 0.0]], "nested"),
        ([0, 1], ""),
        (["p", "q"], f"{MANY} nested pairs none empty"),  # what is no word is shown as it prints
        (["a", "b"], f"{MANY} nested pairs empty data history"),
    ],
    "nn.accuracy": [(MODEL, "model"), (DATA, "pairs data")],
    "nn.score": [(MODEL, "model"), (DATA, "pairs data")],
    "nn.mean_absolute_error": [(REGRESSOR, ""), (NUMBERS, "pairs")],
    "nn.confusion_matrix": [(MODEL, "model"), (DATA, "pairs data")],
    "nn.classification_report": [(MODEL, "model"), (DATA, "pairs data")],
    "nn.predict": [(MODEL, "model"), (DATA, "nested empty data"), (False, "bool")],
    "nn.predict_proba": [(MODEL, "model"), (DATA, "nested empty data"), (False, "bool")],
    "nn.probabilities": [(Z, "value values")],
    "nn.cross_entropy": [(Z, MANY), (1, f"{MANY} bool")],
    "nn.binary_cross_entropy": [(Z[0], "value"), (1, "value bool")],
    "nn.hinge": [(Z[0], "value"), (1, "value bool")],
    "nn.mse": [(Z[0], "value"), (1.0, REAL)],
    "nn.huber": [(Z[0], "value"), (1.0, REAL), (1.0, POSITIVE)],
    "nn.mean_loss": [(MODEL, "model function"), (DATA, "pairs data"), (nn.cross_entropy, "none")],
    "nn.clip_norm": [(Z, "values empty"), (1.0, POSITIVE)],
    "nn.clip_value": [(Z, "values empty"), (1.0, POSITIVE)],
    "autograd.export": [(PROGRAM, ""), ("program.py", "")],
    "nn.export": [(MODEL, "model"), ("model.py", "")],
    "nn.draw_network": [(MODEL, "model"), ([1.0, 2.0], f"{MANY} none")],
    "nn.draw_training": [(HISTORY, "history")],
    "nn.from_torch": [
        (MODEL.to_torch_state(), ""),
        ("tanh", "function"),
        ("linear", "function none"),
    ],
    "nn.load": [("model.safetensors", ""), (MODEL, "none model")],
    "nn.load_csv": [("nowhere.csv", ""), ("a", "")],
    "nn.load_iris": [(0, "whole bool")],
    "nn.train": [
        (MODEL, "model"),
        (DATA, "pairs data"),
        (nn.cross_entropy, "none"),
        (None, "none"),
    ],
    "nn.save": [(MODEL, "model"), ("model.safetensors", "word"), (None, "none")],
    "nn.schedules.step": [(2, SIZE), (0.5, PLAIN)],
    "nn.schedules.cosine": [(2, SIZE), (0.5, PLAIN)],
    "nn.schedules.warm_up": [(2, SIZE), (schedules.constant, "function model")],
    **{
        f"autograd.{name}": [([0.5, 0.25], f"{MANY} {REAL}")]  # or one operand
        for name in functions.__all__
        if name in TABLE and TABLE[name].shape is Shape.MANY
    },
    **{
        f"autograd.{name}": [(0.5, REAL), (0.25, REAL)]
        for name in ("pow", "hypot", "atan2", "leaky_relu", "elu")
    },
    **{
        f"autograd.{name}": [(square, "function model")]
        for name in ("grad", "value_and_grad", "jvp", "vjp", "hvp", "jacobian", "hessian", "jit")
    },
    **{
        f"autograd.{name}": [(0.5, REAL)]
        for name in functions.__all__
        if name == "hard_tanh" or (name in TABLE and TABLE[name].shape is Shape.ONE)
    },
}
ARGUMENTS["autograd.gelu"] = [(0.5, REAL), ("none", "")]
KEYWORDS = {
    "nn.load": {"optimizer": "none"},
    "nn.Data": {
        "regression": "none",
        "target_names": f"{MANY} nested pairs empty data history",
        "missing": "none",
    },
    "nn.train": {
        "epochs": SIZE,
        "batch_size": f"{SIZE} none",
        "seed": SEED,
        "validation": "pairs data none",
        "patience": f"{SIZE} none",
        "tolerance": "",
        "schedule": "function none",
        "clip_norm": "number whole bool none",
        "clip_value": "number whole bool none",
        "class_weight": "none dict",
        "sample_weight": "none",
        "callbacks": "empty",
        "checkpoint": "word none",
        "checkpoint_every": SIZE,
        "engine": "",
    },
    "nn.MLP": {"seed": SEED, "init": "none", "output": "function model"},
    "nn.Layer": {"seed": SEED, "init": "none"},
    "nn.Neuron": {"seed": SEED, "init": "none", "nout": SIZE},
    "nn.draw_network": {
        "edges": "",
        "highlight": "none",
        "output": "none",
        "data": "none data",
        "note": "word",
    },
    "nn.draw_training": {"features": "none"},
    "autograd.check_gradients": {"order": f"{SIZE}", "tolerance": POSITIVE},
    "autograd.hessian": {"sparse": "bool"},
    "autograd.root": {"steps": "whole"},
    "autograd.fixed_point": {"steps": "whole"},
    "autograd.scan": {"length": "none", "most_stored": "whole negative"},
    "autograd.jacobian": {"sparse": "bool"},
    "autograd.draw": {
        "open": "bool none empty",
        "highlight": "none empty",
        "step": "none whole",
        "direction": "",
        "precision": "whole",
        "show": "empty",
        "max_nodes": "none whole bool",
    },
    # Of files of Python, which has no float32.
    "autograd.export": {"derivatives": "empty", "float32": "", "name": "word none"},
    "nn.export": {"derivatives": "empty", "float32": "", "name": "word none"},
    "nn.SGD": {"weight_decay": POSITIVE},
    "nn.load_csv": dict.fromkeys(  # of a file that is not there
        ("drop", "missing", "regression", "delimiter", "decimal", "encoding"), ""
    ),
}
# Takes no arguments, or any: the truth of a thing, what a user makes a name of, what train makes.
FREE = {"where", "no_grad", "enable_grad", "anomaly", "History", "Module", "constant"}
ALSO_NAMED = {"nn.train": ["clip_norm", "clip_value"], "nn.Data": ["row 0"]}
OWN = (
    "MLP",
    "<lambda>",
    "square",
)  # what a caller's own function raises is left as it is, with its name


ABSENT = {"autograd.load", "nn.load_csv"}  # they read files that are not there


@pytest.fixture(autouse=True)
def folder_of_its_own(tmp_path, monkeypatch):
    """For what is written, with a file to load."""
    monkeypatch.chdir(tmp_path)
    nn.save(MODEL, "model.safetensors")


def public():
    for package in (autograd, nn, schedules):
        for name in package.__all__:
            if name not in FREE and not isinstance(getattr(package, name), ModuleType):
                yield f"{package.__name__}.{name}"


def found(path):
    package = schedules if path.startswith("nn.schedules.") else nn
    package = autograd if path.startswith("autograd.") else package
    return getattr(package, path.rpartition(".")[2])


def taken(path, arguments, keywords, thing=None):
    """Whether the call goes through; a refusal must name the function."""
    name = path.rpartition(".")[2]
    if name == "train":
        keywords = {"epochs": 1, "progress": False, **keywords}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Iris of scikit-learn in a split of ours
            made = found(path)(*arguments, **keywords)
            if name == "draw_training":
                assert made.svg
    except (TypeError, ValueError) as error:
        words = [name, *ALSO_NAMED.get(path, ())]
        words += OWN if callable(thing) else []
        words += OWN if path == "autograd.compile" and "argument" in str(error) else []
        if not any(word in str(error) for word in words):
            raise AssertionError(f"{path}: {error}") from error
        return False
    except FileNotFoundError:
        return False
    finally:
        TABLE.pop("made", None)
        TABLE.pop("wrong", None)
    return True


def test_every_public_function_is_here():
    assert set(public()) == ARGUMENTS.keys()


@pytest.mark.parametrize("path", ARGUMENTS)
def test_wrong_kinds(path):
    right = [argument for argument, _ in ARGUMENTS[path]]
    assert taken(path, right, {}) is (path not in ABSENT)
    for (place, (_, accepted)), (kind, thing) in product(enumerate(ARGUMENTS[path]), KINDS.items()):
        arguments = [*right[:place], thing, *right[place + 1 :]]
        try:
            assert taken(path, arguments, {}, thing) == (kind in accepted.split()), (place, kind)
        except AssertionError as error:
            raise AssertionError((place, kind)) from error
    for keyword, accepted in KEYWORDS.get(path, {}).items():
        for kind, thing in KINDS.items():
            try:
                went = taken(path, right, {keyword: thing}, thing)
            except AssertionError as error:
                raise AssertionError((keyword, kind)) from error
            assert went == (kind in accepted.split()), (keyword, kind)


# Two first arguments that are alike: swapped they are another right call.
ALIKE = {
    *("autograd.atan2", "autograd.clamp", "autograd.derive", "autograd.dot", "autograd.elu"),
    *("autograd.hypot", "autograd.leaky_relu", "autograd.maximum", "autograd.minimum"),
    *("autograd.paths", "autograd.pow", "nn.Layer"),
}


@pytest.mark.parametrize("path", [path for path, given in ARGUMENTS.items() if len(given) > 1])
def test_swapped(path):
    first, second, *rest = [argument for argument, _ in ARGUMENTS[path]]
    assert taken(path, [second, first, *rest], {}) is (path in ALIKE)


METHODS = {
    "largest": (autograd.paths(Y, X).largest, "whole bool"),
    "save": (autograd.draw(Y).save, ""),
    "png": (autograd.draw(Y).png, "number whole bool"),
    "backward": (Y.backward, PLAIN),
    "load_state_dict": (MODEL.load_state_dict, ""),
    "MLP": (MODEL, f"{MANY} nested data"),  # a Data is rows
    "Layer": (MODEL.layers[0], MANY),
    "Neuron": (MODEL.layers[0].neurons[0], MANY),
    "value": (lambda given: PROGRAM.value(ROWS, parameters=given), "none numbers"),
    "value_and_grad": (lambda given: PROGRAM.value_and_grad(ROWS, "sum", given), "none numbers"),
    "jacobian": (lambda by: PROGRAM.jacobian(ROWS, by), ""),
    "hessian": (lambda reduction: PROGRAM.hessian(ROWS, reduction), "none"),
    "gradient_and_hessian": (lambda by: PROGRAM.gradient_and_hessian(ROWS, by), ""),
    "vjp": (lambda given: PROGRAM.vjp(ROWS, given), "numbers nested"),
    "hvp": (lambda given: PROGRAM.hvp(ROWS, given), "numbers nested"),
    "Program": (lambda given: PROGRAM(ROWS, given), "none numbers"),
    "batches": (lambda size: list(DATA.batches(size)), SIZE),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    method, accepted = METHODS[name]
    for kind, thing in KINDS.items():
        try:
            method(thing)
        except (TypeError, ValueError) as error:
            refused = str(error)
        else:
            refused = ""
        assert bool(refused) == (kind not in accepted.split()), (kind, refused)
        assert not refused or name in refused, (kind, refused)
