"""What the rows of a model are: their columns and scales, its classes or its target."""

from .columns import Column, Scale
from .dialect import Dialect
from .schema import Schema, schema_of

__all__ = ["Column", "Dialect", "Scale", "Schema", "schema_of"]
