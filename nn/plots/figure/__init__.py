"""A training run as one figure."""
