import math
from array import array

import pytest

from autograd import Value
from autograd.files import FormatError
from nn import MLP, Layer, Module, Neuron
from nn.files.parameters import fill, slots_of, tensors_of
from nn.files.safetensors import Tensor


class Own(Module):
    """All places in which a parameter can be."""

    def __init__(self):
        self.scale = Value(2.0, label="ignored")
        self.hidden = Layer(2, 3, seed=0)
        self.parts = [Value(1.0), {"a": Value(0.5), 7: Layer(3, 1, bias=False, seed=1)}]
        self.network = MLP(1, [2], seed=2)
        self.neuron = Neuron(2, seed=3)
        self.again = self.hidden
        self.tied = self.parts[0]


def shapes(model):
    return {name: slot.shape for name, slot in slots_of(model, "save").items()}


def test_layers_are_weight_and_bias_and_all_else_by_itself():
    assert shapes(Own()) == {
        "hidden.weight": (3, 2),
        "hidden.bias": (3,),
        "parts.1.7.weight": (1, 3),
        "network.layers.0.weight": (2, 1),
        "network.layers.0.bias": (2,),
        "scale": (),
        "parts.0": (),
        "parts.1.a": (),
        "neuron.w1": (),
        "neuron.w2": (),
        "neuron.b1": (),
    }
    assert shapes(Layer(2, 3)) == {"weight": (3, 2), "bias": (3,)}


def test_every_parameter_is_in_one_place():
    for model in (Own(), MLP(3, [2, 2]), Neuron(3)):
        found = [p for slot in slots_of(model, "save").values() for p in slot.parameters]
        assert len(found) == len(set(found))
        assert set(found) == set(model.parameters())
        for slot in slots_of(model, "save").values():
            assert math.prod(slot.shape) == len(slot.parameters)


def test_layers_that_were_changed():
    model = MLP(2, [2, 2])
    model.layers[0].neurons[0].b = None
    model.layers[1].neurons[0].w.pop()
    assert shapes(model) == {
        "layers.0.weight": (2, 2),
        "layers.1.bias": (2,),
        "b2": (),
        **dict.fromkeys(("w5", "w7", "w8"), ()),
    }
    model = MLP(2, [2, 2])
    model.layers[1] = model.layers[0]
    assert shapes(model) == {"layers.0.weight": (2, 2), "layers.0.bias": (2,)}
    model = MLP(2, [2])
    model.layers[0].neurons[0].w[1] = model.layers[0].neurons[0].w[0]
    assert shapes(model) == {"layers.0.bias": (2,), "w1": (), "w3": (), "w4": ()}


def test_names_that_two_have_or_none_can_have():
    model = MLP(1, [1])
    model.extra = {"w": Value(1.0, label="layers.0.weight")}
    with pytest.raises(ValueError, match=r"save: two parameters have the name 'layers\.0\.weight'"):
        slots_of(model, "save")

    class Bad(Module):
        def __init__(self):
            setattr(self, "optimizer/0", Value(1.0))

    with pytest.raises(ValueError, match="save: no parameter can have the name 'optimizer/0'"):
        slots_of(Bad(), "save")


def test_numbers_that_are_not_finite():
    model = MLP(1, [2], seed=0)
    model["w2"].data = math.nan
    with pytest.raises(ValueError, match=r"save: .* got nan as w2 in 'layers\.0\.weight'"):
        tensors_of(slots_of(model, "save"), "save")


def tensor(shape, *numbers):
    return Tensor(shape, array("d", numbers))


GIVEN = {"layers.0.weight": tensor((2, 1), 1.0, 2.0), "layers.0.bias": tensor((2,), 3.0, 4.0)}


@pytest.mark.parametrize("owner", ["layers.0.", "0.", "3.", "net.layers.12.", "model.fc1."])
def test_layers_go_by_their_order(owner):
    model = MLP(1, [2])
    fill(model, {owner + name[9:]: one for name, one in GIVEN.items()}, "a")
    assert model.state_dict() == {"w1": 1.0, "w2": 2.0, "b1": 3.0, "b2": 4.0}


def test_the_order_is_that_of_numbers():
    model = MLP(1, [1, 1, 1], bias=False)
    fill(model, {f"{i}.weight": tensor((1, 1), i) for i in (10, 8, 9)}, "a")
    assert list(model.state_dict().values()) == [8.0, 9.0, 10.0]


WRONG = {
    "missing": ({"layers.0.weight": GIVEN["layers.0.weight"]}, r"missing layers\.0\.bias"),
    "unknown": ({**GIVEN, "x": tensor((), 1.0)}, "got 3: missing none; unknown x"),
    "two owners": ({"a.0.weight": GIVEN["layers.0.weight"], "b.0.bias": GIVEN["layers.0.bias"]},
                   r"unknown a\.0\.weight, b\.0\.bias"),
    "one number twice": ({"0.weight": GIVEN["layers.0.weight"], "00.bias": GIVEN["layers.0.bias"],
                          "0.bias": GIVEN["layers.0.bias"]}, "got 3"),
    "transposed": ({**GIVEN, "layers.0.weight": tensor((1, 2), 1.0, 2.0)},
                   r"'layers\.0\.weight': expected the shape \[2, 1\], got \[1, 2\]"),
    "flat": ({**GIVEN, "layers.0.weight": tensor((2,), 1.0, 2.0)}, r"got \[2\]"),
    "nan": ({**GIVEN, "layers.0.bias": tensor((2,), 3.0, math.nan)},
            r"'layers\.0\.bias': expected finite numbers, got nan as number 1"),
    "nothing": ({}, r"got 0: missing layers\.0\.weight, layers\.0\.bias; unknown none"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_refused_changes_nothing(fault):
    given, words = WRONG[fault]
    model = MLP(1, [2], seed=0)
    before = model.state_dict()
    with pytest.raises(FormatError, match=words) as raised:
        fill(model, given, "a.safetensors")
    assert str(raised.value).startswith("a.safetensors: ")
    assert model.state_dict() == before


def test_a_number_by_itself_may_be_a_row_of_one():
    class Line(Module):
        def __init__(self):
            self.slope = Value(1.0)

    line = Line()
    for shape in ((), (1,)):
        fill(line, {"slope": tensor(shape, 2.0 + len(shape))}, "a")
        assert line.slope.data == 2.0 + len(shape)
    with pytest.raises(FormatError, match=r"expected the shape \[\], got \[1, 1\]"):
        fill(line, {"slope": tensor((1, 1), 2.0)}, "a")
