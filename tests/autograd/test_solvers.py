"""Solvers take their derivatives from here: SciPy, lmfit, iminuit, LightGBM, on code in NumPy.

The answers are known ones: minima by formula, fits that NIST has certified, what the libraries find
by themselves. Beside each stands the same with finite differences, which takes more evaluations.
"""

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import iminuit
import lmfit
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import (
    Bounds,
    NonlinearConstraint,
    approx_fprime,
    curve_fit,
    least_squares,
    minimize,
    root,
    root_scalar,
    rosen,
    rosen_der,
    rosen_hess,
)

from autograd import compile, grad, hessian, hvp, jacobian, jit, scan, softplus, value_and_grad
from tests.autograd.problems import (
    CHAIN,
    DEVIATIONS,
    ESTIMATES,
    PRESSURE,
    SQUARES,
    VOLUME,
    Counted,
    adsorbed,
    energy,
    residuals,
    tridiagonal,
)

START = np.linspace(-1.0, 1.0, 30)


# A function of 30 variables.


def test_gradient_and_hessian_are_those_by_hand():
    np.testing.assert_allclose(grad(rosen)(START), rosen_der(START), rtol=1e-13, atol=1e-12)
    np.testing.assert_allclose(hessian(rosen)(START), rosen_hess(START), rtol=1e-13, atol=1e-12)
    direction = np.cos(START)
    product = hvp(rosen)(START, direction)
    np.testing.assert_allclose(product, rosen_hess(START) @ direction, rtol=1e-12)


@pytest.mark.parametrize(
    ("method", "second"),
    [
        ("BFGS", {}),
        ("CG", {}),
        ("L-BFGS-B", {}),
        ("TNC", {}),
        ("SLSQP", {}),
        ("trust-exact", {"hess": hessian(rosen)}),
        ("Newton-CG", {"hess": hessian(rosen)}),
        ("Newton-CG", {"hessp": hvp(rosen)}),
        ("trust-ncg", {"hessp": hvp(rosen)}),
        ("trust-krylov", {"hessp": hvp(rosen)}),
        ("trust-constr", {"hess": hessian(rosen)}),
        ("trust-constr", {"hessp": hvp(rosen)}),
        ("dogleg", {"hess": hessian(rosen)}),
    ],
)
def test_every_method_of_minimize_that_takes_derivatives(method, second):
    start = np.full(4, 1.3)
    for f, jac in ((rosen, grad(rosen)), (value_and_grad(rosen), True)):
        found = minimize(f, start, jac=jac, method=method, tol=1e-10, **second)
        np.testing.assert_allclose(found.x, 1.0, atol=1e-5)


def test_a_hanging_chain_beside_finite_differences():
    differences = Counted(energy)
    rough = minimize(differences, CHAIN, method="BFGS", tol=1e-4)
    ours = Counted(energy)
    found = minimize(
        ours, CHAIN, jac=grad(energy), hess=hessian(energy), method="trust-exact", tol=1e-10
    )
    assert found.success
    assert differences.calls > 30 * ours.calls
    np.testing.assert_allclose(found.x, rough.x, atol=1e-3)
    assert np.linalg.eigvalsh(hessian(energy)(found.x)).min() > 0.0
    # Digits: half of what one number has for forward differences, nearly all of it here.
    exact = grad(energy)(CHAIN)
    assert 1e-10 < np.abs(approx_fprime(CHAIN, energy) - exact).max() < 1e-4
    complex_step = [energy(CHAIN + 1e-30j * unit).imag / 1e-30 for unit in np.eye(30)]
    np.testing.assert_allclose(exact, complex_step, rtol=1e-13, atol=1e-13)


def test_the_same_as_machine_code():
    f, second = jit(value_and_grad(energy)), jit(hessian(energy))
    np.testing.assert_allclose(f(CHAIN)[1], grad(energy)(CHAIN), rtol=1e-12)
    np.testing.assert_allclose(second(CHAIN), hessian(energy)(CHAIN), rtol=1e-10, atol=1e-10)
    found = minimize(f, CHAIN, jac=True, hess=second, method="trust-exact", tol=1e-10)
    again = minimize(f, CHAIN, jac=True, hessp=jit(hvp(energy)), method="trust-krylov", tol=1e-10)
    assert found.success
    np.testing.assert_allclose(found.x, again.x, atol=1e-8)
    np.testing.assert_allclose(grad(energy)(found.x), 0.0, atol=1e-9)


