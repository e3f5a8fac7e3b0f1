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


def test_classes_are_found_where_pickles_of_earlier_versions_have_them():
    """There `nn.data` and `nn.schema` were modules; now they are packages of the same names."""
    model = MLP(2, [2], seed=0)
    data = Data([[0.0, 1.0], [1.0, 0.0]], ["a", "b"], ["u", "v"]).standardized()
    train(model, data, epochs=1, progress=False)
    text = pickle.dumps((data, model.schema), protocol=0)  # of names in lines
    earlier = re.sub(rb"nn\.(data|schema)\.\w+\n", rb"nn.\1\n", text)
    assert earlier.count(b"nn.data\n") == 1
    assert earlier.count(b"nn.schema\n") > 1
    assert b"nn.schema." not in earlier
    again, schema = pickle.loads(earlier)
    assert (again.rows, again.labels, schema) == (data.rows, data.labels, model.schema)
