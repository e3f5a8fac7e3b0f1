"""compile: a function or a recorded graph as a program over batches of rows."""

from __future__ import annotations

import numbers
import pickle
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from ..arguments import function as function_of
from ..arguments import several, value
from ..cached import cached_property
from ..collector import collector_paused
from ..locks import LOADING
from ..structures import NUMBER, Array, Form, Nested, Sparse, is_array
from ..tape.derivatives import Wanted
from ..tape.instructions import Tape
from ..tape.pattern import Patterns
from ..tape.trace import record_tape, trace_in_form
from ..value import Value
from .backends import BACKENDS, fastest_backend, llvm_of, select
from .derivatives import Derivatives
from .pace import LONGEST, limit

MOST_ARRIVED = 64  # unpickled programs in the cache, shared by those with the same tape
CALL = "compile(f, 2) of a function or compile(y, [a, b]) of a graph"


class Program(Derivatives):
    """A compiled function of rows and parameters; returned by `compile`.

    Attributes:
        tape: the computation, as a list of instructions that can be printed.
        parameters: the Values whose data is read at each call, and by which it is differentiated.
        backend: the backend that runs it.
        note: the reason if that, or the backend of a derivative, is not the requested one; else
            empty.

    A program is pickled as its tape and its parameters, and compiled when it is loaded: once in a
    process for all programs with this tape.
    """

    def __init__(
        self,
        tape: Tape,
        leaves: Sequence[Value],
        parameters: Sequence[Value],
        backend: str,
        threads: int = 1,
        form: Form | None = None,
        longest: float = LONGEST,
    ) -> None:
        self.tape = tape
        self.parameters = list(parameters)
        self._leaves = list(leaves)  # the parameters, and other leaves that the function uses
        self._asked, self._longest = (backend, threads), longest
        self._form = form  # of the function's result; None for a number or a list of numbers
        slots = tuple(tape.parameter_slots[: len(self.parameters)])
        wanted = Wanted(slots) if len(tape.outputs) == 1 else None
        selection = select(backend, tape, wanted, threads, longest)
        self._backend, self.backend = selection.backend, selection.name
        self.note = selection.note

    def __reduce__(self) -> tuple[Any, ...]:
        return arrived, (
            self._written,
            self._leaves,
            self.parameters,
            *self._asked,
            self._form,
            self._longest,
        )

    @cached_property
    def _written(self) -> bytes:
        """The tape as a pickle."""
        return pickle.dumps(self.tape)

    def at(self, numbers: Sequence[float]) -> Program:
        """The same program with new leaves of these numbers; it shares the compiled code.

        Args:
            numbers: those of the parameters, then of the other leaves that the function uses.
        """
        leaves = [Value(x) for x in numbers]
        self._backends  # noqa: B018  is made, to be shared
        return sharing(vars(self), leaves, leaves[: len(self.parameters)], self._form)

    @property
    def llvm(self) -> str:
        """The program in LLVM IR, of the native backend.

        Raises:
            AttributeError: for another backend, so that `hasattr` is false.
        """
        return llvm_of(self._backend, self.backend)

    @cached_property
    def pattern(self) -> Patterns:
        """The sparsity pattern: which output depends on which input or parameter, and which second
        derivatives can be nonzero.
        """
        return Patterns(self.tape)

    def __call__(self, X: Any, parameters: Any = None) -> Any:
        r"""The value for each row of X; for a function of several values a row of them.

        A flat list or tuple of values is a row. A nested structure or an array keeps its form, with
        the column over the rows in place of each number, and an array of shape (rows, \*shape) in
        place of each array.

        Args:
            X: a table of numbers with one column for each input: an array of shape (rows, inputs),
                a data frame, or a list of rows.
            parameters: numbers to use in place of the data of the program's parameters, in their
                order.

        Returns:
            With the numpy and native backends an array of shape (rows,) or (rows, values), with
                python a list. That of native is in Fortran order.

        Raises:
            TypeError: if X is not a table of numbers.
            ValueError: if X is empty, has another number of columns, or named ones in another
                order.
        """
        rows = self._backend.rows(X)
        found = self._backend.values(rows, self._given(parameters, "Program"))
        if self._form is None:
            return found
        columns = found.T if is_array(found) else [*map(list, zip(*found, strict=True))]
        return over_rows(self._form, columns, len(rows))

    def __repr__(self) -> str:
        return (
            f"Program({len(self.tape.inputs)} inputs, {len(self.parameters)} parameters, "
            f"{len(self.tape.instructions)} instructions, backend={self.backend!r})"
        )


_arrived: dict[bytes, dict[str, Any]] = {}  # the most recent one last; under the lock of loading


def arrived(
    written: bytes,
    leaves: Sequence[Value],
    parameters: Sequence[Value],
    backend: str,
    threads: int,
    form: Form | None,
    longest: float,
) -> Program:
    """A program from a pickle; programs of one tape share their code, also what is compiled later.

    Args:
        written: the tape, as a pickle.
    """
    settings = (len(parameters), backend, threads, longest)
    key = sha256(written + repr(settings).encode()).digest()
    with LOADING:  # and no lock of this module, since compiling may load
        shared = _arrived.pop(key, None)
        if shared is None:
            made = Program(pickle.loads(written), (), parameters, backend, threads, None, longest)
            shared = {**vars(made), "_backends": made._backends, "parameters": [], "_leaves": []}
        _arrived[key] = shared
        while len(_arrived) > MOST_ARRIVED:
            del _arrived[next(iter(_arrived))]
    return sharing(shared, leaves, parameters, form)


