"""The native backend: machine code for a recorded graph."""

from ..pace import Pace
from .backend import NativeBackend
from .compile_time import TooLargeError
from .point import NativePoint
from .training_steps import Descent, Results, Steps, row_seconds, rule_tape

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
