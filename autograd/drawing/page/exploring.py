"""explore, and the Page that it returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ...arguments import distinct, function
from ...cached import cached_property
from ...files import path_of, write
from ...gradients import refuse_stale
from ...modes import enable_grad
from ...value import Value

if TYPE_CHECKING:
    from .content import Content
    from .course import Course
    from .lessons import Stop

FRAME = 900  # the height of the page in a notebook, in pixels


class Page:
    """An interactive page of a graph, with its numbers at the time of `explore`, in one HTML file.

    A notebook shows it by itself, also after its export to HTML.

    Attributes:
        html: the whole file. It loads nothing.
    """

    def __init__(self, content: Content, lesson: Iterable[Stop] | None = None) -> None:
        from .lessons import lesson_json
        from .network_lesson import network_lesson

        self._content = content
        self._number = content.json()
        stops = network_lesson(content) if lesson is None else lesson
        self._number["lesson"] = lesson_json(content, self._number, stops)

    @cached_property
    def html(self) -> str:
        from .assembly import assembled
        from .operations import printed

        return assembled(self._title, self._number, printed(self._content.kinds))

    @cached_property
    def _title(self) -> str:
        return ", ".join([self._content.names[i] for i in self._number["roots"][:4]])

    def __getstate__(self) -> dict[str, str]:
        """The state of a pickle or a copy: the file and its title, without the graph."""
        return {"html": self.html, "_title": self._title}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page atomically, and return its path.

        Args:
            path: the file, which ends in .html.

        Raises:
            ValueError: if the suffix is another one.
        """
        path = path_of(path, "save", 'save("page.html")')
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"save: expected a name that ends in .html, got {path.name!r}")
        write(path, self.html)
        return path

    def _repr_html_(self) -> str:
        import html

        return (
            f'<iframe srcdoc="{html.escape(self.html)}" sandbox="allow-scripts" '
            f'title="{html.escape(repr(self))}" width="100%" height="{FRAME}" frameborder="0">'
            "</iframe>"
        )

    def __repr__(self) -> str:
        return f"<Page: {self._title}>"


class Explorable(Protocol):
    """An object that defines its own page, as a History of `nn` does."""

    def _explore_(self, rows: Any) -> tuple[Any, Any, Course]:
        """Return a model, rows, and the course of its training."""


@enable_grad()
def explore(
    subject: Value | Iterable[Value] | Callable[[Sequence[Value]], Any] | Explorable,
    rows: Any = None,
    lesson: Iterable[Stop] | None = None,
) -> Page:
    """An interactive page: step through the sweep, follow paths, change leaves, compare.

    The page computes with the rules of the engine, printed as JavaScript; `.grad` is not changed.
    For a graph with a user-defined operation the page shows the recorded numbers and can't
    recompute them.

    A lesson is a sequence of stops, each a question with its answer, which the page computes, and
    states of the page before and after it; every stop has a link, such as `page.html#lesson=2`::

        explore(y, lesson=[
            Stop("What is ∂y/∂w at w = {data w}?", answer="grad w", after="view=paths&node=w",
                 why="Two paths: {path w 1 + path w 2 =}."),
            Stop("Does y grow with w?", answer="no", choices=["yes", "no"]),
        ])

    Args:
        subject: a Value, or several, whose graph the page shows; or a model (any function of one
            row of Values that returns one or several), together with rows; or the History that
            `nn.train` returned, for the training from epoch to epoch.
        rows: for a model, the rows to choose from: a Data of `nn`, or a sequence of rows of
            numbers. If they have classes as labels, the softmax shares and the loss are shown too.
            For a History, the rows of training and validation if None.
        lesson: the stops of a guided lesson, in their order; [] for none. If None, a network has
            one about the chain rule in it.

    Raises:
        TypeError: for a subject of another kind.
        ValueError: if a leaf was changed after the graph was computed, or a stop names a node or a
            state that the page does not have.

    >>> x = Value(3.0, label="x")
    >>> explore(x * x)
    <Page: v1>
    """
    from .content import Content
    from .subjects import of_model

    if hasattr(subject, "_explore_"):
        return Page(of_model(*subject._explore_(rows)), lesson)
    if callable(subject) and not isinstance(subject, Value):
        function(subject, "explore")
        if rows is None:
            raise TypeError(
                "explore: expected rows with a model, as in explore(model, rows=iris.test); for "
                "another function pass the graph that it makes, as in explore(f(x))"
            )
        return Page(of_model(subject, rows), lesson)
    if rows is not None:
        raise TypeError(
            "explore: expected rows only together with a model, as in "
            f"explore(model, rows=iris.test); got rows and {type(subject).__name__}"
        )
    content = Content(distinct(subject, "explore"))
    try:
        refuse_stale(content.nodes)
    except ValueError as error:
        raise ValueError(str(error).replace("gradients:", "explore:", 1)) from None
    return Page(content, lesson)
