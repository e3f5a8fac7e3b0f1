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


def test_computed_values_and_constants_are_no_parameters():
    model = Module()
    model.w = Value(2.0)
    model.loss = model.w * 3.0
    model.constant = model.loss.parents[1]
    assert model.parameters() == [model.w]


def test_a_parameter_without_label_in_a_labelled_module_has_the_way_as_name():
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

    with pytest.raises(NotImplementedError, match="Empty needs a __call__"):
        Empty()([1.0])
