from nn.names import choices


def test_the_nearest_name_and_all_of_them():
    assert choices("tahn", ["relu", "tanh"]) == "; did you mean 'tanh'? accepted: relu, tanh"
    assert choices("xyz", ["relu", "tanh"]) == "; accepted: relu, tanh"
    assert choices(3, ["relu"]) == "; accepted: relu"
    assert choices("x", []) == "; there are none"


def test_many_names_are_cut():
    names = [f"w{i}" for i in range(1, 22)]
    assert choices("b", names) == "; accepted: w1, w2, w3, ..., w21"
    assert choices("b", names[:20]).count(",") == 19
