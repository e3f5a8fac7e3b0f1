"""The forms of instructions in C (C99, with its mathematical library)."""

from __future__ import annotations

from collections.abc import Iterator

from .language import COMMON, Language, literals
from .lines import Layout, Line, Repeat

C = Language(
    {
        **COMMON,
        "mod": "modulo({0}, {1})",
        "pow": "power({0}, {1})",
        "abs": "fabs({0})",
        "total": "total((const double[]){{{all}}}, {count})",
        "dot": "total((const double[]){{{pairs}}}, {pair_count})",
        "largest": "largest((const double[]){{{all}}}, {count})",
    },
    literals("NAN", "INFINITY"),
)

# Definitions of what the C library lacks, written only if used. PARTS stands for the number of
# terms.
HELPERS = {
    "total": """\
/* The exact sum of x, rounded once: its parts do not overlap (J. R. Shewchuk 1997). Where a part
   overflows it is summed on a smaller scale. */
static double total(const double *x, int n) {
    double special = 0.0; /* the sum of what is infinite or not a number */
    for (int i = 0; i < n; i++)
        if (!isfinite(x[i]))
            special += x[i];
    if (special != 0.0)
        return special;
    for (double scale = 1.0;; scale = 0x1p-64) {
        double parts[PARTS], sum = 0.0, low = 0.0;
        int count = 0, finite = 1;
        for (int i = 0; i < n && finite; i++) {
            double term = scale * x[i];
            int kept = 0;
            for (int k = 0; k < count; k++) {
                const double part = parts[k], next = term + part;
                low = fabs(term) < fabs(part) ? term - (next - part) : part - (next - term);
                if (low != 0.0)
                    parts[kept++] = low;
                term = next;
            }
            count = kept;
            if (term != 0.0)
                parts[count++] = term;
            finite = isfinite(term) != 0;
        }
        if (!finite && scale == 1.0)
            continue;
        low = 0.0;
        if (count > 0)
            sum = parts[--count];
        while (count > 0 && low == 0.0) {
            const double high = sum, part = parts[--count];
            sum = high + part;
            low = part - (sum - high);
        }
        /* Where half of the last digit is left, the sign of the next part decides. */
        if (count > 0 && ((low < 0.0 && parts[count - 1] < 0.0) ||
                          (low > 0.0 && parts[count - 1] > 0.0))) {
            const double twice = low * 2.0, next = sum + twice;
            if (next - sum == twice)
                sum = next;
        }
        return sum / scale;
    }
}
""",
    "add_to": """\
/* Adds x to the sum of s[0] and s[1], the second of which is what was rounded off the first (A.
   Neumaier 1974). */
static void add_to(double *s, double x) {
    const double next = s[0] + x;
    if (isfinite(next))
        s[1] += fabs(s[0]) >= fabs(x) ? (s[0] - next) + x : (x - next) + s[0];
    s[0] = next;
}
""",
    "largest": """\
static double largest(const double *x, int n) {
    double found = x[0];
    for (int i = 1; i < n; i++)
        if (x[i] > found || isnan(x[i]))
            found = x[i];
    return found;
}
""",
    "power": """\
static double power(double a, double b) {
    const volatile double base = a; /* else Clang writes exp2(b) for pow(2, b): other last digits */
    return pow(base, b);
}
""",
    "modulo": """\
static double modulo(double a, double b) { /* with the sign of b */
    const double rest = fmod(a, b);
    if (rest == 0.0)
        return copysign(0.0, b);
    return (rest < 0.0) != (b < 0.0) ? rest + b : rest;
}
""",
}


def header(loop: Repeat) -> str:
    """The first line of a loop."""
    i, n = loop.counter, loop.length
    steps = f"{i} = {n - 1}; {i} >= 0; {i}--" if loop.backward else f"{i} = 0; {i} < {n}; {i}++"
    return f"for (int {steps}) {{"


LOOPS = Layout(header, "    ", "}")


def statement(line: Line, kind: str) -> Iterator[str]:
    """A line that is no loop, of numbers of a kind, double or float."""
    name, value, size = line.name, line.expression, line.size
    each = f"for (int k = 0; k < {size}; k++)"
    if line.kind == "run":
        yield f"const {kind} {name}[] = {{{value}}};"
    elif line.kind == "part":
        yield f"const {kind} *const {name} = {value} + {line.at} * {size};"
    elif line.kind == "room":
        yield f"{kind} {name}[{size}];"
    elif line.kind == "store" and size:
        yield f"{each}"
        yield f"    {name}[{line.at} * {size} + k] = {value}[k];"
    elif line.kind == "store":
        yield f"{name}[{line.at}] = {value};"
    elif line.kind == "sum":
        yield f"{kind} {name}[2] = {{0}};" if not size else f"{kind} {name}[{size}][2] = {{{{0}}}};"
    elif line.kind == "term" and size:
        yield f"{each}"
        yield f"    add_to({name}[k], {value}[k]);"
    elif line.kind == "term":
        yield f"add_to({name}, {value});"
    elif line.kind == "total" and size:
        yield f"{kind} {name}[{size}];"
        yield f"{each}"
        yield f"    {name}[k] = {value}[k][0] + {value}[k][1];"
    elif line.kind == "total":
        yield f"const {kind} {name} = {value}[0] + {value}[1];"
    elif line.kind == "next":
        yield f"{name} = {value};"
    else:
        held = "int" if line.kind == "condition" else kind
        yield f"{held if line.kind == 'state' else f'const {held}'} {name} = {value};"
