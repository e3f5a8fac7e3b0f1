"""Programs: tapes that run over batches of rows, on one of several backends."""

from .backends import fastest_backend
from .program import Program, compile

__all__ = ["Program", "compile", "fastest_backend"]
