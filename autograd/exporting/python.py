"""A subject as Python, which imports only `math`."""

from __future__ import annotations

import builtins
import keyword
import math

from ..floats import OF_C
from ..ieee import ODD, POLES
from ..tape.printers.language import Language
from ..tape.printers.lines import Line, statements
from ..tape.printers.python import LOOPS, PYTHON, statement
from .code import Function, alone, body_of, functions_for, helpers_for, names_for, prepared
from .names import function_name_for, remark
from .subject import Subject, described

NEVER_RAISE = ("asinh", "atan", "atan2", "cbrt", "copysign", "erf", "erfc", "hypot", "tanh")


def number(x: float) -> str:
    """A number; the module `math` has those that are not finite."""
    if math.isfinite(x):
        return repr(x) if math.copysign(1.0, x) > 0.0 else f"({x!r})"
    return "math.nan" if math.isnan(x) else f"({'-' if x < 0.0 else ''}math.inf)"


def guarded(name: str) -> str:
    """A function of `math` with the result of IEEE 754 where that raises."""
    at_poles = [f"{number(y)} if x == {x!r} else " for x, y in POLES.get(name, {}).items()]
    overflow = "math.copysign(math.inf, x)" if name in ODD else "math.inf"
    return f"""\
def {name}(x):
    try:
        return math.{name}(x)
    except OverflowError:
        return {overflow}
    except ValueError:
        return {"".join(at_poles)}math.nan


"""


# Arithmetic by IEEE 754, which Python's own is not where it raises: by name, the code.
HELPERS = {name: guarded(name) for name in OF_C.split() if name not in (*NEVER_RAISE, "pow")}
HELPERS |= {
    "divide": """\
def divide(a, b):
    if b == 0.0:
        if a == 0.0 or math.isnan(a):
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


""",
    "remainder": """\
def remainder(a, b):  # with the sign of b
    return math.nan if b == 0.0 else a % b


""",
    "power": """\
def power(a, b):
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0.0 and math.fmod(b, 2.0) != 0.0 else math.inf
    except ValueError:
        if a != 0.0:
            return math.nan
        return math.copysign(math.inf, a) if math.fabs(math.fmod(b, 2.0)) == 1.0 else math.inf


""",
    "floor": """\
def floor(x):
    return math.copysign(math.floor(x), x) if math.fabs(x) < 2.0**52 else x


""",
    "ceil": """\
def ceil(x):
    return -floor(-x)


""",
    "total": """\
def total(xs):  # exact, rounded once; on a smaller scale where a part of the sum overflows
    try:
        try:
            return math.fsum(xs)
        except OverflowError:
            return math.fsum([x * 2.0**-64 for x in xs]) * 2.0**64
    except ValueError:
        return math.nan


""",
    "largest": """\
def largest(xs):
    return next((x for x in xs if math.isnan(x)), max(xs))


""",
}
ROWS = {
    **PYTHON.rows,
    **{name: f"math.{name}({{all}})" for name in NEVER_RAISE},
    "abs": "math.fabs({0})",
    "div": "divide({0}, {1})",
    "mod": "remainder({0}, {1})",
    "pow": "power({0}, {1})",
    "total": "total([{all}])",
    "dot": "total([{pairs}])",
    "largest": "largest([{all}])",
}
LANGUAGE = Language(ROWS, number)
WORDS = {
    *(*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *HELPERS),
    *("math", "inputs", "CLASSES", "classify", "self_test"),
}


def text(subject: Subject) -> str:
    """The file of a subject."""
    tape = prepared(subject.tape)
    functions = functions_for([tape], LANGUAGE)
    reserved = {*WORDS, *[function.name for function in functions]}
    name = function_name_for(subject.name, reserved)
    reserved |= {name, *[part.name_in_code for part in subject.parts]}
    names = names_for(tape, reserved)
    body = body_of(tape, subject.numbers, names, LANGUAGE)
    lines = ['"""The results for the inputs, which the head of this file lists."""']
    lines.append(f"[{', '.join(names[: len(tape.inputs)])}] = map(float, inputs)")
    lines += [text for line in body.lines for text in statements(line, LOOPS, commented)]
    parts = subject.by_part(body.results)
    given = [f"[{', '.join(map(alone, results))}]" for _, results in parts]
    lines.append(f"return {', '.join(given)}")
    main = "\n".join([f"def {name}(inputs):", *[f"    {line}" for line in lines], "\n\n"])
    defined = [definition(function) for function in functions]
    helpers = helpers_for(
        [*[function.body for function in functions], body], HELPERS, {"total": "total"}
    )
    file = subject.file if subject.file and remark(subject.file) == subject.file else "this file"
    head = [*described(subject), "", f"{name}(inputs) takes them as a list, and gives "]
    head[-1] += "a list." if len(given) == 1 else f"{len(given)} lists."
    head.append(f"Its test of itself: python {file}")
    texts = ["".join([f"# {remark(line)}".rstrip() + "\n" for line in head]), "\nimport math\n\n\n"]
    texts += [*helpers, *defined, main]
    if subject.classes:
        texts.append(class_function(subject, name, len(given)))
    return "".join([*texts, self_test(subject, name, len(given))])


def commented(line: Line) -> list[str]:
    """The assignment of a node with its label."""
    label = f"  # {remark(line.label)}" if line.label and line.label != line.name else ""
    return [f"{statement(line._replace(expression=alone(line.expression)))}{label}"]


def definition(function: Function) -> str:
    """The function of an operation."""
    operands = ", ".join([f"x{i}" for i in range(1, function.operands + 1)])
    return "\n".join(
        [
            f"def {function.name}({operands}):  # {remark(function.doc)}",
            *[
                f"    {text}"
                for line in function.body.lines
                for text in statements(line, LOOPS, commented)
            ],
            f"    return {function.body.results[0]}",
            "\n\n",
        ]
    )


def class_function(subject: Subject, name: str, parts: int) -> str:
    """The names of the classes, and the function that finds the class of a row."""
    shares = f"{name}(inputs)" if parts == 1 else f"{name}(inputs)[0]"
    return f'''\
CLASSES = [{", ".join(map(ascii, subject.classes))}]


def classify(inputs):
    """The name of the class with the largest share, None where one is not a number; all shares."""
    shares = {shares}
    known = not any(map(math.isnan, shares))
    return CLASSES[shares.index(max(shares))] if known else None, shares


'''


def self_test(subject: Subject, name: str, parts: int) -> str:
    """A function that compares the results at one point with those of the exporting machine."""
    point, expected = [", ".join([alone(number(x)) for x in xs]) for xs in subject.test]
    found = f"{name}([{point}])" if parts == 1 else f"sum({name}([{point}]), [])"
    return f'''\
def self_test():
    """Whether the results at one point are those that were computed when this was written."""
    expected = [{expected}]
    return all(
        math.isnan(x) if math.isnan(y) else x == y or abs(x - y) <= 1e-9 * (1.0 + abs(y))
        for x, y in zip({found}, expected)
    )


if __name__ == "__main__":
    passed = self_test()
    print("self-test passed" if passed else "self-test failed")
    raise SystemExit(not passed)
'''
