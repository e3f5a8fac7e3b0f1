"""The tests; a package, so that test files can share what is written once (`tests.autograd.oracle`)."""
