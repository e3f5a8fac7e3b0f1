"""Files of models, with their schema and training, in the format safetensors."""

from .models import load, save

__all__ = ["load", "save"]
