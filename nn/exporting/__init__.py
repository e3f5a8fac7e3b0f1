"""Models as files in other languages."""

from .model import export

__all__ = ["export"]
