"""Our tool for gradbench, message by message, against NumPy and SciPy, without gradbench."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import special, stats
from scipy.spatial.transform import Rotation

from tests.benchmarks.gradbench.evals import loops, particle, saddle
from tests.benchmarks.gradbench.tool import NAMES, PACKAGE, evaluate, respond

random = np.random.default_rng(1)


def given(module: str, function: str, message: Any) -> Any:
    """The output for an input, as JSON brings it."""
    response = respond(
        {"id": 7, "kind": "evaluate", "module": module, "function": function, "input": message}
    )
    assert response["id"] == 7
    assert response["success"], response["error"]
    return json.loads(json.dumps(response["output"]))


def differences(f: Callable[[Any], Any], x: Any) -> Any:
    """The derivatives of f at an array, by central differences; the last axes are those of x."""
    x = np.asarray(x, dtype=float)
    found = []
    for i in range(x.size):
        step = np.zeros(x.size)
        step[i] = 1e-6
        step = step.reshape(x.shape)
        found.append((np.asarray(f(x + step)) - np.asarray(f(x - step))) / 2e-6)
    return np.moveaxis(np.array(found), 0, -1).reshape(*np.shape(found[0]), *x.shape)


def close(found: Any, expected: Any, within: float = 1e-12) -> None:
    np.testing.assert_allclose(np.array(found), expected, rtol=within, atol=within)


def test_the_messages_that_evaluate_nothing() -> None:
    assert respond({"id": 0, "kind": "start", "eval": "lse"}) == {"id": 0, "tool": "chainrule"}
    assert respond({"id": 1, "kind": "define", "module": "lse"}) == {"id": 1, "success": True}
    assert respond({"id": 2, "kind": "define", "module": "os"}) == {"id": 2, "success": False}
    assert respond({"id": 3, "kind": "analysis", "of": 2, "valid": True}) == {"id": 3}


@pytest.mark.parametrize(("module", "function"), [("os", "getcwd"), ("lse", "hessian")])
def test_what_is_unknown_is_an_error_of_the_protocol(module: str, function: str) -> None:
    message = {"id": 4, "kind": "evaluate", "module": module, "function": function, "input": {}}
    response = respond(message)
    assert (response["id"], response["success"]) == (4, False)
    assert (module if module not in NAMES else function) in response["error"]


def test_a_function_runs_as_often_and_as_long_as_the_message_wants() -> None:
    often = evaluate("lse", "primal", {"x": [1.0, 2.0], "min_runs": 5, "min_seconds": 0.0})
    names = [timing["name"] for timing in often["timings"]]
    assert names == ["prepare", *["evaluate"] * 5]
    long = evaluate("lse", "primal", {"x": [1.0, 2.0], "min_runs": 1, "min_seconds": 0.01})
    assert sum([timing["nanoseconds"] for timing in long["timings"][1:]]) >= 0.01e9


def test_hello() -> None:
    assert given("hello", "square", 3.0) == 9.0
    assert given("hello", "double", 3.0) == 6.0


def test_lse() -> None:
    x = random.uniform(-100.0, 1000.0, 300)
    message = {"x": x.tolist()}
    close(given("lse", "primal", message), special.logsumexp(x))
    close(given("lse", "gradient", message), special.softmax(x))


@pytest.mark.parametrize("n", [8, 9])  # in the middle of nine points is 0, whose sign is 0
def test_llsq(n: int) -> None:
    x = random.normal(size=5)
    t = np.linspace(-1.0, 1.0, n)
    powers = np.vander(t, 5, increasing=True)
    residuals = np.sign(t.round(15)) - powers @ x
    message = {"x": x.tolist(), "n": n}
    close(given("llsq", "primal", message), 0.5 * residuals @ residuals)
    close(given("llsq", "gradient", message), -residuals @ powers)


def test_kmeans() -> None:
    points = random.normal(size=(60, 3))
    centroids = points[-4:] + 0.01
    message = {"points": points.tolist(), "centroids": centroids.tolist()}
    squares = ((points[:, None] - centroids) ** 2).sum(axis=2)
    means = [points[squares.argmin(axis=1) == i].mean(axis=0) for i in range(4)]
    close(given("kmeans", "cost", message), squares.min(axis=1).sum())
    close(given("kmeans", "dir", message), centroids - means)  # Newton's step is to the mean


@pytest.mark.parametrize(("d", "m"), [(1, 0), (3, 2)])
def test_gmm(d: int, m: int) -> None:
    n, k, gamma = 7, 2, 0.8
    X, alpha = random.normal(size=(n, d)), random.normal(size=k)
    mu, q = random.normal(size=(2, k, d))
    below = random.normal(size=(k, d * (d - 1) // 2))

    def posterior(alpha: Any = alpha, mu: Any = mu, q: Any = q, below: Any = below) -> float:
        roots = [np.diag(np.exp(row)) for row in q]
        for root, numbers in zip(roots, below, strict=True):
            root.T[np.triu_indices(d, 1)] = numbers  # column by column
        precisions = [root.T @ root for root in roots]
        terms = [
            stats.multivariate_normal(center, np.linalg.inv(precision)).logpdf(X).reshape(n)
            for center, precision in zip(mu, precisions, strict=True)
        ]
        shares = special.log_softmax(alpha)
        prior = stats.wishart(d + m + 1, np.eye(d) / gamma**2)
        likelihood = special.logsumexp(np.array(terms).T + shares, axis=1).sum()
        return float(likelihood + sum([prior.logpdf(precision) for precision in precisions]))

    arrays = {"x": X, "alpha": alpha, "mu": mu, "q": q, "l": below}
    message = {name: array.tolist() for name, array in arrays.items()}
    message |= {"d": d, "k": k, "n": n, "m": m, "gamma": gamma}
    close(given("gmm", "objective", message), posterior())
    found = given("gmm", "jacobian", message)
    close(found["alpha"], differences(lambda a: posterior(alpha=a), alpha), 1e-6)
    close(found["mu"], differences(lambda a: posterior(mu=a), mu), 1e-6)
    close(found["q"], differences(lambda a: posterior(q=a), q), 1e-6)
    assert np.shape(found["l"]) == below.shape
    if below.size:
        close(found["l"], differences(lambda a: posterior(below=a), below), 1e-6)


@pytest.mark.parametrize("turn", [[0.3, -0.5, 0.2], [0.0, 0.0, 0.0]])
def test_ba(turn: list[float]) -> None:
    camera = [*turn, 0.1, 0.2, -3.0, 500.0, 320.0, 240.0, 1e-2, 1e-3]
    x, weight, feature = [0.4, -0.3, 0.9], 0.7, [300.0, 200.0]

    def errors(numbers: Any) -> Any:
        camera, x, w = numbers[:11], numbers[11:14], numbers[14]
        y = Rotation.from_rotvec(camera[:3]).apply(x - camera[3:6])
        plane = y[:2] / y[2]
        squared = plane @ plane
        seen = plane * (1.0 + camera[9] * squared + camera[10] * squared**2)
        return w * (seen * camera[6] + camera[7:9] - feature)

    numbers = np.array([*camera, *x, weight])
    n, m, p = 2, 3, 5
    message = {"n": n, "m": m, "p": p, "cam": camera, "x": x, "w": weight, "feat": feature}
    found = given("ba", "objective", message)
    close(found["reproj_error"]["elements"], errors(numbers))
    assert found["reproj_error"]["repeated"] == found["w_err"]["repeated"] == p
    close(found["w_err"]["element"], 1.0 - weight**2)
    sparse = given("ba", "jacobian", message)
    close(sparse["vals"][:30], differences(errors, numbers).ravel(), 1e-6)
    close(sparse["vals"][30], -2.0 * weight)
    # The first observation is of the first camera and the first point.
    block = [*range(11), *range(11 * n, 11 * n + 3), 11 * n + 3 * m]
    assert sparse["cols"] == [*block, *block, 11 * n + 3 * m + p - 1]
    begins = [*[15 * i for i in range(2 * p + 1)], *[30 * p + i for i in range(1, p + 1)]]
    assert sparse["rows"] == [*begins[:30], begins[-1]]


def hand(vertices: int, bones: int = 6) -> dict[str, Any]:
    """A model: two bones, then a finger of four."""
    weights = random.uniform(size=(vertices, bones))
    parents = [-1, 0, 0, 2, 3, 4]

    def transforms() -> Any:
        moved = np.tile(np.eye(4), (bones, 1, 1))
        moved[:, :3] += random.normal(size=(bones, 3, 4))
        return moved.tolist()

    return {
        "parents": parents,
        "base_relatives": transforms(),
        "inverse_base_absolutes": transforms(),
        "base_positions": np.hstack(
            [random.normal(size=(vertices, 3)), np.ones((vertices, 1))]
        ).tolist(),
        "weights": (weights / weights.sum(axis=1, keepdims=True)).tolist(),
        "triangles": [[0, 1, 2], [2, 3, 4], [4, 0, 3]],
        "is_mirrored": True,
    }


def vertices_of(model: dict[str, Any], theta: Any) -> Any:
    """Where the vertices are, by SciPy's rotations."""
    bend, spread, second, third = theta[6:]
    joints = [[0.0] * 3] * 2 + [
        [bend, 0.0, spread],
        [second, 0.0, 0.0],
        [third, 0.0, 0.0],
        [0.0] * 3,
    ]
    absolutes: list[Any] = []
    base = np.array(model["base_positions"])
    whole = np.zeros((len(base), 3))
    for bone, parent in enumerate(model["parents"]):
        local = np.eye(4)
        local[:3, :3] = Rotation.from_euler("xyz", joints[bone]).as_matrix()
        relative = np.array(model["base_relatives"][bone]) @ local
        absolutes.append(relative if parent == -1 else absolutes[parent] @ relative)
        skin = absolutes[bone] @ model["inverse_base_absolutes"][bone]
        whole += np.array(model["weights"])[:, bone, None] * (base @ skin.T)[:, :3]
    whole[:, 0] *= -1.0
    return Rotation.from_rotvec(theta[:3]).apply(whole) + theta[3:6]


