"""A scalar autograd engine: every number is a Value that knows what it was computed from.

>>> from autograd import Value
>>> x, w = Value(0.5, label="x"), Value(-1.2, label="w")
>>> y = (x * w).tanh() + x.exp()
>>> y.backward()
>>> round(x.grad, 4), round(w.grad, 4)
(0.7948, 0.3558)
"""

from . import functions
from .checking import check_gradients
from .functions import *
from .gradients import adjoints, grad, gradients, value_and_grad
from .value import Value

__all__ = ["Value", "adjoints", "check_gradients", "grad", "gradients", "value_and_grad"]
__all__ += functions.__all__
