"""The dialect of a CSV file: delimiter, decimal sign and encoding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """The dialect of a training's CSV file, if it was given.

    Args:
        delimiter: None if it is detected in the first line.
        decimal, encoding: as of `load_csv`.

    >>> Dialect(decimal=",")
    Dialect(delimiter=None, decimal=',', encoding='utf-8')
    """

    delimiter: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"

    def check(self) -> None:
        """ValueError for a dialect that is invalid for any file."""
        sign = self.delimiter
        if sign is not None and (len(sign) != 1 or sign in '\r\n"'):
            raise ValueError(f"delimiter: expected one sign between cells, got {sign!r:.60}")
        if self.decimal not in (".", ","):
            raise ValueError(f"decimal: expected '.' or ',', got {self.decimal!r:.60}")
        try:
            "a".encode(self.encoding)  # zip is a codec too, but not of texts
        except (LookupError, ValueError):
            raise ValueError(
                "encoding: expected the name of one for texts, such as utf-8, cp1252 or utf-16, "
                f"got {self.encoding!r:.60}"
            ) from None
