"""The native backend: machine code for a recorded graph."""

from ..pace import Pace
from .backend import NativeBackend
from .descent import Descent, Results, Steps, row_seconds, rule_tape
from .duration import TooLargeError
from .point import NativePoint

__all__ = [
    "Descent",
    "NativeBackend",
    "NativePoint",
    "Pace",
    "Results",
    "Steps",
    "TooLargeError",
    "row_seconds",
    "rule_tape",
]
