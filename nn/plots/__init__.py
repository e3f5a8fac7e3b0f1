"""Pictures of networks and of their training."""

from .diagram import draw_network
from .figure import draw_training

__all__ = ["draw_network", "draw_training"]
