"""How Sphinx builds the book: `python -m tests.papers book` (https://www.sphinx-doc.org)."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the packages as they stand here; the extension

from autograd import __version__  # noqa: E402

project = "chainrule"
author = "chainrule"
version = release = __version__
html_title = f"chainrule {release}"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "extensions",
]
exclude_patterns = ["_build", "extensions", "try"]  # the last is a page of its own

# Notebooks are shown as they are stored; `python -m tests.papers` executes them.
nb_execution_mode = "off"
nb_execution_cache_path = str(HERE / "_build" / "cache")
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]

default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
napoleon_custom_sections = [("References", "notes_style")]
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
add_module_names = False

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["book.css"]
html_js_files = ["search.js"]
html_copy_source = False
html_search_scorer = str(HERE / "scorer.js")
html_show_sourcelink = False
html_show_copyright = False
html_math_renderer = "mathml"
html_theme_options = {"navigation_with_keys": True}
