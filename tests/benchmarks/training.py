"""Training by one public call of `train`: against JAX, and against a loop of multiply-adds alone.

    python -m tests.benchmarks.training [rounds]

needs llvmlite, jax, torch and scikit-learn. A call trains a new network of the same form on all
rows at once; JAX's `fori_loop` is compiled before. The parameters are compared first. Given are
milliseconds of processor time, medians of interleaved rounds; the first call of ours in the process
compiles, and is printed beside: its ratio is not meant to be small. For the digits, microseconds of
a step in `train`, whose call does thousands, against the multiply-adds of its matrix products.
"""

from __future__ import annotations

import argparse
import platform
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from statistics import median
from typing import Any

from sklearn.datasets import load_digits

from autograd.program.native import llvm_jit
from nn import MLP, SGD, Data, load_iris, train

from .native import agree, flat, fma_loop, jax, jax_loss, jnp, matrices, processor

RATE = 0.03


def seconds(make: Callable[[], Callable[[], Any]]) -> float:
    """The processor time of a call, without that of making it."""
    call = make()
    began = time.process_time()
    call()
    return time.process_time() - began


def interleaved(rounds: int, *makers: Callable[[], Callable[[], Any]]) -> list[float]:
    """The median of the calls that each makes, in seconds."""
    found = [[seconds(make) for make in makers] for _ in range(rounds)]
    return [median(times) for times in zip(*found, strict=True)]


def network(sizes: Sequence[int]) -> MLP:
    return MLP(sizes[0], list(sizes[1:]), activation="tanh", bias=False, seed=0)


def ours(
    sizes: Sequence[int], data: Data, epochs: int, engine: str
) -> Callable[[], Callable[[], list[float]]]:
    """A maker of one call of `train`, of a new network each; the call gives its parameters."""

    def make() -> Callable[[], list[float]]:
        model = network(sizes)
        optimizer = SGD(model.parameters(), lr=RATE)

        def call() -> list[float]:
            train(
                model, data, optimizer=optimizer, epochs=epochs, batch_size=None, engine=engine,
                progress=False,
            )  # fmt: skip
            return [p.data for p in model.parameters()]

        return call

    return make


def peer(sizes: Sequence[int], data: Data) -> Callable[[int], Callable[[], Any]]:
    """The same by JAX: from the number of epochs to a call."""
    X, Y = jnp.array(data.rows), jnp.eye(sizes[-1])[jnp.array(data.labels)]
    start = [jnp.array(w) for w in matrices([p.data for p in network(sizes).parameters()], sizes)]
    slopes = jax.grad(jax_loss)

    @jax.jit
    def descend(weights: Any, epochs: Any) -> Any:
        def step(_: Any, now: Any) -> Any:
            return [w - RATE * d for w, d in zip(now, slopes(now, X, Y), strict=True)]

        return jax.lax.fori_loop(0, epochs, step, weights)

    return lambda epochs: lambda: jax.block_until_ready(descend(start, epochs))


def iris(sizes: list[int], rounds: int) -> None:
    """1,000 epochs of Iris."""
    data, epochs = load_iris(seed=0).train, 1000
    theirs = peer(sizes, data)
    for engine in ("native", "auto"):
        mine = ours(sizes, data, epochs, engine)
        first = seconds(mine)
        agree(mine()(), flat(theirs(epochs)()), 1e-9)
        later, jax_time = interleaved(rounds, mine, lambda: theirs(epochs))
        name = "-".join(map(str, sizes))
        print(
            f"Iris {name:<8} 1,000 epochs, {engine:<7} first {first * 1e3:7.2f} ms   later "
            f"{later * 1e3:6.2f} ms   JAX's fori_loop {jax_time * 1e3:6.2f} ms   ratio "
            f"{later / jax_time:.3f}",
            flush=True,
        )


def digits(sizes: list[int], epochs: int, rounds: int) -> None:
    """A step on 1,024 digits."""
    loaded = load_digits()
    data = Data(loaded.data[:1024] / 16.0, loaded.target[:1024].tolist())
    theirs, bare = peer(sizes, data), fma_loop(sizes, len(data), epochs)
    agree(ours(sizes, data, 100, "native")()(), flat(theirs(100)()), 1e-9)
    mine, jax_time, least = interleaved(
        rounds, ours(sizes, data, epochs, "native"), lambda: theirs(epochs), lambda: bare
    )
    shown = [found / epochs * 1e6 for found in (mine, jax_time, least)]
    print(
        f"digits {'-'.join(map(str, sizes)):<9} a step in train {shown[0]:7.2f} us   JAX's "
        f"fori_loop {shown[1]:7.2f} us   bare FMA loop {shown[2]:7.2f} us   ratio to it "
        f"{mine / least:.3f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.training")
    parser.add_argument("rounds", nargs="?", type=int, default=31)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")  # the digits are not standardized
    lanes = llvm_jit.new_module().lanes
    print(f"{processor()} ({llvm_jit.processor()[0]}), vectors of {lanes} numbers")
    packages = ("llvmlite", "jax", "numpy")
    print(f"Python {platform.python_version()}", *[f"{name} {version(name)}" for name in packages])
    for sizes in ([4, 4, 3], [4, 4, 4, 3]):
        iris(sizes, rounds)
    fewer = max(5, rounds // 5)
    for sizes, epochs in (([64, 16, 10], 20_000), ([64, 64, 10], 5_000)):
        digits(sizes, epochs, fewer)


if __name__ == "__main__":
    main()
