"""The picture of a network, as textbooks draw it, with the numbers of one row in it."""

from .picture import NetworkPicture, draw_network

__all__ = ["NetworkPicture", "draw_network"]
