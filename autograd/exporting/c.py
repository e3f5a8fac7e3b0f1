"""A subject as C: one function (C99) without memory allocation or state."""

from __future__ import annotations

import re
import shlex
import struct
from collections.abc import Iterable, Iterator, Mapping

from ..floats import OF_C
from ..tape.instructions import Tape
from ..tape.printers.c import HELPERS, LOOPS, C, statement
from ..tape.printers.language import Language, literals
from ..tape.printers.lines import Line, Repeat, statements
from .code import (
    Body,
    Function,
    alone,
    body_of,
    functions_for,
    helpers_for,
    names_for,
    numbers_kept,
    prepared,
)
from .names import function_name_for, remark
from .subject import Subject, described

KEYWORDS = """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept
    const const_cast consteval constexpr constinit continue decltype default delete do double
    dynamic_cast else enum explicit export extern false final float for friend goto if import inline
    int long module mutable namespace new noexcept not not_eq nullptr operator or or_eq override
    private protected public register reinterpret_cast requires restrict return short signed sizeof
    static static_assert static_cast struct switch template this thread_local throw true try typedef
    typeid typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t while
    xor xor_eq
    EOF L_tmpnam NAN P_tmpdir errno fpclassify i386 isfinite isinf isnan isnormal linux main printf
    signbit size_t stderr stdin stdout unix
"""
MOST_STACK = 2**22  # bytes of arrays, half of what a program mostly has
MOST_PARTS = 2100  # of a sum: each begins with an exponent of its own
# Functions of the C and POSIX libraries whose names are identifiers: a program of that name would
# replace the function.
LIBRARY = """
    abort abs accept access acos acosh alarm asin asinh assert atan atanh atexit atof atoi atol
    bcopy bind bsearch bzero cabs calloc carg cbrt ccos ceil cexp chdir chmod chown cimag clearerr
    clock clog close conj connect copysign cos cosh cpow cproj creal csin csqrt ctan ctime daemon
    difftime div drem dup environ erf erfc execl execv exit exp expm1 fabs fclose fdim feof ferror
    fflush ffs fgetc fgets fileno floor fma fmax fmin fmod fopen fork fprintf fputc fputs fread
    free freopen frexp fscanf fseek fstat fsync ftell ftok fwrite gamma getc getenv getopt getpid
    gets gmtime hypot ilogb index ioctl isalnum isalpha isatty iscntrl isdigit isgraph islower
    isprint ispunct isspace isupper j0 j1 jn kill labs ldexp ldiv lgamma link listen llabs llrint
    llround localtime log log1p log2 log10 logb longjmp lrint lround lseek malloc memchr memcmp
    memcpy memmove memset mkdir mktime mmap modf mount nan nearbyint nextafter nice open pause
    perror pipe poll pow printf putc putchar puts qsort raise rand random read realloc recv
    remainder remove remquo rename rewind rindex rint rmdir round scalb scalbln scalbn scanf
    select send setbuf setjmp setvbuf signal significand sin sinh sleep socket sprintf sqrt srand
    srandom sscanf stat strcat strchr strcmp strcpy strlen strstr strtod strtok strtol swab sync
    syscall sysconf system tan tanh tempnam tgamma time times tmpfile tmpnam tolower toupper trunc
    ttyname umask uname ungetc unlink utime va_arg vfork wait write y0 y1 yn
"""
CALLED = (*OF_C.split(), "fabs", "floor", "ceil", "fmod", *HELPERS)

FLOAT_NAMES = {name: f"{name}f" for name in (*OF_C.split(), "fabs", "fmod", "floor", "ceil")}
FLOAT_WORDS = re.compile(rf"\b({'|'.join(FLOAT_NAMES)})\(|\bdouble\b|\b(0x1p-64|\d+\.\d+)\b")


def in_floats(text: str) -> str:
    """C code for doubles, rewritten for floats."""

    def changed(found: re.Match[str]) -> str:
        if found[1]:
            return f"{FLOAT_NAMES[found[1]]}("
        return f"{found[2]}f" if found[2] else "float"

    return FLOAT_WORDS.sub(changed, text)


def single(x: float) -> float:
    """The nearest float of 32 bits."""
    try:
        return float(struct.unpack("f", struct.pack("f", x))[0])
    except OverflowError:
        return x * float("inf")


def float_literal(x: float) -> str:
    """A float literal, with the digits that 32 bits need."""
    nearest = single(x)
    digits = next(n for n in range(1, 10) if n == 9 or single(float(f"{nearest:.{n}g}")) == nearest)
    text = literals("NAN", "INFINITY")(float(f"{nearest:.{digits}g}"))
    return re.sub(r"([0-9])(\)?)$", r"\1f\2", text)


