"""scikit-learn's own checks of estimators, without an expected failure."""

import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: chainrule[sklearn]")

from sklearn.utils.estimator_checks import parametrize_with_checks

from nn import MLPClassifier, MLPRegressor


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_it_is_an_estimator(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it a check of NumPy's arrays is skipped
    check(estimator)
