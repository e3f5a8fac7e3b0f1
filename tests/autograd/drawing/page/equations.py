"""Every equation that a page shows, read from what is shown and recomputed without its script.

A line is all text of an element that is a line on the page, or an attribute that is read out. In
it, what stands before each `=` or `≈` is recomputed from its shown numbers where it has any: `=`
must be right to the last digit of what follows, `≈` must be needed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from autograd import Value
from autograd.ops import TABLE
from autograd.recording import evaluate

# Text and attributes with a sign, each with where it stands; what is raised as ^(...).
COLLECT = r"""() => {
    const LINES = 'p, li, h1, h2, h3, td, th, dt, dd, title, text, figcaption, caption, summary, '
        + 'option, button, output, label, div.sum, span.factors, .tag';
    const raised = node => {
        if (node.nodeType === 3) return node.data;
        const text = [...node.childNodes].map(raised).join('');
        return node.localName === 'sup' ? `^(${text})` : text;
    };
    const found = new Map();
    const add = (place, text) => found.set(place + '\t' + text, [place, text]);
    const PLACES = ['changes', 'would', 'sum', 'alone'];
    const place = one => PLACES.find(name => one.closest('.' + name)) || '';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (!/[=≈]/.test(text.data) || text.parentElement.closest('script, style, .code'))
            continue;
        let line = text.parentElement.closest(LINES);
        if (!line) { add('NO LINE', text.parentElement.outerHTML.slice(0, 200)); continue; }
        const first = line;
        let words = raised(line);
        const goesOn = () => /^\s*[=≈]/.test(words) && line.matches('.formula > p, p.formula');
        while (goesOn() && line.previousElementSibling) {
            line = line.previousElementSibling;
            words = raised(line) + ' ' + words;
        }
        add(place(first), words);
    }
    for (const one of document.body.querySelectorAll('*')) {
        for (const {name, value} of one.attributes) {
            if (/[=≈]/.test(value) && /^(aria-|title$|alt$)/.test(name)) add('', value);
        }
    }
    const all = selector => [...document.querySelectorAll(selector)];
    if (all('.sum').length) {
        const parts = all('.paths li button > .grad, .rest b').map(part => part.textContent);
        add('SUM', [...parts, ...all('.sum:not(.rest)').map(raised)].join('\t'));
    }
    for (const row of all('.changes tbody tr')) {
        add('TURN', [...row.querySelectorAll('td')].map(cell => cell.textContent).join('\t'));
    }
    for (const note of all('.alone')) {
        const truth = document.querySelector('.equation > .grad').textContent;
        add('ALONE', [truth, note.textContent].join('\t'));
    }
    const numbers = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (texts.currentNode.parentElement.closest('script, style, .wrong-rows, .map')) continue;
        const shown = texts.currentNode.data.match(/\d+\.\d+(e−?\d+)?|\d+e−?\d+/g) || [];
        shown.forEach(one => numbers.add(one));
    }
    return [[...found.values()], [...numbers]];
}"""

# The same at every address, with its own change waited for.
WALK = f"""async fragments => {{
    const collect = {COLLECT};
    const found = new Map();
    const numbers = new Set();
    document.querySelector('#all').open = true;
    for (const fragment of fragments) {{
        await new Promise(done => {{
            if (location.hash === '#' + fragment) return done();
            addEventListener('hashchange', done, {{once: true}});
            location.hash = fragment;
        }});
        const [lines, shown] = collect();
        for (const [place, text] of lines) {{
            if (!found.has(place + text)) found.set(place + text, [place, text, fragment]);
        }}
        shown.forEach(one => numbers.add(one));
    }}
    return [[...found.values()], [...numbers]];
}}"""

NUMBER = r"(?:\d+(?:\.\d+)?(?:e−?\d+)?|∞|NaN)(?!\.?\d|e−?\d|[A-Za-z_])"  # the whole of it
TOKEN = re.compile(rf"\s*({NUMBER}|[^\W\d]\w*|\S)")
EXACT: dict[str, Callable[..., Any]] = {
    "abs": abs, "floor": math.floor, "ceil": math.ceil, "max": max, "min": min,
    "sqrt": math.sqrt, "cbrt": math.cbrt,
    "sign": lambda x: (x > 0) - (x < 0), "tanh": math.tanh, "exp": math.exp,
    "log": lambda x: math.log(x) if x > 0 else -math.inf if x == 0 else math.nan,
    "product": lambda *xs: math.prod(xs),
}  # fmt: skip
PYTHON = {
    "−": "-", "·": "*", "×": "*", "^": "**", "≤": "<=", "=": "==", "√": "sqrt", "∛": "cbrt",
    "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "mod": "%",
}  # fmt: skip


def own_function(name: str) -> Callable[..., float] | None:
    """An operation of the engine, on numbers."""
    if name not in TABLE:
        return None
    return lambda *xs: evaluate(TABLE[name], tuple([Value(float(x)) for x in xs])).data


def number(text: str) -> Fraction | float:
    if text in ("∞", "NaN"):
        return float(text.replace("∞", "inf"))
    return Fraction(text.replace("−", "-"))


def value_of(text: str) -> Any:
    """The number that a formula of numbers gives, exactly where it is arithmetic; None if none."""
    words = TOKEN.findall(text)
    names: dict[str, Any] = {"e": math.e, "number": number}
    code: list[str] = []
    bars = 0
    for word in words:
        if re.fullmatch(NUMBER, word):
            code.append(f"number({word!r})")
        elif word == "|":
            code.append("abs(" if bars % 2 == 0 else ")")
            bars += 1
        elif word in ("if", "else"):
            if word == "else" and code and code[-1] == ",":
                code.pop()
            code.append(word)
        elif word in PYTHON:
            code.append(PYTHON[word])
        elif (
            re.fullmatch(r"[+\-*/(),<]", word) or word == "e" or word in EXACT or own_function(word)
        ):
            code.append(word)
        else:
            return None
    names |= {w: EXACT.get(w) or own_function(w) for w in words if w[0].isalpha() and w != "e"}
    names |= {name: EXACT[name] for name in ("abs", "floor", "ceil", "sqrt", "cbrt")}
    try:
        found = eval(" ".join(code), {"__builtins__": {}}, names)
    except (SyntaxError, TypeError, NameError):
        return None
    except (ZeroDivisionError, ValueError):
        return math.nan
    except OverflowError:
        return math.inf
    return found if type(found) in (int, float, Fraction) else None


def unit(text: str, digits: int) -> Fraction:
    """The unit of the last digit of a number as it is shown; of a whole one with its zeros."""
    mantissa, _, power = text.strip("−+").replace("−", "-").partition("e")
    whole, _, decimals = mantissa.partition(".")
    if not decimals and not power:
        return Fraction(10) ** min(0, len(whole) - digits)
    return Fraction(10) ** (int(power or 0) - len(decimals))


def should_be(left: Any, right: str, digits: int) -> str:
    """The sign between a recomputed number and one that is shown; "" where both would do."""
    shown = number(right.strip("+"))
    if not (math.isfinite(left) and math.isfinite(shown)):
        return "=" if left == shown or (math.isnan(left) and math.isnan(shown)) else "≈"
    if shown == 0:
        return "=" if left == 0 else "≈"
    off = 2 * abs(Fraction(left) - shown) / unit(right, digits)
    if abs(off - 1) < Fraction(1, 10**7):
        return "" if isinstance(left, float) else "≈"
    return "=" if off < 1 else "≈"


def sides(line: str) -> list[tuple[str, str, str]]:
    """What stands before each sign, the sign, and the number after it, or ""."""
    found = []
    for match in re.finditer(r"[=≈]", line):
        if re.search(r"if [^(),]*$", line[: match.start()]):
            continue  # a condition
        after = re.match(rf"\s*([−+]?{NUMBER})(?!\s*[·×/^(+−])", line[match.end() :])
        found.append((line[: match.start()], match[0], after[1] if after else ""))
    return found


def numeric_end(text: str) -> Any:
    """The longest end of a text that is a whole formula of numbers, recomputed; None if none is."""
    starts = [m.start(1) for m in TOKEN.finditer(text)]
    for start in starts:
        if re.search(r"[\wŷ.∂]$|[+−·×/^(,|]\s*$", text[:start]):
            continue
        found = value_of(text[start:])
        if found is not None:
            return found
    return None


def faults(lines: list[list[str]]) -> tuple[list[str], int]:
    """The equations that say what is not so, and how many were recomputed."""
    wrong, count = [], 0

    def check(left: Any, sign: str, right: str, digits: int, where: str) -> None:
        nonlocal count
        count += 1
        want = should_be(left, right, digits)
        if want not in ("", sign):
            wrong.append(f"{where}\n    {left!s:.30} {sign} {right}, expected {want}")

    for place, line, fragment in lines:
        where = f"{fragment} {place}: {line}"
        if place == "NO LINE":
            wrong.append(where)
        elif place == "SUM":
            *parts, whole = line.split("\t")
            sign, right = re.findall(rf"([=≈])\s*([−+]?{NUMBER})", whole)[0]
            check(value_of(" + ".join([f"({part})" for part in parts])), sign, right, 4, where)
        elif place == "TURN":
            slope, change, guess, exact, off = line.split("\t")
            check(value_of(f"({slope}) · ({change})"), *numbers_in(guess), 4, where)
            if off != "—" and guess != exact:
                relative = value_of(f"100 · |{numbers_in(guess)[1]} − ({exact})|/|{exact}|")
                check(relative, *numbers_in(off.removesuffix(" %")), 3, where)
        elif place == "ALONE":
            truth, text = line.split("\t")
            said = rf"([−+]?{NUMBER})\D*?: (?:실제 gradient의 )?(≈ )?({NUMBER})"
            if ratio := re.search(said, text):
                sign = "≈" if ratio[2] else "="
                check(value_of(f"{ratio[1]} / ({truth})"), sign, ratio[3], 3, where)
        elif place in ("changes", "sum", "alone"):
            pass  # those above
        else:
            if place == "would":
                off = re.search(rf"\((?:off by|상대 오차) (≈ )?({NUMBER}) %\)", line)
                rest = re.sub(r"\((off by|상대 오차) .*", "", line)
                equal = re.search(rf"[=≈] ([−+]?{NUMBER}).*?([−+]?{NUMBER})\D*$", rest)
                assert equal, where
                if off and equal[1] != equal[2]:
                    guess, exact = (text.strip("+") for text in equal.groups())
                    relative = value_of(f"100 · |{guess} − ({exact})|/|{exact}|")
                    check(relative, "≈" if off[1] else "=", off[2], 3, where)
            for left, sign, right in sides(rest if place == "would" else line):
                found = numeric_end(left)
                hidden = "…" in left.split("=")[-1]
                if found is not None and right and not hidden:
                    check(found, sign, right, 4, where)
                elif (sign == "≈") != bool(hidden and right):
                    wrong.append(f"{where}\n    {sign} after {left[-60:]!r}")
    return wrong, count


def numbers_in(cell: str) -> tuple[str, str]:
    """The sign and the number of a cell in which = is left out."""
    return ("≈", cell.removeprefix("≈ ")) if cell.startswith("≈ ") else ("=", cell)
