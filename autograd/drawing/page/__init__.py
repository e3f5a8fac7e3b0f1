"""The interactive page of a graph, in one HTML file: stepping, changing leaves, explanations."""

from .course import Course
from .exploring import Page, explore
from .lessons import Stop

__all__ = ["Course", "Page", "Stop", "explore"]
