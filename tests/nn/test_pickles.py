"""Everything public that nn gives pickles and copies."""

import copy
import pickle
import re
from types import ModuleType

import pytest

import nn
from nn import MLP, SGD, Adam, AdamW, Data, Layer, Neuron, draw_network, draw_training, train


@pytest.mark.parametrize("again", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy])
def test_all(again):
    model = MLP(2, [3, 2], seed=0)
    data = Data([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]], [0, 1, 0], None, ["a", "b"])
    history = train(model, data, epochs=2, validation=data, progress=False)
    for made in [
        model,
        Layer(2, 2, seed=0),
        Neuron(2, seed=0),
        data,
        history,
        history.snapshots,
        *[rule(model.parameters()) for rule in (SGD, Adam, AdamW)],
    ]:
        assert type(again(made)) is type(made)
        shown = [re.sub(" at 0x[0-9a-f]+", "", repr(one)) for one in (made, again(made))]
        assert shown[0] == shown[1]
    for picture in (draw_network(model, [1.0, 2.0]), draw_training(history)):
        assert again(picture).svg == picture.svg
    assert again(history.explore()).html == history.explore().html
    assert again(history).explore().html == history.explore().html
    assert again(model)([1.0, 2.0])[0].data == model([1.0, 2.0])[0].data
    for name in nn.__all__:
        if not isinstance(getattr(nn, name), ModuleType):
            assert again(getattr(nn, name)) is getattr(nn, name)
