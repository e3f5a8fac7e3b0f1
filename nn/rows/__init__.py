"""Rows of any kind as numbers: reading, parsing, encoding, scaling."""
