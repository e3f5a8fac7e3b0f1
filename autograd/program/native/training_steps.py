"""Training steps as machine code: repeated gradients and updates without returning to Python."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...recording import lift
from ...tape.derivatives import Wanted
from ...tape.instructions import Tape
from ...tape.passes import refuse_custom_ones
from ...tape.trace import trace
from ...value import Value
from ..pace import Pace
from . import llvm_jit
from .call_arguments import ENTRY, Arguments, StepArguments, changed, load_fields, store_fields
from .code import Array, SumsCode, address, aligned, compiled
from .computation import Computation, of_values
from .llvm_ir import Function
from .llvm_module import Module
from .lowering import lower

# An update rule computes the new parameter and the new state from the parameter, its gradient, the
# state, the count of steps from 1, the learning rate, and the numeric settings.
Rule = Callable[..., tuple[Value, tuple[Value, ...]]]

SLOWEST = 2e-9  # an upper bound of the seconds per operand and row; typical is a tenth


@dataclass
class Steps:
    """The input of consecutive steps.

    Args:
        index: the rows of all steps, in their order.
        starts, counts: the offset in `index` of the rows of each step, and their number.
        weights: one for each of the rows in `index`, or one for each step.
        weighted: whether there is a weight for each row.
        rates: the learning rate of each step.
        keeps: for each step the row of `kept` for its parameters; -1 for none.
    """

    index: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    weights: Array
    weighted: bool
    rates: Array
    keeps: NDArray[np.int64]


@dataclass
class Results:
    """The results of steps.

    Args:
        done: the number of completed steps: fewer than requested if a gradient, or the new number
            of a parameter, was not finite.
        losses: before each step, the weighted loss; others: the sums of the tape's other outputs.
        parameters: after the last step; kept: a row after each step that keeps them.
        gradient: the last one.
        seconds: their duration.
    """

    done: int
    losses: Array
    others: Array
    parameters: Array
    kept: Array
    gradient: Array
    seconds: float


class Descent:
    """Steps of an optimizer on the loss of a tape.

    Args:
        tape: of the loss of one row, and of other outputs to sum.
        wanted: the number of updated parameters, which come first on the tape.
        rule, states: the optimizer's rule, from `rule_tape`; the number of its state numbers per
            parameter.
    """

    def __init__(self, tape: Tape, wanted: int, rule: Tape, states: int) -> None:
        refuse_custom_ones(tape)
        self.code = compiled(SumsCode, tape, *Wanted(tuple(tape.parameter_slots[:wanted])))
        self.wanted, self.row_seconds = wanted, row_seconds(tape)
        self.library = compiled(steps_library, rule, (states, self.code.others))
        self.entry = self.library.function("steps", ENTRY, result="i64")
        self.all_sums = ctypes.cast(self.code.all_sums, ctypes.c_void_p).value or 0

    def losses(self, rows: Array, parameters: Sequence[float]) -> list[float]:
        """The loss of each row, computed by the code of the steps.

        A result that is not finite must be recomputed by another backend.
        """
        found = []
        with self.code.buffers(parameters) as buffers:
            for i in range(len(rows)):
                buffers.show(rows[i : i + 1], 1.0)
                self.code.all_sums(buffers.arguments_at)
                found.append(float(buffers.sums[0]))
        return found

    def run(
        self,
        rows: Array,
        steps: Steps,
        parameters: Sequence[float],
        states: Array,
        before: int,
        settings: Sequence[float] = (),
    ) -> Results:
        """Run the given steps.

        Args:
            rows: the table, row after row in memory.
            parameters: all of the tape; the first ones are updated.
            states: of shape (states, updated parameters), modified in place.
            before: the number of steps that the optimizer has done before.
            settings: the numbers that the rule takes after the learning rate.
        """
        count, code, wanted = len(steps.starts), self.code, self.wanted
        found = np.empty((count, 1 + code.others))
        kept = np.empty((1 + steps.keeps.max(), wanted))
        done, failed, total = 0, False, 0.0
        pace = Pace(self.row_seconds * steps.counts.max())
        numbers = np.array(settings, dtype=np.float64)
        with code.buffers(parameters) as buffers:
            call = changed(buffers.arguments, x=address(rows), weight_step=int(steps.weighted))
            if np.ptp(steps.starts) == np.ptp(steps.counts) == 0:
                # Every step has the same rows: they are transposed once.
                call.apart = code.sizes.columns
                room = aligned(call.apart * code.sizes.spans(steps.counts[0]))
                call.columns = address(room)
            arguments = StepArguments(
                all_sums=self.all_sums,
                call=ctypes.addressof(call),
                index=address(steps.index),
                weights=address(steps.weights),
                settings=address(numbers),
                count=wanted,
                states=address(states),
                kept=address(kept),
            )
            each = {"starts": steps.starts, "counts": steps.counts, "rates": steps.rates}
            each |= {"keeps": steps.keeps, "found": found}
            if not steps.weighted:
                each["weights"] = steps.weights
            while done < count and not failed:
                size = pace.next(count - done)
                places = {name: address(array[done:]) for name, array in each.items()}
                now = changed(arguments, before=before + done, steps=size, **places)
                earlier = buffers.uniform[:wanted].copy(), states.copy()
                began = time.perf_counter()
                finished = self.entry(ctypes.addressof(now))
                gradient = buffers.sums[1 + code.others :][:wanted].copy()
                failed = finished < size
                if failed:  # repeat the steps before it: the last one may have updated parameters
                    buffers.uniform[:wanted], states[:] = earlier
                    if finished:
                        now.steps = finished
                        self.entry(ctypes.addressof(now))
                done += finished
                pace.took(time.perf_counter() - began)
                total += pace.seconds
            moved = buffers.uniform[:wanted].copy()
        last = done + failed  # the loss of a step that failed was computed too
        return Results(done, found[:last, 0], found[:last, 1:], moved, kept, gradient, total)


def row_seconds(tape: Tape) -> float:
    """An upper bound of the time for one row with its derivatives."""
    return SLOWEST * operands_of(tape)


def operands_of(tape: Tape) -> int:
    """The number of operands of all instructions, of those of a loop in every step."""
    count = 0
    for instruction in tape.instructions:
        count += len(instruction.operands)
        if instruction.name == "loop":
            count += instruction.held.length * operands_of(instruction.held.body)
    return count


def steps_library(rule: Tape, numbers: Sequence[int]) -> llvm_jit.Library:
    """The code of `steps` for a rule with this number of states and other sums."""
    states, others = numbers
    module = llvm_jit.new_module()
    write_update(module, rule, states)
    write_is_finite(module)
    write_steps(module, others)
    return llvm_jit.library_of(module.text())


def rule_tape(rule: Rule, states: int, settings: int = 0) -> Tape:
    """The tape of a parameter's update from its number, gradient, state; step, rate, settings."""
    uniform = [Value(1.0, "step"), Value(0.1, "rate")]
    uniform += [Value(0.5, f"setting{i}") for i in range(settings)]

    def update(parameter: Value, gradient: Value, *state: Value) -> list[Value]:
        moved, kept = rule(parameter, gradient, state, *uniform)
        if len(kept) != states:
            raise ValueError(
                f"expected {states} state numbers from the update rule, got {len(kept)}"
            )
        return [lift(x, "an update rule") for x in (moved, *kept)]

    names = ["parameter", "gradient", *[f"state{i}" for i in range(states)]]
    tape, leaves = trace(update, names, uniform)
    if more := leaves[len(uniform) :]:
        raise ValueError(f"an update rule may use only the Values passed to it, got also {more}")
    return tape