# For microcontrollers with little memory: a sum of floats is plain, from left to right, and softmax
# is a loop.
FLOAT_ROWS = {
    **{name: in_floats(row) for name, row in C.rows.items()},
    "pow": "powf({0}, {1})",
    "total": "{sum}",
    "dot": "{pair_sum}",
    "softmax": "softmax((const float[]){{{all}}}, {count})",
}
FLOAT_HELPERS = {
    "softmax": """\
/* The share of the first number in the sum of exponentials. */
static float softmax(const float *x, int n) {
    const float top = largest(x, n);
    float sum = 0.0f;
    for (int i = 0; i < n; i++)
        sum += expf(x[i] - top);
    return expf(x[0] - top) / sum;
}
""",
}
FLOAT = Language(FLOAT_ROWS, float_literal)


def text(subject: Subject) -> str:
    """The file of a subject."""
    kind, language = ("float", FLOAT) if subject.float32 else ("double", C)
    tape = prepared(subject.tape)
    functions = functions_for([tape], language)
    reserved = {*KEYWORDS.split(), *CALLED, *FLOAT_NAMES.values(), *[f.name for f in functions]}
    name = function_name_for(subject.name, {*reserved, *LIBRARY.split()})
    reserved |= {name, "inputs", *[part.name_in_code for part in subject.parts]}
    defined = [definition(function, kind) for function in functions]
    body = body_of(tape, subject.numbers, names_for(tape, reserved, lower=True), language)
    bytes_kept = numbers_kept(body.lines) * (4 if subject.float32 else 8)
    if bytes_kept > MOST_STACK:
        raise ValueError(
            "export: expected loops that keep at most 4 MB on the stack in C, got "
            f"{bytes_kept / 1e6:.1f} MB; scan(..., most_stored=100_000) keeps fewer states"
        )
    signature, main = main_function(subject, name, body)
    if subject.classes:
        defined.append(main)
        main = class_function(subject, name, kind)
    tapes = [tape, *[function.tape for function in functions]]
    bodies = [body, *[function.body for function in functions]]
    helpers = helpers_for(bodies, helpers_in(tapes, subject.float32), {"term": "add_to"})
    head = [*described(subject), "", *how_to_call(subject, name, signature)]
    head += ["", f"Its loops keep {bytes_kept} bytes on the stack."] if bytes_kept else []
    return "\n".join(
        [
            "/* " + "\n * ".join(map(remark, head)).replace(" * \n", " *\n") + "\n */",
            "#include <math.h>\n",
            *helpers,
            *defined,
            main,
            self_test(subject, name, kind, language),
        ]
    )


def comment(label: str, name: str = "") -> str:
    """A comment with a label, where it is not the name already."""
    return f" /* {remark(label)} */" if label and label != name else ""


def commented(line: Line | Repeat, kind: str) -> Iterator[str]:
    """The declaration of a node with its label, or a loop of such."""

    def write(line: Line) -> list[str]:
        lines = [*statement(line._replace(expression=alone(line.expression)), kind)]
        return [*lines[:-1], lines[-1] + comment(line.label, line.name)]

    return statements(line, LOOPS, write)


def definition(function: Function, kind: str) -> str:
    """The function of an operation."""
    operands = ", ".join([f"{kind} x{i}" for i in range(1, function.operands + 1)])
    used = {slot for slot, _ in function.body.inputs}
    return "\n".join(
        [
            f"/* {remark(function.doc)} */",
            f"static {kind} {function.name}({operands}) {{",
            *[f"    (void)x{i + 1};" for i in range(function.operands) if i not in used],
            *[f"    {text}" for line in function.body.lines for text in commented(line, kind)],
            f"    return {function.body.results[0]};",
            "}\n",
        ]
    )


def main_function(subject: Subject, name: str, body: Body) -> tuple[str, str]:
    """The signature of the function of all nodes, and the function."""
    kind = "float" if subject.float32 else "double"
    lines = [] if body.inputs else ["(void)inputs;"]
    for slot, own in body.inputs:
        lines.append(
            f"const {kind} {own} = inputs[{slot}];{comment(subject.tape.inputs[slot], own)}"
        )
    lines += [text for line in body.lines for text in commented(line, kind)]
    for part, results in subject.by_part(body.results):
        for i, (label, result) in enumerate(zip(part.labels, results, strict=True)):
            lines.append(f"{part.name_in_code}[{i}] = {alone(result)};{comment(label)}")
    places = "".join([f", {kind} *{part.name_in_code}" for part in subject.parts])
    signature = f"void {name}(const {kind} *inputs{places})"
    inside = "\n".join([f"    {line}" for line in lines])
    return signature, f"{signature};\n\n{signature} {{\n{inside}\n}}\n"


