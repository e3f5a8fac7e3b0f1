"""The colours of the pictures, by their meaning: for light mode, and their twins for dark mode.

A colour names a quantity and is never the only carrier of it: words, dashes, widths and outlines
carry it too. Text on `paper` and `panel` has a contrast of at least 4.5:1 in both.
"""

from __future__ import annotations

LIGHT = {
    "paper": "#ffffff",
    "panel": "#f6f7f9",
    "ink": "#1a1f26",
    "muted": "#59626e",
    "rest": "#a9b1bc",
    "line": "#d5dae1",
    "data": "#1b5fbf",
    "data tint": "#e3edfb",
    "grad": "#b8430a",
    "grad tint": "#fdeadd",
    "positive": "#0b7a6b",
    "negative": "#8e2a7d",
    "path": "#e0640f",
    "halo": "#fbd9c0",
    "class 1": "#2b8ba6",
    "class 1 tint": "#b3d5df",
    "class 2": "#b98d14",
    "class 2 tint": "#e6d6aa",
    "class 3": "#7a63b8",
    "class 3 tint": "#cfc7e5",
}
DARK = {
    "paper": "#11151b",
    "panel": "#191f27",
    "ink": "#e8ebef",
    "muted": "#9ca6b3",
    "rest": "#566170",
    "line": "#333c48",
    "data": "#82b4ff",
    "data tint": "#1b2e4a",
    "grad": "#ff9d5c",
    "grad tint": "#40260f",
    "positive": "#4cc9b0",
    "negative": "#e08fd2",
    "path": "#ff8a3d",
    "halo": "#5a3113",
    "class 1": "#4fb3cf",
    "class 1 tint": "#274e5c",
    "class 2": "#d9b23f",
    "class 2 tint": "#594e28",
    "class 3": "#a48fe0",
    "class 3 tint": "#464162",
}
FONTS = (
    "'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','Noto Sans KR','Apple SD Gothic Neo',"
    "'Malgun Gothic','Noto Sans CJK KR',sans-serif"
)


def style(scope: str) -> str:
    """The style sheet of a picture that was drawn in light colours, for elements of class `scope`.

    Every rule begins with the scope, since a notebook puts the picture into its own page. Attribute
    selectors and no variables: renderers other than browsers have none.
    """
    return (
        f".{scope} text{{font-family:{FONTS};font-variant-numeric:tabular-nums}}"
        f".{scope} .negative path{{stroke-dasharray:5 3}}"
        f".{scope} .negative .halo{{stroke-dasharray:none}}"
        f".{scope} .dim{{opacity:.3}}"
        f"{dark(scope)}"
    )


def dark(scope: str, *, inline: bool = False) -> str:
    """The rules that give each light colour its twin in the dark.

    inline: the colours stand in `style` attributes, as Matplotlib writes them, not in their own.
    """
    selector, priority = ('[style*="{}: {}"]', "!important") if inline else ('[{}="{}"]', "")
    twins = "".join(
        f".{scope} {selector.format(paint, light)}{{{paint}:{DARK[role]}{priority}}}"
        for role, light in LIGHT.items()
        for paint in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme:dark){{{twins}}}"
