"""Loops against JAX's, in one process, on one thread: python -m tests.benchmarks.loops [rounds].

Needs jax; with torch its LSTM too. Results are compared before anything is timed. Given is the
processor time of a call, the median over the rounds, and the ratio to JAX's; and how long it takes
to make the code of an Asian option with 252 steps, beside 10.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np

import autograd
from autograd import Value, compile, dot, jit, scan
from tests.benchmarks.clock import interleaved
from tests.benchmarks.gradbench.evals import lstm, ode

jax.config.update("jax_enable_x64", True)
Pair = tuple[Callable[[], Any], Callable[[], Any]]
RNG = np.random.default_rng(0)


def likelihood(m: Any, loop: Any, p: Any, returns: Any) -> Any:
    """Minus twice the log-likelihood of GARCH(1, 1), without its constant."""
    w, a, b = p[0], p[1], p[2]

    def step(state: Any, x: Any) -> Any:
        variance, loss = state
        return (w + a * x * x + b * variance, loss + m.log(variance) + x * x / variance), None

    return loop(step, (1.0, 0.0), returns)[0][1]


def garch() -> Pair:
    """10,000 returns, with the gradient by three parameters."""
    returns, p = RNG.normal(size=10_000), np.array([0.1, 0.1, 0.8])
    ours = jit(autograd.value_and_grad(lambda p: likelihood(autograd, scan, p, returns)))
    theirs = jax.jit(jax.value_and_grad(lambda p: likelihood(jnp, jax.lax.scan, p, returns)))
    return lambda: ours(p), lambda: theirs(p)


def swing(m: Any, loop: Any, p: Any) -> Any:
    """A damped pendulum by 1,000 steps of Runge and Kutta's, each fifth of which is given."""
    damping, gravity, h = p[0], p[1], 0.01

    def rate(angle: Any, speed: Any) -> Any:
        return speed, -damping * speed - gravity * m.sin(angle)

    def step(state: Any, _: Any) -> Any:
        angle, speed = state
        a = rate(angle, speed)
        b = rate(angle + h / 2 * a[0], speed + h / 2 * a[1])
        c = rate(angle + h / 2 * b[0], speed + h / 2 * b[1])
        d = rate(angle + h * c[0], speed + h * c[1])
        moved = [x + 2 * y + 2 * z + u for x, y, z, u in zip(a, b, c, d, strict=True)]
        return (angle + h / 6 * moved[0], speed + h / 6 * moved[1]), None

    def five(state: Any, _: Any) -> Any:
        state, _ = loop(step, state, None, length=5)
        return state, state[0]

    return loop(five, (1.0, 0.0), None, length=200)[1]


def pendulum() -> Pair:
    """200 values and their derivatives by two parameters."""
    p = np.array([0.1, 9.8])
    ours = jit(autograd.jacobian(lambda p: swing(autograd, scan, p)))
    theirs = jax.jit(jax.jacfwd(lambda p: swing(jnp, jax.lax.scan, p)))
    return lambda: np.array(ours(p)), lambda: theirs(p)