def test_what_scipy_passes_to_a_function():
    """Further arguments, arguments by keyword, x of shape (1,) from a number, whole numbers."""

    def f(x, a, b=1.0):
        return np.sum((x - a) ** 2 * b) + np.sum(x) ** 4

    a = np.array([1.0, 2.0, 3.0])
    best = minimize(f, np.zeros(3), args=(a, 2.0)).x
    first, product = grad(f, argnums=0), hvp(f)
    for second in ({"hess": hessian(f, argnums=0)}, {"hessp": product}):
        for method in ("Newton-CG", "trust-constr"):
            x = minimize(
                f, [0, 0, 0], args=(a, 2.0), jac=first, method=method, tol=1e-9, **second
            ).x
            np.testing.assert_allclose(x, best, atol=1e-4)

    def residuals(x, a, scale=1.0):
        return [scale * (x[0] - a), x[1] * x[0]]

    slopes = jacobian(residuals, argnums=0)
    fit = least_squares(residuals, [1, 1], jac=slopes, args=(2.0,), kwargs={"scale": 3.0})
    np.testing.assert_allclose(fit.x, [2.0, 0.0], atol=1e-6)

    def quartic(x):
        return np.sum(x**4 - x)

    for start in (0.3, np.float64(0.3), np.array(0.3), np.array([0.3])):
        x = minimize(
            quartic, start, jac=grad(quartic), hess=hessian(quartic), method="trust-exact"
        ).x
        np.testing.assert_allclose(x, [0.25 ** (1 / 3)], rtol=1e-6)
    fixed = np.ones(3)
    fixed.flags.writeable = False
    for x in (fixed, np.ones((3, 2))[:, 0], np.ones(3, dtype=np.float32), np.ones(3, dtype=int)):
        assert grad(f, argnums=0)(x, a).tolist() == (2.0 * (1.0 - a) + 108.0).tolist()


def test_bounds_and_constraints():
    def f(x):
        return (x[0] - 2.0) ** 2 + (x[1] - 1.0) ** 2

    def circle(x):
        return x[0] ** 2 + x[1] ** 2

    nearest = np.array([2.0, 1.0]) / np.sqrt(5.0)
    within = NonlinearConstraint(
        circle,
        -np.inf,
        1.0,
        jac=grad(circle),
        hess=hessian(lambda x, v: v[0] * circle(x), argnums=0),
    )
    start = [0.1, 0.1]
    found = minimize(
        f,
        start,
        jac=grad(f),
        hess=hessian(f),
        constraints=within,
        method="trust-constr",
        tol=1e-10,
    )
    np.testing.assert_allclose(found.x, nearest, atol=1e-5)
    inside = {"type": "ineq", "fun": lambda x: 1.0 - circle(x)}
    inside["jac"] = grad(inside["fun"])
    found = minimize(f, start, jac=grad(f), constraints=inside, method="SLSQP", tol=1e-12)
    np.testing.assert_allclose(found.x, nearest, atol=1e-6)
    found = minimize(f, start, jac=grad(f), bounds=Bounds(0.0, 0.5), method="L-BFGS-B")
    np.testing.assert_allclose(found.x, 0.5)


# Fits.

TIGHT = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "x_scale": [100.0, 1e-4]}


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
def test_least_squares_gives_the_certified_digits(method):
    ours, differences = Counted(residuals), Counted(residuals)
    fit = least_squares(ours, [250.0, 5e-4], jac=jacobian(residuals), method=method, **TIGHT)
    np.testing.assert_allclose(fit.x, ESTIMATES, rtol=5e-10)
    np.testing.assert_allclose(2.0 * fit.cost, SQUARES, rtol=5e-10)
    slopes = jacobian(residuals)(fit.x)
    covariance = np.linalg.inv(slopes.T @ slopes) * 2.0 * fit.cost / (len(VOLUME) - 2)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), DEVIATIONS, rtol=5e-10)
    rough = least_squares(differences, [250.0, 5e-4], method=method, **TIGHT)
    np.testing.assert_allclose(rough.x, ESTIMATES, rtol=1e-5)
    assert ours.calls < differences.calls