def write_update(module: Module, tape: Tape, states: int) -> None:
    """update(parameters, gradient, states, count, settings, step, rate): the rule for each
    parameter.
    """
    computation = of_values(tape)
    given = "ptr %parameters, ptr %gradient, ptr %states, i64 %count, ptr %settings"
    f = Function(module, "update", f"{given}, double %step, double %rate", 1)
    step, rate, *settings = computation.parameters
    once = {step: "%step", rate: "%rate"}
    once |= {slot: f.load(f.at("%settings", i)) for i, slot in enumerate(settings)}
    compute(f, computation, once, varying=False)
    f.for_each("%count", lambda i: update_at(f, computation, once, i, states))
    f.end()


def write_is_finite(module: Module) -> None:
    """is_finite(gradient, count): whether all numbers are: x - x is NaN where x is not finite."""
    f = Function(module, "is_finite", "ptr %gradient, i64 %count", 1, result="i1")
    found = f.set("alloca i1")
    f.do(f"store i1 true, ptr {found}")

    def check(i: str) -> None:
        slope = f.load(f.at("%gradient", i))
        wrong = f.any(f.compare("uno", f.sub(slope, slope), f.constant(0.0)))
        with f.when(wrong):
            f.do(f"store i1 false, ptr {found}")

    f.for_each("%count", check)
    f.end(f.set(f"load i1, ptr {found}"))


