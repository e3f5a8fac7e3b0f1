"""Pictures of computation graphs, and what other pictures are made of: colours, labels, files."""

from .display import Picture
from .files import refuse_unwritable
from .groups import closed
from .labels import clean, short
from .palette import DARK, FONTS, LIGHT, style
from .picture import Drawing, draw
from .summary_dot import digits

__all__ = [
    "DARK",
    "FONTS",
    "LIGHT",
    "Drawing",
    "Picture",
    "clean",
    "closed",
    "digits",
    "draw",
    "refuse_unwritable",
    "short",
    "style",
]
