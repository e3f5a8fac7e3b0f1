"""Training in threads, in forked children and in pools gives what it gives alone."""

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from nn import MLP, SGD, load_iris, train
from nn.training.engines import ENGINES
from tests.autograd.isolated import forked, isolated

WORK = [(engine, seed) for engine in ENGINES for seed in (0, 1)]
by_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")


def trained(given):
    """The losses and the parameters of a short training."""
    engine, seed = given
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=seed)
    rows = [*load_iris(0).train][:40]
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.5)
    epochs = 30 if engine == "native" else 3
    settings = {"batch_size": 16, "seed": seed, "engine": engine, "progress": False}
    history = train(model, rows, optimizer=optimizer, epochs=epochs, **settings)
    assert history.engine == engine
    return history["loss"], [p.data for p in model.parameters()]


def in_threads():
    wanted = list(map(trained, WORK))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(trained, WORK * 2, timeout=100)) == wanted * 2


def in_children():
    wanted = list(map(trained, WORK))
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        assert list(pool.map(trained, WORK, timeout=60)) == wanted
    failed = []

    def train_on(stop):
        while not stop.is_set():
            for given, result in zip(WORK, wanted, strict=True):
                if trained(given) != result:
                    failed.append(given)

    def child():
        assert list(map(trained, WORK)) == wanted

    stop = threading.Event()
    others = [threading.Thread(target=train_on, args=(stop,)) for _ in range(2)]
    for other in others:
        other.start()
    try:
        for _ in range(3):
            forked(child)
    finally:
        stop.set()
        for other in others:
            other.join()
    assert not failed


def in_spawned_children():
    wanted = list(map(trained, WORK))
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(trained, WORK, timeout=100)) == wanted


def test_threads():
    isolated(in_threads)


@by_fork
def test_forked_children():
    isolated(in_children)


def test_spawned_children():
    isolated(in_spawned_children)
