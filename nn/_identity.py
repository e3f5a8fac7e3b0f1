"""Imported first: raises ImportError if `autograd` is the package of another distribution."""

from types import ModuleType

import autograd


def check(package: ModuleType) -> None:
    """Raise ImportError, with the file found, unless the package is that of this project."""
    if not hasattr(package, "Value"):
        raise ImportError(
            f"nn: expected chainrule's own package `autograd`, got {package.__file__}, which has "
            "no Value: another distribution is imported by the same name, and the two can't share "
            "an environment. Use a fresh one (python3 -m venv), or: pip uninstall -y autograd "
            "chainrule, then install chainrule again"
        )


check(autograd)
__version__ = autograd.__version__
