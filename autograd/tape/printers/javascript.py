"""A tape as a JavaScript function."""

from __future__ import annotations

from ..instructions import Tape
from .language import COMMON, Language, array_names, literals, remark
from .lines import Layout, Line, Lines, Repeat, statements

JAVASCRIPT = Language(
    {
        **{name: f"Math.{row}" if row.startswith(name) else row for name, row in COMMON.items()},
        **{name: COMMON[name] for name in ("copysign", "erf", "erfc")},
        "mod": "modulo({0}, {1})",
        "pow": "power({0}, {1})",
        "total": "total([{all}])",
        "dot": "total([{pairs}])",
        "equal": "{0} === {1}",
        "largest": "Math.max({all})",
    },
    literals("NaN", "Infinity"),
)

# Functions that Math lacks or that differ from C's, by name: the code, and what it calls.
HELPERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "total": (
        """\
// Compensated (A. Neumaier 1974); again on a smaller scale where a partial sum overflows.
function total(xs) {
  for (let scale = 1; ; scale = 2 ** -64) {
    let sum = scale * xs[0], rest = 0;
    for (let i = 1; i < xs.length; i++) {
      const term = scale * xs[i], next = sum + term;
      if (Number.isFinite(next))
        rest += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
    }
    if (Number.isFinite(sum) || scale < 1) return (sum + rest) / scale;
  }
}
""",
        (),
    ),
    "modulo": (
        """\
function modulo(a, b) { // with the sign of b
  const rest = a % b;
  if (rest === 0) return copysign(0, b);
  return (rest < 0) !== (b < 0) ? rest + b : rest;
}
""",
        ("copysign",),
    ),
    "power": (
        """\
function power(a, b) { // C's pow is 1 in these cases, Math.pow NaN
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
}
""",
        (),
    ),
    "copysign": (
        """\
function copysign(x, s) {
  const negative = s < 0 || Object.is(s, -0);
  return negative ? -Math.abs(x) : Math.abs(x);
}
""",
        (),
    ),
    "gauss": (
        """\
function gauss(x) { // exp(-x*x), with the rounding error of the square put back
  const c = 134217729 * x, high = c - (c - x), low = x - high, square = x * x;
  const error = high * high - square + 2 * (high * low) + low * low;
  const y = Math.exp(-square);
  return Math.abs(x) < 64 ? y - y * error : y;
}
""",
        (),
    ),
    "erf": (
        """\
function erf(x) { // by its power series (DLMF 7.6.1); further out by erfc
  const size = Math.abs(x);
  if (!(size < 0.5)) return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
  let power = x, sum = x;
  for (let n = 1; Math.abs(power) > 1e-18 * Math.abs(sum); n++) {
    power *= -x * x / n;
    sum += power / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}
""",
        ("erfc",),
    ),
    "erfc": (
        """\
function erfc(x) { // by its continued fraction (DLMF 7.9.2); near 0 by erf
  if (x < 0.5) return 1 - erf(x);
  if (!(x < 28)) return x >= 28 ? 0 : x;
  let fraction = 0;
  for (let n = Math.ceil(20 + 260 / (x * x)); n > 0; n--) fraction = n / 2 / (x + fraction);
  return gauss(x) / Math.sqrt(Math.PI) / (x + fraction);
}
""",
        ("gauss", "erf"),
    ),
}


def javascript_source(tape: Tape, name: str = "program") -> str:
    """The tape as `function name(x, p)` of two arrays, inputs and parameters, that gives an array.

    >>> from autograd.tape import trace
    >>> print(javascript_source(trace(lambda x: (x * 2.0).tanh(), inputs=1)[0]))
    function program(x, p) {
      const v1 = x[0] * 2.0;
      const v2 = Math.tanh(v1);
      return [v2];
    }
    """
    names = array_names(tape)
    shown = JAVASCRIPT.shown(tape, names)
    lines = []
    labels = [*[""] * tape.first, *[one.label or "" for one in tape.instructions]]
    for line in Lines(JAVASCRIPT).of(tape, names, shown, labels):
        lines += [f"  {text}" for text in statements(line, LOOPS, remarked)]
    lines.append(f"  return [{', '.join([shown[slot] for slot in tape.outputs])}];")
    body = "\n".join(lines)
    needed = [helper for helper in HELPERS if f" {helper}(" in body]
    for helper in needed:
        needed += [other for other in HELPERS[helper][1] if other not in needed]
    helpers = [code for helper, (code, _) in HELPERS.items() if helper in needed]
    return "\n".join([*helpers, f"function {name}(x, p) {{", body, "}"])


def header(loop: Repeat) -> str:
    """The first line of a loop."""
    i, n = loop.counter, loop.length
    steps = f"{i} = {n - 1}; {i} >= 0; {i}--" if loop.backward else f"{i} = 0; {i} < {n}; {i}++"
    return f"for (let {steps}) {{"


LOOPS = Layout(header, "  ", "}")


def remarked(line: Line) -> list[str]:
    """A line that is no loop, with its label."""
    return [statement(line) + remark(line.label, "//")]


def statement(line: Line) -> str:
    """A line that is no loop."""
    kind, name, value, size = line.kind, line.name, line.expression, line.size
    if kind == "run":
        return f"const {name} = [{value}];"
    if kind == "part":
        return f"const {name} = {value}.slice({line.at} * {size}, ({line.at} + 1) * {size});"
    if kind == "room":
        return f"const {name} = new Array({size});"
    if kind == "store" and size:
        return f"{name}.splice({line.at} * {size}, {size}, ...{value});"
    if kind == "store":
        return f"{name}[{line.at}] = {value};"
    if kind == "sum":
        return f"const {name} = [];"
    if kind == "term":
        return f"{name}.push({value});"
    if kind == "total" and size:
        return f"const {name} = {value}[0].map((_, k) => total({value}.map((x) => x[k])));"
    if kind == "total":
        return f"const {name} = total({value});"
    declared = {"state": "let ", "next": ""}.get(kind, "const ")
    return f"{declared}{name} = {value};"
