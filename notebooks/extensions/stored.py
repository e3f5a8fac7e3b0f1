"""Notebooks as they are stored: their code has IPython's syntax, their outputs may have rules."""

from __future__ import annotations

from docutils import nodes
from ipython_pygments_lexers import IPython3Lexer
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class RulesBetweenSectionsOnly(SphinxTransform):
    """Remove horizontal rules inside of outputs, where docutils has none."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        for rule in list(self.document.findall(nodes.transition)):
            if not isinstance(rule.parent, (nodes.document, nodes.section)):
                rule.parent.remove(rule)


def setup(app: Sphinx) -> None:
    app.add_lexer("python", IPython3Lexer)
    app.add_transform(RulesBetweenSectionsOnly)
