"""A scalar autograd engine: every number is a Value with a record of what it was computed from.

>>> from autograd import Value
>>> x, w = Value(0.5, label="x"), Value(-1.2, label="w")
>>> y = (x * w).tanh() + x.exp()
>>> y.backward()
>>> round(x.grad, 4), round(w.grad, 4)
(0.7948, 0.3558)
"""

from typing import TYPE_CHECKING

from . import _identity as _identity
from . import functions
from .checking import check_gradients
from .custom import operation
from .functions import *
from .gradients import adjoints, gradients
from .lazy import lazily
from .modes import anomaly, enable_grad, no_grad
from .transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .value import Value

if TYPE_CHECKING:
    from .chains import paths
    from .derivation import derive
    from .distributed import partitioned
    from .drawing import draw
    from .drawing.page import Stop, explore
    from .exporting import export
    from .graph_files import load, save
    from .program import compile, jit
    from .scanning import scan
    from .solving import fixed_point, root

__version__ = "0.1.0"

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Stop": ".drawing.page",
        "compile": ".program",
        "derive": ".derivation",
        "draw": ".drawing",
        "explore": ".drawing.page",
        "export": ".exporting",
        "fixed_point": ".solving",
        "jit": ".program",
        "load": ".graph_files",
        "partitioned": ".distributed",
        "paths": ".chains",
        "root": ".solving",
        "save": ".graph_files",
        "scan": ".scanning",
    },
)

__all__ = [
    "Stop",
    "Value",
    "adjoints",
    "anomaly",
    "check_gradients",
    "compile",
    "derive",
    "draw",
    "enable_grad",
    "explore",
    "export",
    "fixed_point",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jit",
    "jvp",
    "load",
    "no_grad",
    "operation",
    "partitioned",
    "paths",
    "root",
    "save",
    "scan",
    "value_and_grad",
    "vjp",
]
__all__ += functions.__all__
