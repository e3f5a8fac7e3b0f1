import copy
import json
import math
from dataclasses import dataclass

import numpy as np
import pytest

from autograd import Value
from nn import MLP, Module


class Scaled(Module):
    """A network in a user's class, with parameters in every kind of place."""

    def __init__(self):
        self.body = MLP(2, [2, 2], seed=0)
        self.scale = Value(2.0)
        self.more = {"shift": Value(0.5), "pair": (Value(1.0, label="pair"), [Value(3.0)])}
        self.name, self.sizes, self.function = "scaled", [2, 2], abs
        self.parent = self  # a way back

    def __call__(self, x):
        return [self.scale * z for z in self.body(x)]


def test_parameters_are_found_wherever_they_are():
    model = Scaled()
    names = [name for name, _ in model.named_parameters()]
    assert names == [
        *[f"body.{name}" for name in ("w1", "w2", "b1", "w3", "w4", "b2")],
        *[f"body.{name}" for name in ("w5", "w6", "b3", "w7", "w8", "b4")],
        *("scale", "more.shift", "more.pair.0", "more.pair.1.0"),
    ]
    assert model["scale"] is model.scale
    assert model["body.w3"] is model.body["w3"] is model.body.layers[0].neurons[1].w[0]


def test_a_parameter_that_is_used_twice_counts_once():
    model = Module()
    model.a = model.b = Value(1.0)
    model.modules = [inner := MLP(1, [1]), inner]
    assert [name for name, _ in model.named_parameters()] == ["a", "modules.0.w1", "modules.0.b1"]


def test_parameters_in_slots():
    class Slope(Module):
        __slots__ = ("__own", "empty", "rate")

        def __init__(self):
            self.rate, self.__own, self.later = Value(1.0), [Value(2.0)], Value(3.0)

    @dataclass(slots=True, eq=False)
    class Line(Slope):
        offset: Value

        def __post_init__(self):
            Slope.__init__(self)

    line = Line(Value(4.0))
    numbers = {"offset": 4.0, "_Slope__own.0": 2.0, "rate": 1.0, "later": 3.0}
    assert line.state_dict() == numbers
    assert [text.split()[0] for text in line.summary().splitlines()[1:-1]] == [*numbers]


def test_computed_values_and_constants_are_no_parameters():
    model = Module()
    model.w = Value(2.0)
    model.loss = model.w * 3.0
    model.constant = model.loss.parents[1]
    assert model.parameters() == [model.w]


def test_a_parameter_without_label_in_a_labeled_module_has_the_way_as_name():
    model = MLP(1, [1])
    model.temperature = Value(1.0)
    assert [name for name, _ in model.named_parameters()] == ["w1", "b1", "temperature"]


def test_zero_grad():
    model = Scaled()
    sum(model([1.0, -1.0])).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0] * 16


def test_an_unknown_name_says_what_exists():
    with pytest.raises(KeyError, match=r"no parameter 'w9'; accepted: w1, w2, b1"):
        MLP(2, [2, 2])["w9"]
    with pytest.raises(KeyError, match=r"'w45'; did you mean 'w5'\? accepted: w1, .*, \.\.\., w44"):
        MLP(4, [4, 4, 3], bias=False)["w45"]
    with pytest.raises(KeyError, match="there are none"):
        Module()["w1"]


def test_a_module_without_call():
    class Empty(Module):
        pass

    with pytest.raises(NotImplementedError, match="Empty must implement __call__"):
        Empty()([1.0])


def test_a_state_goes_through_json_to_the_same_bits():
    model = Scaled()
    state = json.loads(json.dumps(model.state_dict()))
    assert list(state) == [name for name, _ in model.named_parameters()]
    other = Scaled()
    for p in other.parameters():
        p.data = 0.0
    other.load_state_dict(state)
    assert other.state_dict() == model.state_dict() == state
    assert [z.data for z in other([0.3, -2.0])] == [z.data for z in model([0.3, -2.0])]
    other.load_state_dict({name: np.float64(i) for i, name in enumerate(state)})
    assert list(other.state_dict().values()) == list(range(len(state)))


def test_a_state_that_does_not_fit_changes_nothing():
    model = MLP(2, [2, 2], seed=0)
    state = model.state_dict()
    small = {name: 0.0 for name in state if name != "b4"}
    with pytest.raises(
        ValueError, match=r"12 parameters of MLP\(2.*got 11: missing b4; unknown none"
    ):
        model.load_state_dict(small)
    with pytest.raises(ValueError, match="got 14: missing none; unknown w9, w10"):
        model.load_state_dict({**state, "w9": 1.0, "w10": 1.0})
    with pytest.raises(ValueError, match="missing w1, w2, b1, w3 and 8 more; unknown none"):
        model.load_state_dict({})
    for bad, said in [
        ([0.0, 1.0], r"list of length 2 \[0.0, 1.0\]"),
        (np.zeros((2, 3)), r"ndarray of shape \(2, 3\)"),
        ("0.5", "str of length 3 '0.5'"),
        (None, "NoneType None"),
    ]:
        with pytest.raises(TypeError, match=f"b4: expected one number, got {said}"):
            model.load_state_dict({**dict.fromkeys(state, 7.0), "b4": bad})
    with pytest.raises(TypeError, match="expected numbers by name, got list"):
        model.load_state_dict(list(state))
    assert model.state_dict() == state


def test_a_state_needs_names_that_differ():
    model = MLP(1, [1], seed=0)
    model.extra = Value(1.0, label="w1")
    with pytest.raises(ValueError, match="expected distinct names, got 'w1' twice"):
        model.state_dict()


def test_what_is_not_finite_is_kept():
    model = MLP(1, [1], seed=0)
    model.load_state_dict({"w1": math.inf, "b1": math.nan})
    assert model["w1"].data == math.inf
    assert math.isnan(model["b1"].data)


def test_summary_counts():
    lines = Scaled().summary().splitlines()
    assert [line.split()[:1] + line.split()[-1:] for line in lines] == [
        ["part", "parameters"],
        ["body", "12"],
        ["scale", "1"],
        ["more", "3"],
        ["parent", "16"],
        ["total", "16"],
    ]
    assert "MLP(2, [2, 2], activation='relu', bias=True, output='linear')" in lines[1]
    assert len({len(line) for line in lines}) == 1
    model = MLP(4, [4, 4, 3], bias=False)
    counts = [line.split()[-1] for line in model.summary().splitlines()[1:]]
    assert counts == ["16", "16", "12", "44"]
    assert Module().summary().splitlines()[-1].split() == ["total", "0"]


def test_repr_counts():
    assert repr(Scaled()) == "Scaled(16 parameters)"


def test_a_deep_copy_of_a_users_model_is_apart():
    model = Scaled()
    other = copy.deepcopy(model)
    other["scale"].data = 5.0
    assert model["scale"].data == 2.0
    assert other.parent is other


def test_a_name_is_found_in_each_spelling_of_its_letters():
    class Own(Module):
        def __init__(self):
            self.weights = {"\u0177": Value(1.0), "\u00b5": Value(2.0)}

    model = Own()
    assert model["weights.y\u0302"].data == 1.0
    assert model["weights.\u03bc"].data == 2.0
    with pytest.raises(KeyError, match=r"no parameter 'weights\.z'"):
        model["weights.z"]
    with pytest.raises(KeyError, match="no parameter 0"):
        model[0]


def test_a_model_is_no_sequence():
    with pytest.raises(TypeError, match="'MLP' object is not iterable"):
        list(MLP(1, [1]))
