import pytest

import autograd
from autograd import Value
from nn import MLP, SGD, Adam, Data, History, Module, accuracy, cross_entropy, predict, train

CORNERS = Data(
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["same", "differ", "differ", "same"]
)


def numbers(model):
    return [p.data for p in model.parameters()]


@pytest.mark.parametrize("make", [Adam, SGD])
def test_the_loop_by_hand_gives_the_same_bits(make):
    by_hand, trained = [MLP(2, [4, 2], activation="tanh", seed=1) for _ in range(2)]
    optimizer = make(by_hand.parameters(), lr=0.1)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = autograd.mean([cross_entropy(by_hand(row), label) for row, label in CORNERS])
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    history = train(
        trained,
        CORNERS,
        loss=cross_entropy,
        optimizer=make(trained.parameters(), lr=0.1),
        epochs=10,
        progress=False,
    )
    assert history["loss"] == losses
    assert history["epoch"] == list(range(1, 11))
    assert len(history) == 10
    assert history.engine == "eager"
    assert numbers(trained) == numbers(by_hand)


def test_it_learns_exclusive_or():
    model = MLP(2, [4, 2], activation="tanh", seed=0)
    history = train(
        model, CORNERS, optimizer=Adam(model.parameters(), lr=0.1), epochs=100, progress=False
    )
    assert history["loss"][-1] < 0.1 < history["loss"][0]
    assert accuracy(model, CORNERS) == 1.0
    assert predict(model, [[0.0, 1.0], [1.0, 1.0]]) == ["differ", "same"]
    assert predict(model, CORNERS) == ["same", "differ", "differ", "same"]


def test_another_loss_another_model_and_plain_pairs():
    class Line(Module):
        def __init__(self):
            self.slope, self.offset = Value(0.0), Value(0.0)

        def __call__(self, row):
            return self.slope * row[0] + self.offset

    line = Line()
    pairs = [([x], 2.0 * x - 1.0) for x in (-1.0, 0.0, 1.0)]
    optimizer = SGD(line.parameters(), lr=0.3)
    train(line, pairs, lambda y, t: (y - t) ** 2, optimizer, epochs=60, progress=False)
    assert numbers(line) == pytest.approx([2.0, -1.0], abs=1e-6)
    assert predict(line, [[0.0], [1.0]]) == [0, 1]  # one output: class 1 where it is positive


def test_adam_with_its_own_settings_is_the_default():
    models = [MLP(2, [2], seed=0) for _ in range(2)]
    train(models[0], CORNERS, epochs=2, progress=False)
    train(models[1], CORNERS, optimizer=Adam(models[1].parameters()), epochs=2, progress=False)
    assert numbers(models[0]) == numbers(models[1])


def test_predict_before_training_takes_the_names_of_the_data():
    model = MLP(2, [2], seed=0)
    assert set(predict(model, CORNERS)) <= {"same", "differ"}
    assert set(predict(model, CORNERS.rows)) <= {0, 1}


def test_accuracy():
    model = MLP(1, [2], bias=False)
    model["w1"].data, model["w2"].data = 1.0, -1.0
    assert accuracy(model, [([1.0], 0), ([2.0], 1), ([-1.0], 1), ([-3.0], 0)]) == 0.5
    with pytest.raises(ValueError, match="accuracy: expected at least one row"):
        accuracy(model, [])


def test_what_train_refuses():
    model = MLP(2, [2], seed=0)
    before = numbers(model)
    for epochs in (0, -5):
        with pytest.raises(ValueError, match=f"at least 1 epoch, got {epochs}"):
            train(model, CORNERS, epochs=epochs)
    with pytest.raises(ValueError, match=r"whole number of epochs, got 1\.5"):
        train(model, CORNERS, epochs=1.5)
    with pytest.raises(ValueError, match="at least one row, got none"):
        train(model, [])
    with pytest.raises(ValueError, match="Adam: expected at least one parameter, got none"):
        train(Module(), CORNERS)
    with pytest.raises(ValueError, match="class from 0 to 1, got 2"):
        train(model, [([0.0, 0.0], 0), ([1.0, 0.0], 2)], progress=False)
    with pytest.raises(ValueError, match="expected a row of 2 numbers, got 3"):
        train(model, [([0.0, 0.0, 0.0], 0)], progress=False)
    with pytest.raises(ValueError, match="double softmax"):
        train(MLP(2, [2], output="softmax"), CORNERS, loss=cross_entropy, progress=False)
    assert numbers(model) == before


def test_a_run_that_blows_up_names_the_parameter():
    model = MLP(1, [1], bias=False, seed=0)
    optimizer = SGD(model.parameters(), lr=1e200)
    with pytest.raises(FloatingPointError, match=r"gradient of w1 is .* in step [23]"):
        train(model, [([1.0], 0.0)], lambda y, t: (y - t) ** 2, optimizer, progress=False)


def test_history_is_a_table():
    history = History()
    history.add(epoch=1, loss=1.25)
    history.add(epoch=2, loss=0.5)
    assert history.columns == {"epoch": [1, 2], "loss": [1.25, 0.5]}
    assert repr(history).splitlines() == ["epoch      loss", "    1  1.250000", "    2  0.500000"]
