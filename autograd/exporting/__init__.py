"""Programs as files in other languages, which need neither this package nor Python."""

from .export import FORMATS, export, write_subject
from .subject import Part, Subject, subject_of

__all__ = ["FORMATS", "Part", "Subject", "export", "subject_of", "write_subject"]
