"""A tape as a C function (C99, with its mathematical library)."""

from __future__ import annotations

from ..instructions import Tape
from .language import COMMON, Language, array_names, literals, remark

C = Language(
    {
        **COMMON,
        "mod": "modulo({0}, {1})",
        "abs": "fabs({0})",
        "total": "total((const double[]){{{all}}}, {count})",
        "dot": "total((const double[]){{{pairs}}}, {pair_count})",
        "largest": "largest((const double[]){{{all}}}, {count})",
    },
    literals("NAN", "INFINITY"),
)

# What the C library lacks, written only where it is used.
HELPERS = {
    "total": """\
/* Compensated (A. Neumaier 1974); again on a smaller scale where a partial sum overflows. */
static double total(const double *x, int n) {
    for (double scale = 1.0;; scale = 0x1p-64) {
        double sum = scale * x[0], rest = 0.0;
        for (int i = 1; i < n; i++) {
            const double term = scale * x[i], next = sum + term;
            if (isfinite(next))
                rest += fabs(sum) >= fabs(term) ? (sum - next) + term : (term - next) + sum;
            sum = next;
        }
        if (isfinite(sum) || scale < 1.0)
            return (sum + rest) / scale;
    }
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
    "modulo": """\
static double modulo(double a, double b) { /* with the sign of b */
    const double rest = fmod(a, b);
    if (rest == 0.0)
        return copysign(0.0, b);
    return (rest < 0.0) != (b < 0.0) ? rest + b : rest;
}
""",
}


def c_source(tape: Tape, name: str = "program") -> str:
    """The tape as `void name(const double *x, const double *p, double *y)`.

    x: the inputs; p: the parameters; y: where the outputs go.

    >>> from autograd.tape import trace
    >>> print(c_source(trace(lambda x: (x * 2.0).tanh(), inputs=1)[0]))
    #include <math.h>
    <BLANKLINE>
    void program(const double *x, const double *p, double *y) {
        (void)x, (void)p;
        const double v1 = x[0] * 2.0;
        const double v2 = tanh(v1);
        y[0] = v2;
    }
    """
    names = array_names(tape)
    shown = C.shown(tape, names)
    lines = []
    for slot, instruction in tape:
        kind = "double" if instruction.kind == "number" else "int"
        expression = C.expression(instruction, [shown[i] for i in instruction.operands])
        lines.append(f"    const {kind} {names[slot]} = {expression};{remark(instruction, '//')}")
    lines += [f"    y[{i}] = {shown[slot]};" for i, slot in enumerate(tape.outputs)]
    body = "\n".join(lines)
    helpers = [code for helper, code in HELPERS.items() if f" {helper}(" in body]
    head = f"void {name}(const double *x, const double *p, double *y) {{"
    return "\n".join(["#include <math.h>", "", *helpers, head, "    (void)x, (void)p;", body, "}"])
