"""The native backend against JAX and PyTorch, in one process, on one thread, interleaved.

    python -m tests.benchmarks.native [rounds] [--avx2]

needs llvmlite, jax, torch and scikit-learn. Before anything is timed, losses and gradients (for
descent: the parameters after it) are compared. Given are medians, with minima in brackets. The bare
FMA loop does as many multiply-adds as the matrix products have, and nothing else: no tanh, no
softmax, no memory. --avx2 holds ours and the loop to AVX2 on a processor that has more; JAX's
matrix products choose their instructions themselves.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import torch
from sklearn.datasets import load_digits

import autograd
from autograd import Value
from autograd.program.native import llvm_jit
from nn import MLP, SGD, Data, cross_entropy, load_iris, train
from tests.benchmarks.machine import processor, versions

jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
Array = np.ndarray[Any, Any]


def interleaved(rounds: int, **things: tuple[Callable[[], Any], int]) -> dict[str, list[float]]:
    """Microseconds of each thing, once in every round; a call does so many repetitions of it."""
    found: dict[str, list[float]] = {name: [] for name in things}
    for call, _ in things.values():
        call()
    for _ in range(rounds):
        for name, (call, repetitions) in things.items():
            began = time.perf_counter()
            call()
            found[name].append((time.perf_counter() - began) / repetitions * 1e6)
    return found


def report(title: str, found: dict[str, list[float]]) -> None:
    """One line for each peer."""
    ours = found.pop("native")
    for peer, times in found.items():
        ratio = median(ours) / median(times)
        print(
            f"{title:<38} native {median(ours):9.2f} us ({min(ours):.2f})   {peer:<12} "
            f"{median(times):9.2f} us ({min(times):.2f})   ratio {ratio:.3f}",
            flush=True,
        )


def agree(found: Sequence[float] | Array, wanted: Sequence[float] | Array, within: float) -> None:
    worst = float(np.abs(np.asarray(found) - np.asarray(wanted)).max())
    if not worst <= within:
        raise SystemExit(f"the peers disagree by {worst}: nothing was timed")


def matrices(numbers: Sequence[float], sizes: Sequence[int]) -> list[Array]:
    """The weights of each layer."""
    found, first = [], 0
    for a, b in pairwise(sizes):
        found.append(np.array(numbers[first : first + a * b]).reshape(b, a))
        first += a * b
    return found


def flat(weights: Sequence[Any]) -> Array:
    return np.concatenate([np.asarray(w).ravel() for w in weights])


def jax_loss(weights: Sequence[Any], X: Any, Y: Any) -> Any:
    h = X
    for w in weights[:-1]:
        h = jnp.tanh(h @ w.T)
    z = h @ weights[-1].T
    return jnp.mean(jax.nn.logsumexp(z, axis=1) - (z * Y).sum(1))


def torch_step(weights: Sequence[Array], X: Array, classes: Array) -> Callable[[], Any]:
    """A step of training as PyTorch's users write it; with a rate of 0, so that steps are equal."""
    layers: list[torch.nn.Module] = []
    for w in weights:
        linear = torch.nn.Linear(w.shape[1], w.shape[0], bias=False)
        linear.weight.data = torch.tensor(w)
        layers += [linear, torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    rows, labels = torch.tensor(X), torch.tensor(classes)

    def step() -> Any:
        optimizer.zero_grad()
        loss = criterion(model(rows), labels)
        loss.backward()
        optimizer.step()
        return loss, [p.grad for p in model.parameters()]

    return step


def fma_loop(sizes: Sequence[int], rows: int, steps: int) -> Callable[[], Any]:
    """As many fused multiply-adds as the matrix products need, in registers, and nothing else."""
    from autograd.program.native.llvm_ir import Function

    module = llvm_jit.new_module()
    chains = 12
    f = Function(module, "bare", "i64 %n", module.lanes, exported=True, result="double")
    starts = [f.constant(1.0 + i) for i in range(chains)]  # else LLVM would see that all are equal
    with f.loop("%n", carry=starts) as (_, carried):
        half = f.constant(0.5)
        carried.after = [f.fma(x, half, f.constant(0.25)) for x in carried.current]
    total = carried.after[0]
    for x in carried.after[1:]:
        total = f.add(total, x)
    f.end(f.sum_lanes(total))
    library = llvm_jit.Library(module.text())
    run = library.function("bare", "i64 %n", result="double")
    layers = list(pairwise(sizes))
    products = sum([2 * a * b for a, b in layers]) + sum([a * b for a, b in layers[1:]])
    count = steps * products * rows // (chains * module.lanes)
    return lambda: (run(count), library)


def network(title: str, sizes: list[int], X: Array, classes: Array, rounds: int) -> None:
    """One value_and_grad over all rows, from Python."""
    Y = np.eye(sizes[-1])[classes]
    model = MLP(sizes[0], sizes[1:], activation="tanh", bias=False, seed=0)
    began = time.process_time()
    program = autograd.compile(
        lambda *v: cross_entropy(model(v[: sizes[0]]), v[sizes[0] :]),
        sizes[0] + sizes[-1],
        model.parameters(),
        backend="native",
    )
    print(f"{title}: compiled in {time.process_time() - began:.2f} s of processor time", flush=True)
    table = np.hstack([X, Y])
    weights = matrices([p.data for p in model.parameters()], sizes)
    call = jax.jit(jax.value_and_grad(jax_loss))
    shown = [jnp.array(w) for w in weights], jnp.array(X), jnp.array(Y)
    step = torch_step(weights, X, classes)
    (loss, grads), (jax_value, jax_grads) = program.value_and_grad(table), call(*shown)
    agree([loss], [float(jax_value)], 1e-12)
    agree(grads, flat(jax_grads), 1e-12)
    agree(grads, flat([g.detach() for g in step()[1]]), 1e-12)
    times = 100 if len(X) < 1000 else 5
    report(
        f"{title}: value_and_grad",
        interleaved(
            rounds,
            native=(lambda: [program.value_and_grad(table) for _ in range(times)], times),
            jax=(lambda: [jax.block_until_ready(call(*shown)) for _ in range(times)], times),
            **{"torch step": (lambda: [step() for _ in range(times)], times)},
        ),
    )


def descent(title: str, sizes: list[int], data: Data, steps: int, rounds: int) -> None:
    """Full-batch descent through the public `train`, against a jitted fori_loop."""
    X, Y = jnp.array(data.rows), jnp.eye(sizes[-1])[jnp.array(data.labels)]
    model = MLP(sizes[0], sizes[1:], activation="tanh", bias=False, seed=0)
    start = [p.data for p in model.parameters()]
    weights = [jnp.array(w) for w in matrices(start, sizes)]
    slopes = jax.grad(jax_loss)

    @jax.jit
    def peer(ws: Any, steps: Any) -> Any:
        def step(_: Any, now: Any) -> Any:
            return [w - 0.03 * d for w, d in zip(now, slopes(now, X, Y), strict=True)]

        return jax.lax.fori_loop(0, steps, step, ws)

    def ours(steps: int) -> list[float]:
        for parameter, x in zip(model.parameters(), start, strict=True):
            parameter.data = x
        optimizer = SGD(model.parameters(), lr=0.03)
        train(model, data, optimizer=optimizer, epochs=steps, engine="native", progress=False)
        return [p.data for p in model.parameters()]

    agree(ours(1000), flat(peer(weights, 1000)), 1e-9)
    report(
        f"{title}: a step in train",
        interleaved(
            rounds,
            native=(lambda: ours(steps), steps),
            **{
                "jax fori": (lambda: jax.block_until_ready(peer(weights, steps)), steps),
                "bare FMA loop": (fma_loop(sizes, len(data.rows), steps), steps),
            },
        ),
    )


def irregular(count: int, rounds: int) -> None:
    """a·b + c·tanh(d) over and over, of whatever came before: no layers to find."""
    rng = random.Random(0)
    parameters = [Value(rng.gauss(0.0, 0.3), f"p{i}") for i in range(20)]
    plan, size = [], 24
    for _ in range((count - size) // 4):
        plan.append([rng.randrange(max(0, size - 30), size) for _ in range(4)])
        size += 1

    def values(pool: list[Any], tanh: Callable[[Any], Any]) -> list[Any]:
        for a, b, c, d in plan:
            pool.append(pool[a] * pool[b] + pool[c] * tanh(pool[d]))
        return [tanh(x) for x in pool[-5:]]

    def peer_loss(p: Any, X: Any, Y: Any) -> Any:
        pool = [*[X[:, i] for i in range(4)], *[jnp.broadcast_to(q, len(X)) for q in p]]
        z = jnp.stack(values(pool, jnp.tanh), 1)
        return jnp.mean(jax.nn.logsumexp(z, axis=1) - (z * Y).sum(1))

    generator = np.random.default_rng(3)
    X, Y = generator.normal(size=(1024, 4)), np.eye(5)[generator.integers(0, 5, 1024)]
    began = time.process_time()
    program = autograd.compile(
        lambda *x: cross_entropy(values([*x[:4], *parameters], autograd.tanh), x[4:]),
        9,
        parameters,
        backend="native",
    )
    title = f"irregular, {count} nodes, 1,024 rows"
    print(f"{title}: compiled in {time.process_time() - began:.2f} s of processor time", flush=True)
    if count > 1000:  # JAX would compile for minutes
        return
    call, table = jax.jit(jax.value_and_grad(peer_loss)), np.hstack([X, Y])
    shown = [jnp.array(p.data) for p in parameters], jnp.array(X), jnp.array(Y)
    found = call(*shown)[1]
    agree(program.value_and_grad(table)[1], flat(found), 1e-12 * max(1.0, abs(flat(found)).max()))
    report(
        f"{title}: value_and_grad",
        interleaved(
            rounds,
            native=(lambda: [program.value_and_grad(table) for _ in range(3)], 3),
            jax=(lambda: [jax.block_until_ready(call(*shown)) for _ in range(3)], 3),
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.native")
    parser.add_argument("rounds", nargs="?", type=int, default=40)
    parser.add_argument("--avx2", action="store_true")
    arguments = parser.parse_args()
    rounds, fewer = arguments.rounds, max(5, arguments.rounds // 8)
    if arguments.avx2:
        llvm_jit.processor = lambda: ("x86-64-v3", "", {"avx": True})  # type: ignore[assignment]
    lanes = llvm_jit.new_module().lanes
    print(f"{processor()} ({llvm_jit.processor()[0]}), vectors of {lanes} numbers")
    print(versions("llvmlite", "jax", "torch", "numpy"))
    iris, digits = load_iris(seed=0), load_digits()
    X, classes = np.array(iris.rows), np.array(iris.labels)
    network("Iris 4-4-4-3", [4, 4, 4, 3], X, classes, rounds)
    descent("Iris 4-4-4-3", [4, 4, 4, 3], iris.train, 20_000, fewer)
    X, classes = digits.data[:1024] / 16.0, digits.target[:1024]
    for sizes, steps in (([64, 16, 10], 20_000), ([64, 64, 10], 20_000), ([64, 256, 256, 10], 300)):
        title = f"digits {'-'.join(map(str, sizes))}"
        network(title, sizes, X, classes, rounds)
        descent(title, sizes, Data(X, classes.tolist()), steps, fewer)
    for count in (300, 3000):
        irregular(count, rounds)


if __name__ == "__main__":
    main()
