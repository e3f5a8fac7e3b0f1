"""Sines, cosines and what follows from them."""

from __future__ import annotations

from .op import Op, Shape

SIN = Op("sin", Shape.ONE, lambda m, x, y: (m.cos(x),), doc="The sine of x radians.")
COS = Op("cos", Shape.ONE, lambda m, x, y: (-m.sin(x),), doc="The cosine of x radians.")