def test_standard_errors_beside_those_of_curve_fit_and_lmfit():
    slopes = jacobian(adsorbed, argnums=(1, 2))
    found, covariance = curve_fit(
        adsorbed,
        PRESSURE,
        VOLUME,
        [250.0, 5e-4],
        jac=lambda x, *b: np.transpose(slopes(x, *b)),
    )
    np.testing.assert_allclose(found, ESTIMATES, rtol=1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), DEVIATIONS, rtol=1e-6)
    fit = lmfit.Model(adsorbed).fit(VOLUME, pressure=PRESSURE, b1=250.0, b2=5e-4)
    errors = [parameter.stderr for parameter in fit.params.values()]
    np.testing.assert_allclose(errors, DEVIATIONS, rtol=1e-4)

    parameters = lmfit.create_params(b1=250.0, b2=5e-4)
    fit = lmfit.minimize(
        lambda p: residuals(np.array([*p.valuesdict().values()])),
        parameters,
        Dfun=lambda p: jacobian(residuals)(np.array([*p.valuesdict().values()])),
    )
    np.testing.assert_allclose([*fit.params.valuesdict().values()], ESTIMATES, rtol=1e-7)
    errors = [parameter.stderr for parameter in fit.params.values()]
    np.testing.assert_allclose(errors, DEVIATIONS, rtol=1e-6)


def test_standard_errors_from_the_hessian_of_a_likelihood():
    """Of a line those of curve_fit; of a count, by the formula for Poisson's regression."""
    x, y = PRESSURE / 100.0, VOLUME
    sigma = 0.5

    def minus_log_likelihood(b):
        return 0.5 * np.sum(((b[0] + b[1] * x + b[2] * x**2 - y) / sigma) ** 2)

    _, covariance = curve_fit(
        lambda x, a, b, c: a + b * x + c * x**2,
        x,
        y,
        sigma=np.full(len(x), sigma),
        absolute_sigma=True,
    )
    found = np.linalg.inv(hessian(minus_log_likelihood)(np.zeros(3)))
    np.testing.assert_allclose(found, covariance, rtol=1e-5)

    counts = np.round(VOLUME / 10.0)
    table = np.column_stack([np.ones(len(x)), x])

    def poisson(b):
        return np.sum(np.exp(table @ b)) - counts @ (table @ b)

    best = minimize(
        poisson, np.zeros(2), jac=grad(poisson), hess=hessian(poisson), method="trust-exact"
    )
    information = table.T @ (table * np.exp(table @ best.x)[:, None])
    np.testing.assert_allclose(hessian(poisson)(best.x), information, rtol=1e-12)


def test_errors_of_iminuit_beside_those_from_the_hessian():
    def minus_log_likelihood(p):
        """Of the parameters and the logarithm of the deviation."""
        return 0.5 * np.sum((residuals(p) / np.exp(p[2])) ** 2) + len(VOLUME) * p[2]

    def minuit(**derivatives):
        fit = iminuit.Minuit(minus_log_likelihood, [250.0, 5e-4, -2.0], **derivatives)
        fit.errordef = fit.LIKELIHOOD
        fit.strategy = 2
        fit.migrad()
        fit.hesse()
        return fit

    ours, theirs = minuit(grad=grad(minus_log_likelihood)), minuit()
    assert ours.valid
    assert ours.nfcn < theirs.nfcn
    np.testing.assert_allclose(ours.values[:2], ESTIMATES, rtol=1e-4)
    covariance = np.linalg.inv(hessian(minus_log_likelihood)(np.array(ours.values)))
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), ours.errors, rtol=1e-2)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), theirs.errors, rtol=1e-2)


# Equations.


@pytest.mark.parametrize("method", ["hybr", "lm"])
def test_root(method):
    def equations(x):
        return [x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0, 0.5 * (x[1] - x[0]) ** 3 + x[1]]

    for f, start in ((equations, np.zeros(2)), (tridiagonal, np.full(30, -1.0))):
        ours, differences = Counted(f), Counted(f)
        found = root(ours, start, jac=jacobian(f), method=method, tol=1e-12)
        root(differences, start, method=method, tol=1e-12)
        assert found.success
        np.testing.assert_allclose(f(found.x), 0.0, atol=1e-10)
        assert ours.calls < differences.calls


def test_root_of_one_number():
    def f(x):
        return x**3 - 2.0

    newton = root_scalar(f, x0=1.0, fprime=grad(f), method="newton")
    halley = root_scalar(f, x0=1.0, fprime=grad(f), fprime2=grad(grad(f)), method="halley")
    both = root_scalar(value_and_grad(f), x0=1.0, fprime=True, method="newton")
    for found in (newton, halley, both):
        assert found.root == pytest.approx(2.0 ** (1 / 3), rel=1e-14)


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_a_stiff_differential_equation(method):
    def robertson(t, y):
        fast = 1e4 * y[1] * y[2]
        return [-0.04 * y[0] + fast, 0.04 * y[0] - fast - 3e7 * y[1] ** 2, 3e7 * y[1] ** 2]

    found = solve_ivp(
        robertson,
        (0.0, 40.0),
        [1.0, 0.0, 0.0],
        method=method,
        jac=jacobian(robertson, argnums=1),
        rtol=1e-8,
        atol=1e-12,
    )
    # The usual reference solution of the problem at t = 40.
    np.testing.assert_allclose(
        found.y[:, -1], [0.7158270688, 9.185534764e-06, 0.2841637457], rtol=1e-5
    )


