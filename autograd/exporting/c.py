"""A subject as a file in this language."""

from __future__ import annotations

from .subject import Subject


def text(subject: Subject) -> str:
    raise NotImplementedError
