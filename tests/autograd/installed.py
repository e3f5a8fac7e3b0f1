"""The backends that tests compare: all whose packages are installed, the slowest first."""

from importlib.util import find_spec

from autograd.program import backends

BACKENDS = [
    name
    for name, entry in reversed(backends.BACKENDS.items())
    if all(map(find_spec, entry.packages))
]
