"""The tests; a package, so that files can share what is written once (`tests.autograd.oracle`)."""
