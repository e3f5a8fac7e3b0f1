"""Engines: what computes losses and gradients, and moves the parameters."""
