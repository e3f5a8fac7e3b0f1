"""Parallel trainings on this machine or on a cluster: grid_search, train_many."""

from .grid import grid_search
from .seeds import Seeds, train_many

__all__ = ["Seeds", "grid_search", "train_many"]
