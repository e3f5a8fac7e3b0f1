"""Tables whose columns hold other words, gaps or orders than a model's are read as its own."""

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nn import MLP, Data, accuracy, load_csv, predict, predict_proba, score, train
from nn.columns import encode_table

KINDS = {
    "size": st.floats(-100.0, 100.0, allow_subnormal=False),
    "color": st.sampled_from(["red", "blue", "green", "a=b"]),
    "state": st.sampled_from(["True", "False", "unknown"]),
    "active": st.booleans(),
}


@st.composite
def tables(draw, names, gaps):
    """A table with cells of all columns, and the way in which its missing values are treated."""
    how = draw(st.sampled_from([None, "drop", "mean"] if gaps else [None, "drop"]))
    kinds = [KINDS[name] for name in names]
    rows = draw(st.lists(st.tuples(*kinds), min_size=4, max_size=12))
    frame = pd.DataFrame(rows, columns=names).astype(object)
    if how == "mean":
        for j in range(len(names)):
            for i in draw(st.sets(st.integers(0, len(rows) - 1), max_size=len(rows) - 2)):
                frame.iloc[i, j] = None
    return frame, how


def by_scikit_learn(first, second):
    """The second table, encoded and imputed by what scikit-learn found in the first."""
    found = {}
    for name in first:
        known, cells = first[[name]].dropna(), second[[name]]
        empty = cells[name].isna().to_numpy()
        if name in ("color", "state"):
            encoder = OneHotEncoder(sparse_output=False).fit(known)
            names = [f"{name}={word}" for word in encoder.categories_[0]]
            fill = encoder.transform(known).mean(axis=0)
            encoded = encoder.transform(cells.where(~cells.isna(), known.iloc[0, 0]))
            encoded[empty] = fill
        else:
            imputer, names = SimpleImputer().fit(known.astype(float)), [name]
            encoded = imputer.transform(cells.astype(float))
        found |= dict(zip(names, encoded.T, strict=True))
    return pd.DataFrame(found)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_two_tables_of_the_same_columns(data):
    """Words in part or absent, another order, with gaps or none, standardized or not."""
    names = data.draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, unique=True))
    first, how = data.draw(tables(names, gaps=True))
    second, other_how = data.draw(tables(data.draw(st.permutations(names)), gaps=how == "mean"))
    trained = Data(first, [0, 1] * 2 + [0] * (len(first) - 4), missing=how).standardized()
    for name in set(names) & {"color", "state"}:
        if not set(second[name].dropna()) <= set(first[name].dropna()):
            with pytest.raises(ValueError, match="here it holds|not trained on the word"):
                Data(second, [0] * len(second), missing=other_how).matched(trained.schema)
            return
    if first["state"].dropna().isin(["True", "False"]).all() if "state" in names else False:
        first = first.assign(state=first["state"].map({"True": True, "False": False}))
        second = second.assign(state=second["state"].map({"True": True, "False": False}))
        names_of_words = ["color"]
    else:
        names_of_words = ["color", "state"]
    expected = by_scikit_learn_of(first, second, names_of_words)
    scaler = StandardScaler().fit(by_scikit_learn_of(first, first, names_of_words))
    for given in (
        Data(second, [0] * len(second), missing=other_how),
        Data(second, [0] * len(second), missing=other_how).standardized(),
    ):
        found = given.matched(trained.schema)
        assert found.schema.feature_scales == trained.schema.feature_scales
        order = list(found.feature_names)
        assert_allclose(
            found.rows, scaled(scaler, expected)[order], rtol=1e-7, atol=1e-7
        )
