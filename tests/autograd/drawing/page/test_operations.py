"""The operations as JavaScript, in the browser, against the tape in Python."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from autograd import Value, operation
from autograd.drawing.page.operations import Kind, printed
from autograd.ops import TABLE
from tests.autograd.tape.running import COUNT, OPERATIONS, agree, bounds, points, run

KINDS = [Kind(TABLE[name], COUNT[TABLE[name].shape]) for name in OPERATIONS]


def test_the_browser_computes_every_operation_as_python_does(browser: Any) -> None:
    """Value and local derivatives, within what rounding allows."""
    cases = [(i, x) for i, kind in enumerate(KINDS) for x in points(kind.op.name)]
    given = json.dumps([[i, [str(number) for number in x]] for i, x in cases])
    tab = browser.new_page()
    answers = tab.evaluate(
        f"() => {{ {printed(KINDS)}\nconst number = x => Number(x.replace('inf', 'Infinity'));"
        f"return {given}.map(([i, x]) => OPERATIONS[i](x.map(number)).map(String)); }}"
    )
    tab.close()
    assert len(answers) == len(cases)
    for (i, x), answer in zip(cases, answers, strict=True):
        tape = KINDS[i].tape()
        got = [float(number.replace("Infinity", "inf")) for number in answer]
        for mine, theirs, room in zip(got, run(tape, x), bounds(tape, x), strict=True):
            allowed = room if math.isfinite(room) else math.inf
            assert agree(mine, theirs, allowed), (KINDS[i].op.name, x, mine, theirs)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.op.name)
def test_the_tape_gives_what_the_engine_records(kind: Kind) -> None:
    for x in points(kind.op.name):
        from autograd.recording import evaluate

        node = evaluate(kind.op, tuple([Value(number) for number in x]))
        numbers = [node.data, *node.local_derivatives]
        for mine, theirs in zip(run(kind.tape(), x), numbers, strict=True):
            allowed = abs(theirs) if math.isfinite(theirs) else math.inf
            assert agree(mine, theirs, allowed), (kind.op.name, x)


def test_helpers_are_written_once() -> None:
    text = printed([Kind(TABLE["dot"], 4), Kind(TABLE["total"], 2), Kind(TABLE["dot"], 2)])
    assert text.count("function total(") == 1
    assert text.endswith("const OPERATIONS = [operation0, operation1, operation2];")


def test_an_operation_of_the_users_own_is_not_printed() -> None:
    own = operation("own_page_test", value=math.sinh, partials=lambda m, x, y: (m.cosh(x),))
    node = own(Value(1.0))
    kind = Kind(node.op, 1)
    assert not kind.printable
    assert printed([kind]) == "const OPERATIONS = [null];"
