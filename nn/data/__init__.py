"""Data: rows with labels, from files or arrays, split, and matched with a model."""

from .data import Data
from .sources import load_csv, load_iris

__all__ = ["Data", "load_csv", "load_iris"]
