"""Training: the loop over epochs, its engines, and its history."""

from .history import History
from .loop import train

__all__ = ["History", "train"]
