"""Programs: tapes that run over batches of rows, on one of several backends."""

from .backends import fastest_backend
from .one_point import PointProgram, jit
from .program import Program, compile

__all__ = ["PointProgram", "Program", "compile", "fastest_backend", "jit"]
