"""A training run as one figure."""

from .picture import TrainingFigure, draw_training

__all__ = ["TrainingFigure", "draw_training"]
