"""The native backend: machine code for the graph that was drawn."""

from .backend import NativeBackend
from .grouping import TooLargeError

__all__ = ["NativeBackend", "TooLargeError"]