def network(units: int = 16, steps: int = 50, rows: int = 256) -> Pair:
    """The mean squared error of a recurrent network, and its gradient."""
    own = RNG.normal(size=(units, units)) / math.sqrt(units)
    given, out = RNG.normal(size=units), RNG.normal(size=units)
    X = RNG.normal(size=(rows, steps + 1))
    leaves = [Value(x) for x in np.concatenate([own.ravel(), given, out])]
    matrix = [leaves[i * units : (i + 1) * units] for i in range(units)]
    by_input, by_output = leaves[units * units : -units], leaves[-units:]

    def loss(*row: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            sums = [dot(w, state) + u * x for w, u in zip(matrix, by_input, strict=True)]
            return [s.tanh() for s in sums], None

        state, _ = scan(step, [0.0] * units, row[:-1])
        return (dot(by_output, state) - row[-1]) ** 2

    program = compile(loss, steps + 1, leaves)

    @jax.jit
    @jax.value_and_grad
    def theirs(parts: Any, X: Any) -> Any:
        own, given, out = parts

        def step(state: Any, x: Any) -> Any:
            return jnp.tanh(state @ own.T + x[:, None] * given), None

        state, _ = jax.lax.scan(step, jnp.zeros((rows, units)), X[:, :-1].T)
        return jnp.mean((state @ out - X[:, -1]) ** 2)

    def flat() -> Any:
        value, parts = theirs((own, given, out), X)
        return value, np.concatenate([np.ravel(part) for part in parts])

    return lambda: program.value_and_grad(X), flat


def price(m: Any, loop: Any, p: Any, noise: Any, steps: int) -> Any:
    """The discounted payoff of an option on the mean price of one path."""
    spot, strike, volatility, rate, years = [p[i] for i in range(5)]
    dt = years / steps
    drift, spread = (rate - 0.5 * volatility * volatility) * dt, volatility * m.sqrt(dt)

    def step(state: Any, z: Any) -> Any:
        log_price, total = state
        log_price = log_price + drift + spread * z
        return (log_price, total + m.exp(log_price)), None

    (_, total), _ = loop(step, (m.log(spot), 0.0 * spot), noise)
    return m.exp(-rate * years) * m.maximum(total / steps - strike, 0.0)


def option(paths: int = 10_000, steps: int = 252) -> Pair:
    """The mean payoff over paths, and its five derivatives."""
    numbers, noise = np.array([100.0, 100.0, 0.2, 0.05, 1.0]), RNG.normal(size=(paths, steps))
    leaves = [Value(x) for x in numbers]
    program = compile(lambda *z: price(autograd, scan, leaves, z, steps), steps, leaves)

    @jax.jit
    @jax.value_and_grad
    def theirs(p: Any, noise: Any) -> Any:
        return jnp.mean(jax.vmap(lambda z: price(jnp, jax.lax.scan, p, z, steps))(noise))

    return lambda: program.value_and_grad(noise), lambda: theirs(numbers, noise)


def equations(n: int = 1000, steps: int = 100) -> Pair:
    """gradbench's ode: n equations by Runge and Kutta's method, and the gradient of the last y."""
    x, h = RNG.random(n), ode.TIME / steps

    def theirs(x: Any) -> Any:
        def slopes(y: Any) -> Any:
            return jnp.concatenate([x[:1], x[1:] * y[:-1]])

        def step(y: Any, _: Any) -> Any:
            a = slopes(y)
            b = slopes(y + h / 2 * a)
            c = slopes(y + h / 2 * b)
            return y + h / 6 * (a + 2 * b + 2 * c + slopes(y + h * c)), None

        return jax.lax.scan(step, jnp.zeros(n), None, length=steps)[0][-1]

    gradients = ode.looped(steps)[1], jax.jit(jax.grad(theirs))
    return lambda: gradients[0](x), lambda: gradients[1](x)


def text(size: int = 14, layers: int = 2, length: int = 1024) -> Pair:
    """gradbench's lstm: the loss of a network over a text, and its gradient."""
    shapes = [(2 * layers, 4 * size), (3, size), (2 * layers, size)]
    weights, extra, state = [RNG.normal(size=shape) / 4 for shape in shapes]
    characters = RNG.random((length, size))

    def theirs(weights: Any, extra: Any, state: Any, text: Any) -> Any:
        def step(carried: Any, pair: Any) -> Any:
            state, loss = carried
            x, states = pair[0] * extra[0], []
            for i in range(0, 2 * layers, 2):
                sources = jnp.concatenate([x, state[i], x, state[i]])
                gates = jnp.split(weights[i] * sources + weights[i + 1], 4)
                memory = state[i + 1] * jax.nn.sigmoid(gates[0])
                memory += jax.nn.sigmoid(gates[1]) * jnp.tanh(gates[3])
                x = jax.nn.sigmoid(gates[2]) * jnp.tanh(memory)
                states += [x, memory]
            y = x * extra[1] + extra[2]
            return (jnp.stack(states), loss + pair[1] @ (jnp.log(jnp.exp(y).sum() + 2) - y)), None

        return jax.lax.scan(step, (state, 0.0), (text[:-1], text[1:]))[0][1] / text[1:].size

    gradient = jax.jit(jax.grad(theirs, argnums=(0, 1)))
    given = (weights, extra, state, characters)
    return lambda: lstm.backward(*given), lambda: gradient(*given)


def text_with_torch(size: int = 14, layers: int = 2, length: int = 1024) -> Pair:
    """The same beside PyTorch, as it is written there: a Python loop over the text."""
    import torch

    torch.set_num_threads(1)
    shapes = [(2 * layers, 4 * size), (3, size), (2 * layers, size)]
    weights, extra, state = [RNG.normal(size=shape) / 4 for shape in shapes]
    characters = RNG.random((length, size))
    leaves = [torch.tensor(x, requires_grad=True) for x in (weights, extra)]
    start, steps = torch.tensor(state), torch.tensor(characters)

    def theirs() -> Any:
        w, (scale, out, bias) = leaves[0], leaves[1]
        states, loss = list(start), torch.zeros((), dtype=torch.float64)
        for character, following in pairwise(steps):
            x = character * scale
            for i in range(0, 2 * layers, 2):
                gates = torch.cat((x, states[i], x, states[i])) * w[i] + w[i + 1]
                forget, into, outof, change = gates.split(size)
                memory = states[i + 1] * torch.sigmoid(forget)
                memory = memory + torch.sigmoid(into) * torch.tanh(change)
                x = torch.sigmoid(outof) * torch.tanh(memory)
                states[i], states[i + 1] = x, memory
            y = x * out + bias
            loss = loss + following @ (torch.log(torch.exp(y).sum() + 2) - y)
        found = torch.autograd.grad(loss / steps[1:].numel(), leaves)
        return tuple([x.numpy() for x in found])

    given = (weights, extra, state, characters)
    return lambda: lstm.backward(*given), theirs


def flat(found: Any) -> Any:
    parts = found if isinstance(found, tuple) else (found,)
    return np.concatenate([np.ravel(np.asarray(part)) for part in parts])


def seconds_to_make(steps: int) -> float:
    began = time.process_time()
    option(16, steps)[0]()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.loops")
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    rounds = parser.parse_args().rounds
    for make in (garch, pendulum, network, option, equations, text):
        ours, theirs = make()
        np.testing.assert_allclose(flat(ours()), flat(theirs()), 1e-8, 1e-10)
        calls = {"ours": ours, "JAX": lambda call=theirs: jax.block_until_ready(call())}
        found = {name: median(times) for name, times in interleaved(rounds, 1, calls).items()}
        ratio = found["ours"] / found["JAX"]
        times = ", ".join([f"{name} {micro / 1e3:.3f} ms" for name, micro in found.items()])
        print(f"{make.__name__:10} {times}, ratio {ratio:.2f}", flush=True)
    if find_spec("torch") is not None:
        ours, theirs = text_with_torch()
        np.testing.assert_allclose(flat(ours()), flat(theirs()), 1e-8, 1e-10)
        found = interleaved(rounds, 1, {"ours": ours, "PyTorch": theirs})
        micro = {name: median(times) for name, times in found.items()}
        times = ", ".join([f"{name} {one / 1e3:.3f} ms" for name, one in micro.items()])
        print(f"text       {times}, ratio {micro['ours'] / micro['PyTorch']:.4f}", flush=True)
    few, many = [min([seconds_to_make(steps + i) for i in (1, 2, 3)]) for steps in (10, 252)]
    print(f"making     {few:.2f} s for 10 steps, {many:.2f} s for 252, ratio {many / few:.2f}")


if __name__ == "__main__":
    main()