def compute(f: Function, computation: Computation, values: dict[int, str], varying: bool) -> None:
    """Add the values of the instructions that vary with the parameter, or of the others."""
    for slot, instruction in computation.instructions.items():
        if (slot in computation.varying) is varying:
            operands = [operand(f, computation, values, x) for x in instruction.operands]
            values[slot] = lower(f, instruction.name, operands)


def operand(f: Function, computation: Computation, values: dict[int, str], slot: int) -> str:
    if slot in computation.constants:
        return f.constant(computation.constants[slot])
    return values[slot]


def update_at(
    f: Function, computation: Computation, once: dict[int, str], i: str, states: int
) -> None:
    """The rule for consecutive parameters from the i-th on, one in each lane."""
    places = [f.at("%parameters", i), f.at("%gradient", i)]
    for state in range(states):
        row = f.set(f"mul nsw i64 %count, {state}")
        places.append(f.at("%states", f.plus(row, i)))
    values = {slot: spread(f, computation, slot, value) for slot, value in once.items()}
    for slot, place in zip(computation.columns, places, strict=True):
        values[slot] = f.load(place)
    compute(f, computation, values, varying=True)
    for slot, place in zip(computation.outputs, [places[0], *places[2:]], strict=True):
        f.store(operand(f, computation, values, slot), place)


def spread(f: Function, computation: Computation, slot: int, value: str) -> str:
    """Broadcast a uniform number, or a condition through a number, to all lanes."""
    instruction = computation.instructions.get(slot)
    if instruction is None or instruction.kind == "number":
        return f.splat(value)
    with f.width(1):
        number = f.select(value, f.constant(1.0), f.constant(0.0))
    return f.compare("une", f.splat(number), f.constant(0.0))


def is_new(f: Function, last: str, start: str, rows: str) -> str:
    """Whether a step has other rows than the previous one."""
    changed = []
    for place, number in enumerate((start, rows)):
        pointer = f.at(last, place)
        before = f.set(f"load i64, ptr {pointer}")
        changed.append(f.set(f"icmp ne i64 {before}, {number}"))
        f.do(f"store i64 {number}, ptr {pointer}")
    return f.set(f"or i1 {changed[0]}, {changed[1]}")


def write_steps(module: Module, others: int) -> None:
    """steps(...): up to `steps` steps; returns the number completed."""
    f = Function(module, "steps", ENTRY, 1, exported=True, result="i64")
    load_fields(f, StepArguments, "%arguments")
    load_fields(f, Arguments, "%call", "uniform", "weight_step", "sums")
    gradient = f.at("%sums", 1 + others)
    last = f.set("alloca [2 x i64]")  # start and count of the previous step's rows
    f.do(f"store [2 x i64] [i64 -1, i64 -1], ptr {last}")
    one_for_all = f.set("icmp eq i64 %weight_step, 0")
    with f.loop("%steps") as (i, _):
        start, rows = [
            f.set(f"load i64, ptr {f.at(pointer, i)}") for pointer in ("%starts", "%counts")
        ]
        weight = f.set(f"select i1 {one_for_all}, i64 {i}, i64 {start}")
        store_fields(
            f,
            Arguments,
            "%call",
            index=f.at("%index", start),
            weights=f.at("%weights", weight),
            rows=rows,
            new=f.set(f"zext i1 {is_new(f, last, start, rows)} to i64"),
        )
        f.do("call void %all_sums(ptr %call)")
        for place in range(1 + others):
            target = f.at("%found", f.plus(f.times(i, 1 + others), place))
            f.store(f.load(f.at("%sums", place)), target)
        finite = f.call("is_finite", gradient, "%count")
        f.return_unless(finite, i)
        done = f.set(f"sitofp i64 {f.plus(f.plus('%before', i), 1)} to double")
        rate = f.load(f.at("%rates", i))
        f.call("update", "%uniform", gradient, "%states", "%count", "%settings", done, rate)
        finite = f.call("is_finite", "%uniform", "%count")
        f.return_unless(finite, i)
        keep = f.set(f"load i64, ptr {f.at('%keeps', i)}")
        with f.when(f.set(f"icmp sge i64 {keep}, 0")):
            row = f.at("%kept", f.set(f"mul nsw i64 {keep}, %count"))
            f.for_each("%count", lambda k: f.store(f.load(f.at("%uniform", k)), f.at(row, k)))
    f.end("%steps")
