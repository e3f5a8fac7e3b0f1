"""scikit-learn's own checks of estimators, without an expected failure."""

import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: chainrule[sklearn]")

from sklearn.utils.estimator_checks import parametrize_with_checks

from nn import MLPClassifier, MLPRegressor

# Ten neurons take a tenth of the time of the hundred by default, in the same code; at this rate
# they learn as well as the checks demand. The checks of the default settings construct their own.
SMALL = {"hidden_layer_sizes": (10,), "learning_rate_init": 0.01}


@pytest.mark.uncovered
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([MLPClassifier(**SMALL), MLPRegressor(**SMALL)])
def test_it_is_an_estimator(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it a check of NumPy's arrays is skipped
    check(estimator)
