"""Training steps as machine code: gradient and update, many times, without a word of Python."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...tape.instructions import Tape
from ...tape.trace import trace
from ...value import Value
from ..pace import Pace
from . import jit
from .code import POINTER, WHOLE, Array, SumsCode, address, aligned, compiled
from .computation import Computation, of_values
from .module import Module
from .rows import write
from .text import Function

# A rule gives the new parameter and the new state from the parameter, its gradient, the state, the
# count of steps from 1, and the learning rate.
Rule = Callable[[Value, Value, tuple[Value, ...], Value, Value], tuple[Value, tuple[Value, ...]]]


@dataclass
class Steps:
    """What a number of steps are to do.

    index: for all steps together, the rows in their order.
    starts, counts: where in `index` the rows of each step begin, and how many they are.
    weights: one for each of the rows in `index`, or one for each step.
    weighted: whether there is a weight for each row.
    rates: the learning rate of each step.
    """

    index: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    weights: Array
    weighted: bool
    rates: Array


@dataclass
class Results:
    """What steps came to.

    done: how many steps were done: fewer than asked for if a gradient was not finite.
    losses: before each step, the weighted loss; others: the sums of the tape's other outputs.
    parameters: after each step; after the last one only, if so asked.
    gradient: the last one.
    seconds: how long they took.
    """

    done: int
    losses: Array
    others: Array
    parameters: Array
    gradient: Array
    seconds: float


class Descent:
    """Steps of an optimiser on the loss of a tape.

    tape: of the loss of one row, and of what else is to be summed.
    wanted: how many of its parameters are moved: the first ones.
    rule, states: of the optimiser; how many numbers it keeps for each parameter.
    """

    def __init__(self, tape: Tape, wanted: int, rule: Rule, states: int) -> None:
        self.code = compiled(SumsCode, tape, tuple(tape.parameter_slots[:wanted]))
        self.wanted, self.states = wanted, states
        module = jit.new_module()
        write_update(module, rule_tape(rule, states), states)
        write_is_finite(module)
        write_steps(module, self.code.others)
        self.library = jit.library_of(module.text())
        kinds = [POINTER] * 6 + [WHOLE, POINTER, WHOLE, WHOLE, WHOLE]
        kinds += [POINTER] * 4 + [WHOLE, POINTER, WHOLE, POINTER]
        self.entry = self.library.function("steps", POINTER, *kinds, result=ctypes.c_int64)
        self.all_sums = ctypes.cast(self.code.all_sums, POINTER).value

    def run(
        self,
        rows: Array,
        steps: Steps,
        parameters: Sequence[float],
        states: Array,
        before: int,
        keep: bool = True,
    ) -> Results:
        """Do steps.

        rows: the table, row after row in memory.
        parameters: all of the tape's; the first ones are moved.
        states: of shape (states, moved parameters); they are changed in place.
        before: how many steps the optimiser has done before.
        keep: whether to keep the parameters after each step.
        """
        count = len(steps.starts)
        found = np.empty((count, 1 + self.code.others))
        moved = np.empty((count if keep else 0, self.wanted))
        done, failed, pace, total = 0, False, Pace(), 0.0
        with self.code.buffers(parameters) as buffers:
            uniform, *_, columns, _, _, sums, workspace = buffers.operands
            apart = 0
            if np.ptp(steps.starts) == np.ptp(steps.counts) == 0:
                # Every step has the same rows: all of them are unpacked, once.
                apart, spans = self.code.sizes.columns, self.code.sizes.spans(steps.counts[0])
                room = aligned(apart * spans)
                columns = address(room)
            while done < count and not failed:
                size = pace.next(count - done)
                began = time.perf_counter()
                finished = self.entry(
                    self.all_sums,
                    uniform,
                    address(rows),
                    address(steps.index),
                    address(steps.starts[done:]),
                    address(steps.counts[done:]),
                    address(steps.weights if steps.weighted else steps.weights[done:]),
                    int(steps.weighted),
                    address(steps.rates[done:]),
                    before + done,
                    size,
                    self.wanted,
                    address(states),
                    sums,
                    address(found[done:]),
                    address(moved[done * keep :]),
                    self.wanted * keep,
                    columns,
                    apart,
                    workspace,
                )
                failed = finished < size
                done += finished
                pace.took(time.perf_counter() - began)
                total += pace.seconds
            first = 1 + self.code.others
            gradient = buffers.sums[first : first + self.wanted].copy()
            now = buffers.uniform[None, : self.wanted].copy()
        last = done + failed  # the loss of a step that failed was found too
        kept = moved[:done] if keep else now
        return Results(done, found[:last, 0], found[:last, 1:], kept, gradient, total)


def rule_tape(rule: Rule, states: int) -> Tape:
    """The update of one parameter: of its number, its gradient, its state; step and rate."""
    step, rate = Value(1.0, "step"), Value(0.1, "rate")

    def update(parameter: Value, gradient: Value, *state: Value) -> list[Value]:
        moved, kept = rule(parameter, gradient, state, step, rate)
        return [moved, *kept]

    names = ["parameter", "gradient", *[f"state{i}" for i in range(states)]]
    tape, leaves = trace(update, names, [step, rate])
    if len(leaves) > 2:
        raise ValueError(f"an update rule can't use other Values than it is given: {leaves[2:]}")
    return tape


def write_update(module: Module, tape: Tape, states: int) -> None:
    """update(parameters, gradient, states, count, step, rate): the rule, for every parameter."""
    computation = of_values(tape)
    kinds = [("ptr", "parameters"), ("ptr", "gradient"), ("ptr", "states"), ("i64", "count")]
    f = Function(module, "update", [*kinds, ("double", "step"), ("double", "rate")], 1)
    once = dict(zip(computation.parameters, ("%step", "%rate"), strict=True))
    for slot, instruction in computation.instructions.items():
        if slot not in computation.varying:
            operands = [operand(f, computation, once, x) for x in instruction.operands]
            once[slot] = write(f, instruction.name, operands)
    f.for_each("%count", lambda i: update_at(f, computation, once, i, states))
    f.end()


def write_is_finite(module: Module) -> None:
    """is_finite(gradient, count): whether all slopes are. The difference to itself tells."""
    f = Function(module, "is_finite", [("ptr", "gradient"), ("i64", "count")], 1, result="i1")
    found = f.set("alloca i1")
    f.do(f"store i1 true, ptr {found}")

    def check(i: str) -> None:
        slope = f.load(f.at("%gradient", i))
        wrong = f.any(f.compare("uno", f.sub(slope, slope), f.constant(0.0)))
        with f.when(wrong):
            f.do(f"store i1 false, ptr {found}")

    f.for_each("%count", check)
    f.end(f.set(f"load i1, ptr {found}"))


def operand(f: Function, computation: Computation, values: dict[int, str], slot: int) -> str:
    if slot in computation.constants:
        return f.constant(computation.constants[slot])
    return values[slot]


def update_at(
    f: Function, computation: Computation, once: dict[int, str], i: str, states: int
) -> None:
    """The rule for the parameters from the i-th on, as many as there are lanes."""
    places = [f.at("%parameters", i), f.at("%gradient", i)]
    for state in range(states):
        row = f.set(f"mul nsw i64 %count, {state}")
        places.append(f.at("%states", f.plus(row, i)))
    values = {slot: f.splat(value) for slot, value in once.items()}
    for slot, place in zip(computation.columns, places, strict=True):
        values[slot] = f.load(place)
    for slot, instruction in computation.instructions.items():
        if slot in computation.varying:
            operands = [operand(f, computation, values, x) for x in instruction.operands]
            values[slot] = write(f, instruction.name, operands)
    for slot, place in zip(computation.outputs, [places[0], *places[2:]], strict=True):
        f.store(operand(f, computation, values, slot), place)


def is_new(f: Function, last: str, start: str, rows: str) -> str:
    """Whether a step has other rows than the one before it."""
    changed = []
    for place, number in enumerate((start, rows)):
        pointer = f.at(last, place)
        before = f.set(f"load i64, ptr {pointer}")
        changed.append(f.set(f"icmp ne i64 {before}, {number}"))
        f.do(f"store i64 {number}, ptr {pointer}")
    return f.set(f"or i1 {changed[0]}, {changed[1]}")


def write_steps(module: Module, others: int) -> None:
    """steps(...): as many steps as asked for; gives how many were done."""
    kinds = [
        *[("ptr", name) for name in ("all_sums", "uniform", "x", "index", "starts", "counts")],
        *[("ptr", "weights"), ("i64", "weight_step"), ("ptr", "rates"), ("i64", "before")],
        *[("i64", "steps"), ("i64", "count"), ("ptr", "states"), ("ptr", "sums")],
        *[("ptr", "found"), ("ptr", "moved"), ("i64", "moved_step")],
        *[("ptr", "columns"), ("i64", "apart"), ("ptr", "workspace")],
    ]
    f = Function(module, "steps", kinds, 1, exported=True, result="i64")
    gradient = f.at("%sums", 1 + others)
    last = f.set("alloca [2 x i64]")  # where the rows of the step before began; how many
    f.do(f"store [2 x i64] [i64 -1, i64 -1], ptr {last}")
    one_for_all = f.set("icmp eq i64 %weight_step, 0")
    with f.loop("%steps") as (i, _):
        start, rows = [
            f.set(f"load i64, ptr {f.at(pointer, i)}") for pointer in ("%starts", "%counts")
        ]
        weight = f.set(f"select i1 {one_for_all}, i64 {i}, i64 {start}")
        given = [
            "ptr %uniform, ptr %x",
            f"ptr {f.at('%index', start)}, ptr {f.at('%weights', weight)}",
            f"i64 %weight_step, i64 {rows}, ptr %columns, i64 %apart",
            f"i1 {is_new(f, last, start, rows)}, ptr %sums, ptr %workspace",
        ]
        f.do(f"call void %all_sums({', '.join(given)})")
        for place in range(1 + others):
            target = f.at("%found", f.plus(f.times(i, 1 + others), place))
            f.store(f.load(f.at("%sums", place)), target)
        finite = f.call("is_finite", ("ptr", gradient), ("i64", "%count"), result="i1")
        f.give_unless(finite, i)
        done = f.set(f"sitofp i64 {f.plus(f.plus('%before', i), 1)} to double")
        rate = f.load(f.at("%rates", i))
        shown = [("ptr", "%uniform"), ("ptr", gradient), ("ptr", "%states"), ("i64", "%count")]
        f.call("update", *shown, ("double", done), ("double", rate))
        with f.when(f.set("icmp ne i64 %moved_step, 0")):
            row = f.at("%moved", f.set(f"mul nsw i64 {i}, %moved_step"))
            f.for_each("%count", lambda k: f.store(f.load(f.at("%uniform", k)), f.at(row, k)))
    f.end("%steps")
