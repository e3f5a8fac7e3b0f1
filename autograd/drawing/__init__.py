"""Pictures of computation graphs, and shared parts of other pictures: colors, labels."""

from .display import Picture
from .groups import closed
from .labels import clean, short
from .languages import ENGLISH, Words, words_of
from .network import Column, Connection, Network, Unit
from .palette import DARK, FONTS, LIGHT, dark, style
from .picture import Drawing, draw
from .summary_dot import digits
from .svg import capitalized, document, prefix_of

__all__ = [
    "DARK",
    "ENGLISH",
    "FONTS",
    "LIGHT",
    "Column",
    "Connection",
    "Drawing",
    "Network",
    "Picture",
    "Unit",
    "Words",
    "capitalized",
    "clean",
    "closed",
    "dark",
    "digits",
    "document",
    "draw",
    "prefix_of",
    "short",
    "style",
    "words_of",
]
