"""The tape: a recorded graph as a flat list of instructions, read, differentiated, printed, run."""

from .instructions import Instruction, Tape
from .printers.text import TEXT
from .trace import record_tape, trace

__all__ = ["TEXT", "Instruction", "Tape", "record_tape", "trace"]
