"""Registration: the entries of the subject files are added to TABLE and to the arithmetics, by
name.
"""

from __future__ import annotations

from types import MethodType

from . import activations, arithmetic, exponentials, many, normal, op, powers, trigonometric
from .op import FLOATS, IEEE, TABLE, Op

SUBJECTS = (op, arithmetic, exponentials, activations, normal, many, powers, trigonometric)

for subject in SUBJECTS:
    TABLE.update({entry.name: entry for entry in vars(subject).values() if isinstance(entry, Op)})

for numbers in (FLOATS, IEEE):
    vars(numbers).update(
        {name: MethodType(entry.value, numbers) for name, entry in TABLE.items() if entry.value}
    )
