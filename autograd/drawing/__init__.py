"""Pictures of computation graphs."""

from .picture import Drawing, draw

__all__ = ["Drawing", "draw"]
