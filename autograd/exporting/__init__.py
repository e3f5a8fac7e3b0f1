"""Export of programs to other languages; the files need neither this package nor Python."""

from .formats import FORMATS, checked, export, write_subject
from .subject import DERIVATIVES, Part, Subject, subject_of

__all__ = [
    "DERIVATIVES",
    "FORMATS",
    "Part",
    "Subject",
    "checked",
    "export",
    "subject_of",
    "write_subject",
]
