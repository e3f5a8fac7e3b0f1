"""Registering: every entry of the subject files goes into TABLE, by its name."""

from __future__ import annotations

from . import activations, arithmetic, exponentials, many, normal, op, powers, trigonometric
from .op import TABLE, Op

SUBJECTS = (op, arithmetic, exponentials, activations, normal, many, powers, trigonometric)

for subject in SUBJECTS:
    TABLE.update({entry.name: entry for entry in vars(subject).values() if isinstance(entry, Op)})
