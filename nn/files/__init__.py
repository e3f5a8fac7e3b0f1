"""Files: models with what is known of their rows and their training, as safetensors."""

from .models import load, save

__all__ = ["load", "save"]
