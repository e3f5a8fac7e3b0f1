"""The schema of a model's rows: columns, scales, and classes or targets."""

from .columns import Column, Scale
from .dialect import Dialect
from .schema import Schema, schema_of

__all__ = ["Column", "Dialect", "Scale", "Schema", "schema_of"]
