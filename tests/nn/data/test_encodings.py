"""Tables whose columns hold other words, gaps or orders than a model's are read as its own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

from nn import Data

KINDS = {
    # Sizes of like magnitude: z-scores of a table whose sizes are 0 and 40 give back 0 within the
    # rounding of 40, which is any number of deviations of a table whose sizes are near 1e-173.
    "size": st.integers(-10_000, 10_000).map(lambda i: i / 100.0),
    "color": st.sampled_from(["red", "blue", "green", "a=b"]),
    "state": st.sampled_from(["True", "false", "unknown"]),
    "active": st.booleans(),
}
TRUTH = {"True": 1.0, "false": 0.0}


@st.composite
def tables(draw, names):
    """A table with cells of these columns, and what is done with its missing values."""
    how = draw(st.sampled_from([None, "drop", "mean"]))
    rows = draw(st.lists(st.tuples(*[KINDS[name] for name in names]), min_size=4, max_size=12))
    frame = pd.DataFrame(rows, columns=names).astype(object)
    for name in names if how == "mean" else ():
        for i in draw(st.sets(st.integers(0, len(rows) - 1), max_size=len(rows) - 2)):
            frame.loc[i, name] = None
    return frame, how


def words_in(frame, name):
    return set(frame[name].dropna()) if name in ("color", "state") else set()


def is_known(words, known):
    return words <= known or words | known <= TRUTH.keys()


def by_scikit_learn(first, second):
    """The second table as encoder and imputer encode it that were fitted on the first."""
    found = {}
    for name in first:
        there, cells = first[[name]].dropna(), second[[name]]
        if words_in(first, name) <= TRUTH.keys():
            numbers = SimpleImputer().fit(there.replace(TRUTH).astype(float))
            found[name] = numbers.transform(cells.replace(TRUTH).astype(float))[:, 0]
            continue
        encoder = OneHotEncoder(sparse_output=False).fit(there)
        empty = cells[name].isna().to_numpy()
        encoded = encoder.transform(cells.where(~cells.isna(), there.iloc[0, 0]))
        encoded[empty] = encoder.transform(there).mean(axis=0)
        for word, column in zip(encoder.categories_[0], encoded.T, strict=True):
            found[f"{name}={word}"] = column
    return pd.DataFrame(found)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_two_tables_of_the_same_columns(data):
    """Words in part or absent, another order, with gaps or none, standardized or not."""
    names = data.draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, unique=True))
    first, how = data.draw(tables(names))
    second, other_how = data.draw(tables(data.draw(st.permutations(names))))
    standardized = data.draw(st.booleans())
    trained = Data(first, range(len(first)), missing=how, regression=True)
    given = Data(second, range(len(second)), missing=other_how, regression=True)
    trained = trained.standardized() if standardized else trained
    for table in (given, given.standardized()):
        if any(not is_known(words_in(second, name), words_in(first, name)) for name in names):
            with pytest.raises(ValueError, match=r"not trained on the word|here it holds"):
                table.matched(trained.schema)
        elif how == "mean" or second.notna().all(axis=None):
            encoded = by_scikit_learn(first, second)
            scales = trained.schema.feature_scales
            expected = [
                (encoded[name] - scale.mean) / scale.deviation
                for name, scale in zip(trained.feature_names, scales, strict=True)
            ]
            found = table.matched(trained.schema)
            assert found.feature_names == trained.feature_names
            assert found.schema.feature_scales == scales
            assert_allclose(np.array(found.rows).T, expected, rtol=1e-7, atol=1e-7)
        else:
            assert len(table.matched(trained.schema)) == len(table)
