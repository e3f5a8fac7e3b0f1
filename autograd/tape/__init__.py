"""The tape: a graph as a flat list of instructions, with differentiation, passes and printers."""

from .instructions import Instruction, Tape
from .printers.recurrences import latex_equations, text_equations
from .printers.text import TEXT
from .trace import record_tape, trace

__all__ = [
    "TEXT",
    "Instruction",
    "Tape",
    "latex_equations",
    "record_tape",
    "text_equations",
    "trace",
]
