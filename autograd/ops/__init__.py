"""The operation table: one entry for each operation, by subject (op.py defines an entry)."""

from .activations import *
from .arithmetic import *
from .exponentials import *
from .many import *
from .normal import *
from .op import *
from .powers import *
from .table import *
from .trigonometric import *
