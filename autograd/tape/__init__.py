"""The tape: a graph as a flat list of instructions, with differentiation, passes and printers."""

from .instructions import Instruction, Tape
from .printers.text import TEXT
from .trace import record_tape, trace

__all__ = ["TEXT", "Instruction", "Tape", "record_tape", "trace"]
