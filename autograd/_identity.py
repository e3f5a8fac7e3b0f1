"""Imported first: raises ImportError if files of another distribution lie in this folder.

The import name `autograd` is also that of an unrelated distribution, which differentiates NumPy.
pip installs one over the other silently, and the result is a mixture of both.
"""

import os

# In every version of the other distribution since 2017, and never in this one.
THEIRS = ("tracer.py", "wrap_util.py", os.path.join("numpy", "numpy_wrapper.py"))


def check(folder: str) -> None:
    """Raise ImportError if the folder of this package holds files of the other distribution."""
    for path in [os.path.join(folder, name) for name in THEIRS]:
        if os.path.exists(path):
            raise ImportError(
                f"autograd: {path} belongs to another distribution that is also imported as "
                "`autograd`; the two can't share an environment. Use a fresh one (python3 -m "
                "venv), or: pip uninstall -y autograd chainrule, then install chainrule again"
            )


check(os.path.dirname(__file__))
