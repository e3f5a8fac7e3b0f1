"""The interactive page: a graph in one HTML file that steps, turns and explains it."""

from .course import Course
from .exploring import Page, explore
from .lessons import Stop

__all__ = ["Course", "Page", "Stop", "explore"]
