"""The lesson that opens the page of a network: the chain rule in it, question by question.

It is written in the terms of any lesson.
"""

from __future__ import annotations

from .content import Content
from .lesson_data import free_play, saturation, wrong_row
from .lesson_experiments import experiments
from .lesson_paths import (
    acting_through,
    local_or_gradient,
    one_path,
    several_paths,
    slope_of_activation,
    the_post,
)
from .lesson_sweeps import adding, from_the_back, linear_guess, softmax_or_sigmoid, sorting
from .lessons import Stop
from .network_guide import Guide


def network_lesson(content: Content) -> list[Stop]:
    """The stops; none where the graph is no network with a hidden layer and names."""
    if content.network is None or not content.exact:
        return []
    guide = Guide(content, content.network)
    if not guide.fits:
        return []
    return [
        *the_post(guide),
        *slope_of_activation(guide),
        *one_path(guide),
        *several_paths(guide),
        *local_or_gradient(guide),
        *acting_through(guide),
        *adding(guide),
        *sorting(guide),
        *from_the_back(guide),
        *linear_guess(guide),
        *softmax_or_sigmoid(guide),
        *saturation(guide),
        *wrong_row(guide),
        *experiments(guide),
        *free_play(guide),
    ]
