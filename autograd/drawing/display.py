"""The base of all pictures: showing and saving."""

from __future__ import annotations

import base64
import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from pathlib import Path

from ..arguments import real
from ..cached import cached_property
from ..files import path_of, write


class Picture(ABC):
    """A picture as SVG, which shows itself in a notebook and can be saved.

    Attributes:
        svg: the picture, made on first use. It follows the reader's choice of light or dark.
    """

    def __init__(self, title: str) -> None:
        self._title = title

    @cached_property
    def svg(self) -> str:
        return self._make_svg()

    @abstractmethod
    def _make_svg(self) -> str: ...

    def _forms(self) -> dict[str, Callable[[], str | bytes]]:
        """The file formats: the content by the suffix of the name."""
        return {
            ".svg": lambda: self.svg,
            ".png": lambda: self.png(scale=2.0),
            ".pdf": self._make_pdf,
        }

    def _make_pdf(self) -> bytes:
        from .conversion import pdf

        return pdf(self.svg, self._title)

    def png(self, scale: float = 1.0) -> bytes:
        """The picture in light colors as PNG.

        Args:
            scale: pixels of the image per pixel of the picture, positive.

        Raises:
            ImportError: if the package resvg-py is missing.
        """
        from .conversion import png

        if not real(scale, "png") > 0.0:
            raise ValueError(f"png: expected a positive scale, got {scale!r}")
        return png(self.svg, scale)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture atomically, in the format of the suffix, and return the path.

        Args:
            path: the file, such as "picture.svg".

        Raises:
            ValueError: if the suffix is not a format of the picture.
            RuntimeError or ImportError: if the program or package for that format is missing, with
                what to install.
        """
        path = path_of(path, "save", 'save("picture.svg")')
        forms = self._forms()
        content = forms.get(path.suffix.lower())
        if content is None:
            *first, last = forms
            accepted = f"{', '.join(first)} or {last}"
            raise ValueError(f"save: expected a name that ends in {accepted}, got {path.name!r}")
        write(path, content())
        return path

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """The representations for Jupyter, which chooses among them.

        A notebook that is not trusted shows the PNG and no SVG.
        """
        shown = {"image/svg+xml": self.svg, "text/plain": repr(self)}
        with contextlib.suppress(ImportError):  # without the extra, in trusted notebooks only SVG
            shown["image/png"] = base64.b64encode(self.png()).decode()
        return shown

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._title}>"
