"""The colors of the pictures by meaning, for light mode and for dark mode.

A color names a quantity and is never the only carrier of it: words, dashes, widths and outlines
carry it too. Text on `paper` and `panel` has a contrast of at least 4.5:1 in both.
"""

from __future__ import annotations

COLORS = {  # in light, in the dark
    "paper": ("#ffffff", "#11151b"),
    "panel": ("#f6f7f9", "#191f27"),
    "ink": ("#1a1f26", "#e8ebef"),
    "muted": ("#59626e", "#9ca6b3"),
    "rest": ("#a9b1bc", "#566170"),
    "line": ("#d5dae1", "#333c48"),
    "data": ("#1b5fbf", "#82b4ff"),
    "data tint": ("#e3edfb", "#1b2e4a"),
    "grad": ("#b8430a", "#ff9d5c"),
    "grad tint": ("#fdeadd", "#40260f"),
    "local": ("#7030d8", "#b07efc"),
    "positive": ("#0b7a6b", "#4cc9b0"),
    "negative": ("#8e2a7d", "#e08fd2"),
    "path": ("#e0640f", "#ff8a3d"),
    "halo": ("#fbd9c0", "#5a3113"),
    "class 1": ("#2b8ba6", "#4fb3cf"),
    "class 1 tint": ("#b3d5df", "#274e5c"),
    "class 2": ("#b98d14", "#d9b23f"),
    "class 2 tint": ("#e6d6aa", "#594e28"),
    "class 3": ("#7a63b8", "#a48fe0"),
    "class 3 tint": ("#cfc7e5", "#464162"),
}
LIGHT = {role: light for role, (light, _) in COLORS.items()}
DARK = {role: dark for role, (_, dark) in COLORS.items()}
FONTS = (
    "'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','Noto Sans KR','Apple SD Gothic Neo',"
    "'Malgun Gothic','Noto Sans CJK KR',sans-serif"
)


def style(scope: str) -> str:
    """The style sheet of a picture that was drawn in light colors, for elements of class `scope`.

    Every rule begins with the scope, since a notebook embeds the picture in its own page. It uses
    attribute selectors and no variables, which only browsers support.
    """
    return (
        f".{scope} text{{font-family:{FONTS};font-variant-numeric:tabular-nums}}"
        f".{scope} .negative path{{stroke-dasharray:5 3}}"
        f".{scope} .negative .halo{{stroke-dasharray:none}}"
        f".{scope} .dim{{opacity:.3}}"
        f"{dark(scope)}"
    )


def dark(scope: str, *, inline: bool = False) -> str:
    """The rules that replace each light color by its dark one.

    Args:
        inline: the colors stand in `style` attributes, as Matplotlib writes them, not in their own.
    """
    selector, priority = ('[style*="{}: {}"]', "!important") if inline else ('[{}="{}"]', "")
    twins = "".join(
        f".{scope} {selector.format(paint, light)}{{{paint}:{DARK[role]}{priority}}}"
        for role, light in LIGHT.items()
        for paint in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme:dark){{{twins}}}"
