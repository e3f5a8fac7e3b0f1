"""Training: the loop over epochs, the engines that it runs on, and the history that it gives."""

from .history import History
from .loop import train

__all__ = ["History", "train"]
