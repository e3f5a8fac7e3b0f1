"""Pictures of networks and of their training."""

from .diagram.picture import draw_network
from .figure.picture import draw_training

__all__ = ["draw_network", "draw_training"]
