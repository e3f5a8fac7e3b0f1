"""Machine code of a tape at one point: all its numbers are uniform."""

from __future__ import annotations

from dataclasses import replace

from ...tape.instructions import Tape
from ..pace import LONGEST
from . import llvm_jit
from .compile_time import check_duration
from .computation import of_values
from .kernels import block_rows
from .layout import Layout
from .llvm_ir import Function
from .recurrence_code import write_recurrence
from .schedule import Schedule, cost_of
from .sharing import call_all
from .uniform import ADDRESS, write_uniform
from .uniform_copies import copy, copy_constants
from .units import Units

LONGEST_WITHOUT = 40_000  # machine instructions as straight-line code; beyond that loops are used


class PointCode:
    """The outputs of a tape at one point.

    All numbers are uniform: first those of the inputs and parameters, then the results.

    Attributes:
        results, count: the index of the first result, and their number.
        size: the number of all numbers.
        cost: an estimate of the number of machine instructions.
        constants: results that are constants, by their indices.
        compute: the machine code, a function of the address of the numbers.
    """

    def __init__(self, tape: Tape, longest: float = LONGEST) -> None:
        given = (*tape.inputs, *tape.parameters)
        computation = of_values(replace(tape, inputs=(), parameters=given))
        self.cost = cost_of(computation, [*computation.instructions])
        module = llvm_jit.new_module()
        layout = Layout(
            block_rows(module), {slot: i for i, slot in enumerate(computation.parameters)}
        )
        self.results = layout.uniform_size
        layout.uniform_size += len(computation.outputs)
        for place, slot in enumerate(computation.outputs, start=self.results):
            instruction = computation.instructions.get(slot)
            if instruction is not None and instruction.name != "element":
                layout.uniform_places.setdefault(slot, place)
        layout.add_rooms(computation)
        units = Units(module, computation, layout, Schedule([], [], []), write_recurrence)
        self.count = len(computation.outputs)
        self.constants = self.write(units)
        text = module.text()
        check_duration(text, longest)
        self.library, self.size = llvm_jit.Library(text), layout.uniform_size
        self.compute = self.library.function("point", ADDRESS)

    def write(self, units: Units) -> dict[int, float]:
        """Write the entry point `point`; returns the constant results by their indices."""
        computation, layout, module = units.computation, units.layout, units.module
        main = Function(module, "point", ADDRESS, 1, exported=True)
        functions = write_uniform(units, [*computation.instructions], self.cost > LONGEST_WITHOUT)
        copy_constants(main, units)
        call_all(main, functions, "%uniform")
        constants, copies = {}, []
        for place, slot in enumerate(computation.outputs, start=self.results):
            if slot in computation.constants:
                constants[place] = computation.constants[slot]
            elif layout.uniform_place(slot) != place:  # an input, or a repeated result
                copies.append((layout.uniform_place(slot), place))
        if copies:
            copy(main, "%uniform", *zip(*copies, strict=True))
        main.end()
        return constants