def class_function(subject: Subject, name: str, kind: str) -> str:
    """The function that gives the name of a class."""
    names = ",\n".join([f"        {string(one)}" for one in subject.classes])
    signature = f"const char *{name}_class(const {kind} *outputs)"
    return f"""\
{signature};

/* The name of the class with the largest share; a null pointer where one is not a number. */
{signature} {{
    static const char *const names[] = {{
{names},
    }};
    int best = 0;
    for (int i = 0; i < {len(subject.classes)}; i++) {{
        if (isnan(outputs[i]))
            return 0;
        if (outputs[i] > outputs[best])
            best = i;
    }}
    return names[best];
}}
"""


def string(text: str) -> str:
    """A text as a string of C, in UTF-8."""
    shown = []
    for byte in text.encode("utf-8", "replace"):
        sign = chr(byte)
        plain = byte < 128 and sign.isprintable() and sign not in '"\\?'
        shown.append(sign if plain else f"\\{byte:03o}")
    return '"' + "".join(shown) + '"'


def helpers_in(tapes: Iterable[Tape], float32: bool) -> Mapping[str, str]:
    """Definitions of functions that the C library lacks, by name.

    A sum in doubles has room for as many parts as the longest sum of the tapes has terms.
    """
    if float32:
        return {**{name: in_floats(code) for name, code in HELPERS.items()}, **FLOAT_HELPERS}
    terms = {"total": 1, "dot": 2}
    lengths = [
        len(instruction.operands) // terms[instruction.name]
        for tape in tapes
        for instruction in tape.everywhere()
        if instruction.name in terms
    ]
    most = min(max([1, *lengths]), MOST_PARTS)
    return {**HELPERS, "total": HELPERS["total"].replace("PARTS", str(most))}


def how_to_call(subject: Subject, name: str, signature: str) -> list[str]:
    """The comment on how to call and to test the function."""
    file = shlex.quote(subject.file or f"{name}.c")
    file = file if remark(file) == file and file.isascii() else "this_file.c"
    lines = ["Declare, and link this file and the mathematical library (-lm):", ""]
    lines.append(f"  {signature};")
    if subject.classes:
        kind = "float" if subject.float32 else "double"
        lines.append(f"  const char *{name}_class(const {kind} *outputs);")
    lines += ["", "inputs and outputs may be one array. Its test of itself:", ""]
    lines.append(f"  cc -std=c99 -O2 -ffp-contract=off -DSELF_TEST {file} -lm -o test && ./test")
    return lines


def self_test(subject: Subject, name: str, kind: str, language: Language) -> str:
    """A program that compares the results at one point with those that Python computed."""
    point, expected = subject.test
    sizes = [len(part.labels) for part in subject.parts]
    places = "".join([f", found + {sum(sizes[:i])}" for i in range(len(sizes))])
    allowed = language.number(1e-4 if subject.float32 else 1e-9)
    shown = ""
    if subject.classes:
        shown = f"""\
    const char *class = {name}_class(found);
    printf("class: %s\\n", class ? class : "none");
"""
    code = f"""\
#ifdef SELF_TEST
#include <stdio.h>

int main(void) {{
    static const double inputs[] = {{{numbers(point, language) or "0.0"}}};
    static const double expected[] = {{{numbers(expected, language)}}};
    double found[{len(expected)}];
    int wrong = 0;
    {name}(inputs{places});
    for (int i = 0; i < {len(expected)}; i++) {{
        const double want = expected[i], room = {allowed} * (1.0 + fabs(want));
        const int right = isnan(want) ? isnan(found[i]) != 0
                                      : found[i] == want || fabs(found[i] - want) <= room;
        printf("%d: %.17g, expected %.17g%s\\n", i, PRINTED(found[i]), PRINTED(want),
               right ? "" : ": WRONG");
        wrong += !right;
    }}
{shown}    printf(wrong ? "self-test failed\\n" : "self-test passed\\n");
    return wrong != 0;
}}
#endif
"""
    code = in_floats(code) if subject.float32 else code
    return re.sub(r"PRINTED\(([^()]*)\)", r"(double)\1" if subject.float32 else r"\1", code)


def numbers(xs: Iterable[float], language: Language) -> str:
    """Numbers in an array."""
    return ", ".join([alone(language.number(x)) for x in xs])