def sharing(
    shared: dict[str, Any], leaves: Sequence[Value], parameters: Sequence[Value], form: Form | None
) -> Program:
    """A program with its own leaves that shares everything else with another one."""
    program = Program.__new__(Program)
    vars(program).update(shared)
    program.parameters, program._leaves, program._form = [*parameters], [*leaves], form
    return program


def compile(
    function: Callable[..., Any] | Value | Sequence[Value],
    inputs: int | Sequence[str] | Sequence[Value],
    parameters: Sequence[Value] = (),
    backend: str | None = None,
    threads: int = 1,
    longest: float = LONGEST,
) -> Program:
    """Compile a function, or a recorded graph, to a program over tables of rows.

    Args:
        function: a function of one Value for each input that returns a Value, or lists, tuples or
            arrays of Values, as every transform of a function does; or the roots of a graph.
        inputs: for a function the number of its inputs, or their names; for a graph its input
            leaves.
        parameters: the leaves to differentiate with respect to. Their data, and that of other
            leaves that the function uses, is read at each call.
        backend: "native", which compiles to machine code, "numpy", or "python", which needs no
            package; if None, the first of these whose packages are installed. Where native is not
            available, numpy replaces it, and `note` is the reason.
        threads: the number of threads that the native backend uses for sums over the rows of a
            large table; the bits of the results do not depend on it.
        longest: the limit of the estimated compile time, in seconds; beyond it numpy replaces
            native. Above 10 s there is a warning before compilation begins.

    Raises:
        TypeError: if the function branches on a Value or reads its data, with file and line
            (`autograd.where` keeps both branches).
        ValueError: for a graph that was built with such a choice.

    >>> from autograd import Value, compile
    >>> w = Value(3.0, label="w")
    >>> program = compile(lambda x, t: (w * x - t) ** 2, inputs=2, parameters=[w], backend="python")
    >>> program([[1.0, 2.0], [2.0, 7.0]])
    [1.0, 1.0]
    >>> program.value_and_grad([[1.0, 2.0], [2.0, 7.0]])
    (1.0, [-1.0])
    """
    if backend is None:
        backend = fastest_backend()
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise ValueError(f"compile: expected a backend of {', '.join(BACKENDS)}, got {backend!r}")
    count = whole(threads)
    if count is None or count < 1 or (count > 1 and backend != "native"):
        raise ValueError(
            f"compile: expected threads=1, or more with backend='native'; got threads={threads!r} "
            f"with backend={backend!r}"
        )
    longest = limit(longest, "compile")
    parameters = list(several(parameters, "compile", "leaf Values as parameters", CALL))
    with collector_paused():
        tape, leaves, form = read(function, inputs, parameters)
        if not tape.outputs:
            raise ValueError("compile: expected a function of at least one value, it gives none")
        flat = form is NUMBER or (isinstance(form, Nested) and form.flat)
        given = None if flat else form
        return Program(tape.check(), leaves, parameters, backend, count, given, longest)


def over_rows(form: Form, columns: Any, rows: int) -> Any:
    """A structure of this form, with the column over the rows in the place of each number.

    Args:
        columns: of all its numbers, in a sequence or as the rows of an array.
    """
    if isinstance(form, Nested):
        if form.flat:
            return form.rebuild([*columns])
        pairs = zip(form.parts, form.slices, strict=True)
        return form.rebuild([over_rows(part, columns[place], rows) for part, place in pairs])
    if isinstance(form, Sparse):
        import numpy as np

        return form.rows(np.array(columns, dtype=np.float64).reshape(form.size, rows).T)
    if isinstance(form, Array):
        import numpy as np

        return np.asarray(columns).T.reshape(rows, *form.shape)  # a view
    return columns[0]


def whole(x: Any) -> int | None:
    """An integer of any type as an int; None for anything else, also for a bool."""
    return int(x) if isinstance(x, numbers.Integral) and not isinstance(x, bool) else None


def read(
    function: Callable[..., Any] | Value | Sequence[Value],
    inputs: int | Sequence[str] | Sequence[Value],
    parameters: Sequence[Value],
) -> tuple[Tape, list[Value], Form]:
    """The tape of a function or graph, the leaves of its parameters, and the form of its result."""
    count = whole(inputs)
    if count is None:
        inputs = several(inputs, "compile", "names or leaf Values, or a number, as inputs", CALL)
    elif count < 0:
        raise ValueError(f"compile: expected a number of inputs of at least 0, got {inputs}")
    if callable(function):
        function_of(function, "compile")
        if count is None and not all([isinstance(name, str) for name in inputs]):  # type: ignore[union-attr]
            raise TypeError(
                "compile: for a function, expected the number of inputs, or a list of their names, "
                f"as inputs; got {inputs!r:.80}"
            )
        names = inputs if count is None else [f"x{i}" for i in range(1, count + 1)]
        return trace_in_form(function, Nested(tuple, [NUMBER] * len(names)), names, parameters)  # type: ignore[arg-type]
    alone = isinstance(function, Value)
    given = (function,) if alone else several(function, "compile", "Values", CALL)
    roots = [value(root, "compile", "a function or Values") for root in given]
    if count is not None:
        raise TypeError(f"compile: for a graph, expected its input leaves, got {inputs!r}")
    form = NUMBER if alone else Nested(list, [NUMBER] * len(roots))
    return *record_tape(roots, inputs, parameters, not alone), form  # type: ignore[arg-type]