@pytest.mark.parametrize("complicated", [True, False])
def test_ht(complicated: bool) -> None:
    model, theta = hand(5), random.normal(size=10)
    points, us = random.normal(size=(3, 3)), random.uniform(size=(3, 2))
    correspondences = [2, 0, 2]

    def errors(us: Any, theta: Any) -> Any:
        vertices = vertices_of(model, theta)
        if not complicated:
            return (points - vertices[correspondences]).ravel()
        corners = vertices[np.array(model["triangles"])[correspondences]]
        parts = np.column_stack([us, 1.0 - us.sum(axis=1)])
        return (points - np.einsum("ij,ijk->ik", parts, corners)).ravel()

    data = {"model": model, "points": points.tolist(), "correspondences": correspondences}
    message = {"data": data, "theta": theta.tolist(), "us": us.tolist() if complicated else []}
    close(given("ht", "objective", message), errors(us, theta), 1e-11)
    by_pose = differences(lambda x: errors(us, x), theta)
    if complicated:
        every = differences(lambda x: errors(x, theta), us)
        own = [every[i, i // 3] for i in range(9)]
        by_pose = np.hstack([own, by_pose])
    close(given("ht", "jacobian", message), by_pose, 1e-6)


def test_ht_without_a_rotation() -> None:
    model = hand(5)
    theta = np.array([0.0] * 3 + [0.5] * 7)
    data = {"model": model, "points": [[0.0] * 3], "correspondences": [4]}
    found = given("ht", "jacobian", {"data": data, "theta": theta.tolist(), "us": []})
    assert np.isfinite(found).all()
    expected = differences(lambda x: -vertices_of(model, x)[4], theta)
    close(np.array(found)[:, 3:], expected[:, 3:], 1e-6)


@pytest.mark.parametrize("ell", [1, 2, 5])
def test_det(ell: int) -> None:
    matrix = random.normal(size=(ell, ell))
    message = {"A": matrix.ravel().tolist(), "ell": ell}
    close(given("det", "primal", message), np.linalg.det(matrix))
    cofactors = np.linalg.det(matrix) * np.linalg.inv(matrix).T
    close(given("det", "gradient", message), cofactors.ravel())


def test_lstm() -> None:
    layers, size = 1, 2
    main, extra = random.normal(size=(2 * layers, 4 * size)), random.normal(size=(3, size))
    state = random.normal(size=(2 * layers, size))
    text = random.integers(0, 2, (11, size)).astype(float)  # longer than a stretch

    def loss(numbers: Any) -> float:
        main, extra = np.split(numbers, [2 * layers * 4 * size])
        main, extra = main.reshape(2 * layers, -1), extra.reshape(3, -1)
        now, whole = state.copy(), 0.0
        for character, following in pairwise(text):
            x = character * extra[0]
            for i in range(0, 2 * layers, 2):
                gates = np.concatenate([x, now[i], x, now[i]]) * main[i] + main[i + 1]
                forget, take, give, change = gates.reshape(4, size)
                now[i + 1] = now[i + 1] * special.expit(forget)
                now[i + 1] += special.expit(take) * np.tanh(change)
                now[i] = special.expit(give) * np.tanh(now[i + 1])
                x = now[i].copy()
            y = x * extra[1] + extra[2]
            whole -= following @ (y - np.log(np.exp(y).sum() + 2.0))
        return float(whole / text[1:].size)

    parameters = np.concatenate([main.ravel(), extra.ravel()])
    names = ("main_params", "extra_params", "state", "sequence")
    message = {
        name: array.tolist() for name, array in zip(names, (main, extra, state, text), strict=True)
    }
    close(given("lstm", "objective", message), loss(parameters))
    close(given("lstm", "jacobian", message), differences(loss, parameters), 1e-8)


def test_ode_of_polynomials() -> None:
    """To degree 4 the method is exact: y of i is the product of x to i, times 2ⁱ⁺¹/(i + 1)!."""
    x = random.uniform(0.5, 2.0, 4)
    exact = [math.prod(x[: i + 1]) * 2.0 ** (i + 1) / math.factorial(i + 1) for i in range(4)]
    message = {"x": x.tolist(), "s": 3}
    close(given("ode", "primal", message), exact)
    close(given("ode", "gradient", message), exact[-1] / x)


def test_ode_where_the_method_is_not_exact() -> None:
    steps = 2

    def solved(x: Any) -> Any:
        y, h = np.zeros_like(x), 2.0 / steps
        for _ in range(steps):
            k = [0.0 * y]
            for factor in (0.0, 0.5, 0.5, 1.0):
                k.append(x * np.concatenate([[1.0], (y + factor * h * k[-1])[:-1]]))
            y = y + h / 6.0 * (k[1] + 2.0 * k[2] + 2.0 * k[3] + k[4])
        return y

    x = random.uniform(0.5, 2.0, 7)
    message = {"x": x.tolist(), "s": steps}
    close(given("ode", "primal", message), solved(x))
    close(given("ode", "gradient", message), differences(solved, x)[-1], 1e-8)


@pytest.mark.parametrize("outer", ["f", "r"])
@pytest.mark.parametrize("inner", ["f", "r"])
def test_particle(outer: str, inner: str) -> None:
    """The square of the place of landing, by a flight in NumPy."""

    def landing(place: Any) -> float:
        charges = np.array([[10.0, 10.0 - place[0]], [10.0, 0.0]])
        x, velocity = np.array([0.0, 8.0]), np.array([0.75, 0.0])
        while True:
            ways = x - charges
            force = (ways / np.linalg.norm(ways, axis=1)[:, None] ** 3).sum(axis=0)
            x = x + 0.1 * velocity
            if x[1] <= 0.0:
                return float((x[0] - x[1] / velocity[1] * velocity[0]) ** 2)
            velocity = velocity + 0.1 * force

    flight = particle.flight(outer, inner)
    close(flight.value([0.5]), landing([0.5]))
    close(flight.gradient([0.5]), differences(landing, [0.5]), 1e-6)


@pytest.mark.parametrize("outer", ["f", "r"])
@pytest.mark.parametrize("inner", ["f", "r"])
def test_saddle(outer: str, inner: str) -> None:
    """The greatest height over y is that at 0, which descent comes close to."""
    greatest, x, start = saddle.greatest(outer, inner), [0.6, -0.8], [0.8, 0.6]
    close(greatest.place(x, start)[0], [0.0, 0.0], 1e-3)
    close(greatest.value(x, start), 1.0, 1e-6)
    close(greatest.gradient(x, start), [1.2, -1.6])


def test_descent_goes_on_until_steps_are_short() -> None:
    """Compiled and not, with the steps of its path, so that it can be differentiated."""
    x = loops.descend(lambda x: (x[0] - 3.0) ** 2, lambda x: [2.0 * (x[0] - 3.0)], [1.0])
    close(x, [3.0], 1e-3)
    descent = loops.Descent(lambda c, x: (x[0] - c) ** 2, lambda c, x: [2.0 * (x[0] - c)])
    found, path = descent(3.0, [1.0])
    close(found, x)
    again = 1.0
    for start, rate in path:
        assert start == again
        again -= rate * 2.0 * (start - 3.0)
    assert found == pytest.approx([again], rel=1e-15)


@pytest.mark.parametrize("mode", ["f", "r"])
def test_a_loop_is_differentiated_through_its_steps(mode: str) -> None:
    """By the numbers that are in every step, and not only by those at the end."""
    loop = loops.Loop(
        lambda fixed, state, more: [state[0] * fixed[0] + more, state[1] + fixed[1] * state[0]],
        lambda fixed, state: state[0] * state[1] * fixed[1],
        mode,
    )

    def whole(fixed: Any) -> Any:
        state = np.array([0.5, -1.0])
        for more in (0.1, 0.2, 0.3):
            state = np.array([state[0] * fixed[0] + more, state[1] + fixed[1] * state[0]])
        return state[0] * state[1] * fixed[1]

    path, state = [], [0.5, -1.0]
    for more in (0.1, 0.2, 0.3):
        path.append([*state, more])
        state = loop.step([0.7, 1.3], state, more)
    close(loop.end([0.7, 1.3], state), whole([0.7, 1.3]))
    close(loop.gradient([0.7, 1.3], np.array(path), state), differences(whole, [0.7, 1.3]), 1e-8)


def test_each_name_is_a_module_that_says_what_it_computes() -> None:
    for name in NAMES:
        module = __import__(f"{PACKAGE}.{name}", fromlist=["x"])
        assert (module.__doc__ or "").startswith(f"{name}: ")
