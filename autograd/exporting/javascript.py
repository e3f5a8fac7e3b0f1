"""A subject as JavaScript: an ES module with its types in JSDoc."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..tape.printers.javascript import HELPERS, JAVASCRIPT, LOOPS, statement
from ..tape.printers.lines import Line, statements
from .code import Function, alone, body_of, functions_for, helpers_for, names_for, prepared
from .names import function_name_for, remark
from .subject import Subject, described

KEYWORDS = """
    abstract arguments as async await boolean break byte case catch char class const continue
    debugger default delete do double else enum eval export extends false final finally float for
    from function get goto if implements import in instanceof int interface let long native new null
    of package private protected public return set short static super switch synchronized this throw
    throws transient true try typeof undefined using var void volatile while with yield
    Array Infinity Math NaN Number Object RangeError classes classify console globalThis inputs
    process selfTest started
"""
CODE = {name: code for name, (code, _) in HELPERS.items()}


def text(subject: Subject) -> str:
    """The file of a subject."""
    tape = prepared(subject.tape)
    functions = functions_for([tape], JAVASCRIPT)
    reserved = {*KEYWORDS.split(), *CODE, *[function.name for function in functions]}
    name = function_name_for(subject.name, reserved)
    reserved |= {name, *[part.name_in_code for part in subject.parts]}
    body = body_of(tape, subject.numbers, names_for(tape, reserved), JAVASCRIPT)
    count = len(tape.inputs)
    lines = [
        f"if (inputs.length !== {count})",
        f"  throw new RangeError(`{name}: expected {count} numbers, got ${{inputs.length}}`);",
    ]
    for slot, own in body.inputs:
        lines.append(f"const {own} = inputs[{slot}];{comment(tape.inputs[slot], own)}")
    lines += [text for line in body.lines for text in statements(line, LOOPS, commented)]
    given = [
        (part.name_in_code, f"[{', '.join(map(alone, results))}]")
        for part, results in subject.by_part(body.results)
    ]
    lines.append(f"return {given[0][1] if len(given) == 1 else in_object(given)};")
    main = "\n".join(
        [
            "/**",
            f" * @param {{ArrayLike<number>}} inputs {count} numbers",
            f" * @returns {{{type_of([result for result, _ in given])}}}",
            " */",
            f"export function {name}(inputs) {{",
            *[f"  {line}" for line in lines],
            "}\n",
        ]
    )
    defined = [definition(function) for function in functions]
    helpers = helpers_for(
        [*[function.body for function in functions], body], CODE, {"total": "total"}
    )
    file = subject.file if subject.file and remark(subject.file) == subject.file else "this file"
    head = [*described(subject), "", f'Use: import {{ {name} }} from "./{file}";']
    head.append(f"Its test of itself, in Node.js 20.19 or later: node {file}")
    parts = ["/*\n" + "".join([f" * {remark(line)}".rstrip() + "\n" for line in head]) + " */\n"]
    parts += [*helpers, *defined, main]
    if subject.classes:
        parts.append(class_function(subject, name, len(given)))
    return "\n".join([*parts, self_test(subject, name)])


def comment(label: str, name: str) -> str:
    """A comment with a label, where it is not the name already."""
    return f" // {remark(label)}" if label and label != name else ""


def commented(line: Line) -> list[str]:
    """The declaration of a node with its label."""
    text = statement(line._replace(expression=alone(line.expression)))
    return [f"{text}{comment(line.label, line.name)}"]


def definition(function: Function) -> str:
    """The function of an operation."""
    operands = ", ".join([f"x{i}" for i in range(1, function.operands + 1)])
    return "\n".join(
        [
            f"// {remark(function.doc)}",
            f"function {function.name}({operands}) {{",
            *[
                f"  {text}"
                for line in function.body.lines
                for text in statements(line, LOOPS, commented)
            ],
            f"  return {function.body.results[0]};",
            "}\n",
        ]
    )


def in_object(given: Iterable[tuple[str, str]]) -> str:
    """Results by name, one in a line."""
    return "{\n" + "".join([f"    {name}: {array},\n" for name, array in given]) + "  }"


def type_of(results: list[str]) -> str:
    """The type of what the function returns."""
    fields = ", ".join([f"{name}: number[]" for name in results])
    return "number[]" if len(results) == 1 else f"{{{fields}}}"


def class_function(subject: Subject, name: str, parts: int) -> str:
    """The names of the classes, and the function that finds the class of a row."""
    shares = f"{name}(inputs)" if parts == 1 else f"{name}(inputs).outputs"
    return f"""\
/** @type {{string[]}} */
export const classes = [{", ".join(map(string, subject.classes))}];

/**
 * The name of the class with the largest share, null where one is not a number; and all shares.
 * @param {{ArrayLike<number>}} inputs {len(subject.tape.inputs)} numbers
 * @returns {{{{name: string | null, shares: number[]}}}}
 */
export function classify(inputs) {{
  const shares = {shares};
  const best = shares.indexOf(Math.max(...shares));
  return {{ name: classes[best] ?? null, shares }};
}}
"""


def string(text: str) -> str:
    """A text as a string of JavaScript that ends no script of a page."""
    return json.dumps(text).replace("<", "\\u003c")


def self_test(subject: Subject, name: str) -> str:
    """A function that compares the results at one point with those that Python computed."""
    point, expected = [", ".join([alone(JAVASCRIPT.number(x)) for x in xs]) for xs in subject.test]
    return f"""\
/**
 * Whether the results at one point are those that Python computed.
 * @returns {{boolean}}
 */
export function selfTest() {{
  const expected = [{expected}];
  const found = Object.values({name}([{point}])).flat();
  return expected.every((want, i) =>
    Number.isNaN(want) ? Number.isNaN(found[i])
      : found[i] === want || Math.abs(found[i] - want) <= 1e-9 * (1 + Math.abs(want)));
}}

const started = globalThis.process?.argv?.[1]?.replaceAll("\\\\", "/");
if (started && decodeURIComponent(import.meta.url).endsWith(started)) {{
  const passed = selfTest();
  console.log(passed ? "self-test passed" : "self-test failed");
  process.exitCode = passed ? 0 : 1;
}}
"""
