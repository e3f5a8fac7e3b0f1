"""The ledger below the picture of a network: its rows, its columns and its bars."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from autograd import Value
from autograd.chains import Path
from autograd.numerals import in_row

from .canvas import Canvas
from .ledger import Ledger
from .places import Places

WIDE = 100.0  # a distance of columns with room for the longest number
ROOM, ROOMY = 9, 12  # characters of a factor at the usual size, in a narrow column and a wide one


def draw_ledger(canvas: Canvas, places: Places, ledger: Ledger) -> float:
    """The ledger below the picture; returns its lower edge."""
    return (on_phone if places.phone else on_page)(canvas, places, ledger)


def column_of(places: Places, ledger: Ledger, upper: Value, lower: Value) -> float:
    """The x of a factor: below its line, or, within a neuron, below the neuron."""
    units_of = ledger.numbers.units_of
    network = places.network
    high, low = (network.unit(units_of.get(node, "")) for node in (upper, lower))
    if high is None:  # the loss
        assert low is not None
        return places.across(low.column) + places.apart / 2
    if low is high:
        return places.across(high.column)
    return (places.across(high.column) + places.across(high.column - 1)) / 2


def heading(uppers: Sequence[str], lowers: Sequence[str]) -> str:
    """∂z/∂h5 for several z: names that differ are without their numbers."""
    names = [
        group[0] if len(set(group)) == 1 else group[0].rstrip("0123456789")
        for group in (uppers, lowers)
    ]
    return f"∂{names[0]}/∂{names[1]}"


def draw_headings(
    canvas: Canvas, ledger: Ledger, left: float, columns: Sequence[float], result: float, y: float
) -> None:
    """What stands in each column of the page: paths, derivatives by layer, products."""
    canvas.text((left, y), canvas.words("path"), size=14, bold=True)
    rows = [ledger.factors(path) for path in ledger.listed]
    for i, x in enumerate(columns):
        uppers = [row[i][0].label or "" for row in rows]
        lowers = [row[i][1].label or "" for row in rows]
        canvas.text((x + 26, y), heading(uppers, lowers), size=14, bold=True, anchor="end")
    canvas.text((result + 26, y), canvas.words("product"), size=14, bold=True, anchor="end")


def draw_factors(
    canvas: Canvas,
    ledger: Ledger,
    path: Path,
    columns: Sequence[float],
    sizes: Sequence[float],
    y: float,
) -> None:
    """The factors of a path with their formulas, one in each column, and × between them."""
    row, texts = ledger.factors(path), ledger.texts(path)
    for j, ((upper, lower, _), text, x) in enumerate(zip(row, texts, columns, strict=True)):
        hang = 4.0 if text.endswith(")") else 0.0
        canvas.text((x + 26 + hang, y), text, "local", sizes[j], anchor="end")
        formula = ledger.numbers.formula(upper, lower)
        canvas.text((x + 26, y + 15), formula, "muted", 11.5, anchor="end")
        if j + 1 < len(row):
            canvas.text((x + 34, y), "×", "muted", 13, anchor="middle")


def on_page(canvas: Canvas, places: Places, ledger: Ledger) -> float:
    top = places.bottom + 76.0
    left, words = places.margin, canvas.words
    canvas.line((left, top - 46), (places.width - left, top - 46), "line", 1)
    rows = [ledger.factors(path) for path in ledger.listed]
    columns = [column_of(places, ledger, upper, lower) for upper, lower, _ in rows[0]]
    result, zero = places.width - 84.0, places.width - 31.0
    draw_headings(canvas, ledger, left, columns, result, top - 14)
    products = [path.product for path in ledger.listed]
    unit = 20.0 / (
        max([abs(x) for x in [*products, ledger.total] if math.isfinite(x)], default=0.0) or 1.0
    )

    def amount(x: float, y: float, color: str = "path", size: float = 14) -> None:
        """A number in the last column, and its bar."""
        bold = size > 14
        canvas.text((result + 26, y), ledger.number(x), "grad", size, anchor="end", bold=bold)
        bar(canvas, zero, y, x * unit, color)

    sizes = sizes_of(columns, [ledger.texts(path) for path in ledger.listed])
    y = top + 14.0
    for i, (path, row) in enumerate(zip(ledger.listed, rows, strict=True), start=1):
        badge(canvas, (left + 10, y - 4.5), i)
        canvas.text((left + 25, y), ledger.route(path).replace(" → ", "→"), size=12.5)
        draw_factors(canvas, ledger, path, columns, sizes, y)
        sign = ledger.product_sign([slope for _, _, slope in row], path.product)
        canvas.text((result - 54, y), sign, "muted", 13, anchor="middle")
        amount(path.product, y)
        y += 40.0
    for omitted in ledger.remainder:
        more = words("… {} more", ledger.paths.count - len(rows))
        canvas.text((left + 26, y), more, "muted", 12.5)
        amount(omitted, y)
        y += 40.0
    if len(rows) > 1:
        canvas.line((result - 172, y - 15), (places.width - left, y - 15), "line", 1)
        y += 10.0
        label = f"{words('sum')}  =  ∂{ledger.root}/∂{ledger.name}"
        canvas.text((result - 68, y), label, size=15, bold=True, anchor="end")
        canvas.text((result - 54, y), ledger.sum_sign(), "muted", 13, anchor="middle")
        amount(ledger.total, y, "grad", 15)
        canvas.text((left, y), " ".join(ledger.through_neuron()), size=14)
        if remark := ledger.remark():
            y += 24.0
            canvas.text((left, y), remark, size=14)
    else:
        canvas.text((left, y + 2), " ".join(ledger.single_path()), size=15, bold=True)
    canvas.text((zero, top - 14), "− 0 +", "muted", 12, anchor="middle")
    canvas.line((zero, top - 4), (zero, y + 8), "muted", 1)
    return y + 20.0


def sizes_of(columns: Sequence[float], rows: Sequence[Sequence[str]]) -> list[float]:
    """The size of the numbers in each column: smaller where a long one meets the one before it."""
    found = []
    for i, texts in enumerate(zip(*rows, strict=True)):
        room = ROOM if i and columns[i] - columns[i - 1] < WIDE else ROOMY
        found.append(13.0 if max(map(len, texts)) <= room else 11.0)
    return found


def bar(canvas: Canvas, zero: float, y: float, length: float, color: str) -> None:
    if math.isfinite(length):
        canvas.box((zero + min(0.0, length), y - 11), (abs(length), 13), color)


def badge(canvas: Canvas, center: tuple[float, float], number: int) -> None:
    """The number of a path in a disc."""
    x, y = center
    canvas.circle(center, 9.5, "grad", "grad")
    canvas.text((x, y + 4), str(number), "paper", 11.5, anchor="middle", bold=True)


def on_phone(canvas: Canvas, places: Places, ledger: Ledger) -> float:
    def amount(x: float, y: float, size: float = 14) -> None:
        text = ledger.number(x)
        canvas.text((places.width - 16, y), text, "grad", size, anchor="end", bold=True)

    y = places.bottom + 76.0
    for i, path in enumerate(ledger.listed, start=1):
        badge(canvas, (26, y - 4.5), i)
        canvas.text((44, y), ledger.route(path), size=13)
        amount(path.product, y)
        slopes = [slope for _, _, slope in ledger.factors(path)]
        first, *rest = in_row(slopes, ledger.digits)
        numbers = [f"{ledger.product_sign(slopes, path.product)} {first}", *rest]
        formulas = ledger.formulas(path)
        y = wrapped(canvas, places, y + 19, numbers, "local")
        y = wrapped(canvas, places, y + 17, formulas, "muted") + 30
    for omitted in ledger.remainder:
        more = canvas.words("… {} more", ledger.paths.count - len(ledger.listed))
        canvas.text((44, y), more, "muted", 13)
        amount(omitted, y)
        y += 30.0
    if len(ledger.listed) > 1:
        canvas.line((16, y - 18), (places.width - 16, y - 18), "line", 1)
        label = f"{canvas.words('sum')} = ∂{ledger.root}/∂{ledger.name} {ledger.sum_sign()}"
        canvas.text((44, y + 2), label, size=15, bold=True)
        amount(ledger.total, y + 2, 15)
        y += 26.0
        for text in (*ledger.through_neuron(), ledger.remark()):
            for line in textwrap.wrap(text, 52):
                canvas.text((16, y), line, size=13)
                y += 20.0
    else:
        for text in ledger.single_path():
            canvas.text((16, y), text, size=14, bold=True)
            y += 21.0
    return y + 10.0


def wrapped(canvas: Canvas, places: Places, y: float, parts: Sequence[str], color: str) -> float:
    """A product, wrapped into lines; returns the y of the last one."""
    line = ""
    for part in parts:
        longer = f"{line} × {part}" if line else part
        if line and 6.6 * len(longer) > places.width - 60:
            canvas.text((44, y), f"{line} ×", color, 12)
            line, y = part, y + 16
        else:
            line = longer
    canvas.text((44, y), line, color, 12)
    return y
