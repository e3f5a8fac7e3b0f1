"""Rows of any kind as numbers: read, their cells and labels parsed, encoded and scaled."""