# Rows: an objective of one's own.


@pytest.fixture
def lightgbm():
    try:
        import lightgbm
    except OSError as error:  # its library is there, but not OpenMP's, which it loads
        pytest.skip(f"LightGBM needs the system's OpenMP library: {error}")
    return lightgbm


def test_lightgbm_grows_the_same_trees_as_with_its_own_objective(lightgbm):
    from sklearn.datasets import load_breast_cancer

    rows, labels = load_breast_cancer(return_X_y=True)

    def loss(score, label):
        return softplus(score) - label * score

    program = compile(loss, ["score", "label"])

    def objective(scores, data):
        rows = np.column_stack([scores, data.get_label()])
        return program.gradient_and_hessian(rows, by="score")

    def trees(objective):
        choices = {
            "objective": objective,
            "num_leaves": 7,
            "boost_from_average": False,
            "deterministic": True,
            "num_threads": 1,
            "verbose": -1,
        }
        model = lightgbm.train(choices, lightgbm.Dataset(rows, labels), 20)
        return [list(nodes(tree["tree_structure"])) for tree in model.dump_model()["tree_info"]]

    def nodes(node):
        if "leaf_value" in node:
            yield node["leaf_value"]
        else:
            yield from (node["split_feature"], node["threshold"])
            yield from nodes(node["left_child"])
            yield from nodes(node["right_child"])

    ours, theirs = trees(objective), trees("binary")
    assert len(ours) == 20
    for tree, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(tree, other, rtol=1e-6)


# Threads and processes.


@pytest.mark.parametrize("transform", [lambda f: f, jit], ids=["traced anew", "jit"])
def test_threads_share_the_functions(transform):
    first, second = transform(grad(rosen)), transform(hessian(rosen))

    def run(seed):
        start = np.random.default_rng(seed).uniform(-1.0, 1.0, 6)
        return minimize(rosen, start, jac=first, hess=second, method="trust-exact").x

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(run, range(8)))
    for seed, x in enumerate(together):
        assert x.tolist() == run(seed).tolist()


@pytest.mark.parametrize("transform", [lambda f: f, jit], ids=["traced anew", "jit"])
def test_another_process_takes_them(transform):
    first, second = transform(grad(rosen)), transform(hessian(rosen))
    problem = (rosen, np.zeros(4), (), "trust-exact", first, second)
    code = (
        "import pickle, sys; from scipy.optimize import minimize;"
        "print(minimize(*pickle.load(sys.stdin.buffer)).x.tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(problem), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == str(minimize(*problem).x.tolist())


def test_a_damped_pendulum_is_fitted_to_points():
    """1,000 steps of Runge and Kutta's, of which each fifth is seen: a loop in a loop."""
    h = 0.01

    def rate(state, p):
        angle, speed = state
        return np.array([speed, -p[0] * speed - p[1] * np.sin(angle)])

    def residuals(p, seen):
        def step(state, _):
            a = rate(state, p)
            b = rate(state + h / 2 * a, p)
            c = rate(state + h / 2 * b, p)
            d = rate(state + h * c, p)
            return state + h / 6 * (a + 2 * b + 2 * c + d), None

        def until_seen(state, angle):
            state, _ = scan(step, state, length=5)
            return state, state[0] - angle

        return scan(until_seen, np.array([1.0, 0.0]), seen)[1]

    truth, noise = np.array([0.3, 9.8]), np.random.default_rng(0).normal(size=200)
    seen = residuals(truth, np.zeros(200)) + 0.01 * noise
    slopes = jit(jacobian(residuals, 0))
    fit = least_squares(jit(residuals), [1.0, 5.0], jac=slopes, args=(seen,))
    assert np.abs(fit.x - truth).max() < 0.005
    near = [approx_fprime(fit.x, lambda p, i=i: residuals(p, seen)[i], 1e-7) for i in (3, 199)]
    np.testing.assert_allclose(slopes(fit.x, seen)[[3, 199]], near, 1e-5, 1e-7)
    loops = [
        one.held.length
        for one in slopes.program(truth, seen).tape.everywhere()
        if one.name == "loop"
    ]
    assert {*loops} == {200, 5}
