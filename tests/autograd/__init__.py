"""Tests of the engine; a file here mirrors a file of `autograd`."""
