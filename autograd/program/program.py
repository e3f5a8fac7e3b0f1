"""compile: a function or a graph of Values as a program that runs over batches of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Literal, Protocol

from ..tape.instructions import Tape
from ..tape.reverse import reverse
from ..tape.trace import record, trace
from ..value import Value, real

Reduction = Literal["mean", "sum"]


class Backend(Protocol):
    """What runs a tape and its gradient tape over rows."""

    def rows(self, X: Any) -> Any:
        """The rows of X, checked, in the form that the backend computes on."""

    def values(self, rows: Any, parameters: Sequence[float]) -> Any:
        """The outputs for each row."""

    def sums(
        self, rows: Any, weights: Sequence[float], parameters: Sequence[float]
    ) -> tuple[float, list[float]]:
        """The weighted sums over rows of the output and of its derivative by each parameter."""


class Program:
    """A compiled function of rows and parameters; made by `compile`.

    tape: what it computes, as a list of instructions that can be printed.
    parameters: the Values whose data it reads at each call and whose gradients it gives.
    backend: the name of what runs it.
    """

    def __init__(
        self, tape: Tape, leaves: Sequence[Value], parameters: Sequence[Value], backend: str
    ) -> None:
        self.tape = tape
        self.parameters = list(parameters)
        self.backend = backend
        self._leaves = list(leaves)  # the parameters, and other leaves that the function uses
        slots = tape.parameter_slots[: len(self.parameters)]
        gradient = reverse(tape, slots) if len(tape.outputs) == 1 else None
        self._backend = BACKENDS[backend](tape, gradient)

    def __call__(self, X: Any) -> Any:
        """The value for each row of X, or for a function of several values a row of them.

        X: a table of numbers, one column for each input: an array, or rows in a list. The numpy
            backend gives an array of shape (rows,) or (rows, values), the python backend a list.

        Raises ValueError for a table that is empty or has another number of columns.
        """
        return self._backend.values(self._backend.rows(X), self._numbers())

    def value_and_grad(
        self, X: Any, reduction: Reduction = "mean", sample_weight: Sequence[float] | None = None
    ) -> tuple[float, list[float]]:
        """The loss over all rows and its derivative with respect to each parameter.

        reduction: "mean" or "sum" over the rows.
        sample_weight: a weight for each row; the mean is then the weighted one.
        """
        if len(self.tape.outputs) != 1:
            raise ValueError(
                f"value_and_grad: expected a function of one value, this program gives "
                f"{len(self.tape.outputs)}"
            )
        if reduction not in ("mean", "sum"):
            raise ValueError(f"value_and_grad: expected 'mean' or 'sum', got {reduction!r}")
        rows = self._backend.rows(X)
        count = len(rows)
        if sample_weight is None:
            weights = [1.0] * count
        else:
            weights = [real(weight, "sample_weight") for weight in sample_weight]
            if len(weights) != count:
                raise ValueError(
                    f"sample_weight: expected one weight for each of the {count} rows, "
                    f"got {len(weights)}"
                )
        if reduction == "mean":
            whole = sum(weights)
            if not whole > 0.0:
                raise ValueError(f"sample_weight: expected a positive sum, got {whole}")
            weights = [weight / whole for weight in weights]
        return self._backend.sums(rows, weights, self._numbers())

    def _numbers(self) -> list[float]:
        return [leaf.data for leaf in self._leaves]

    def __repr__(self) -> str:
        return (
            f"Program({len(self.tape.inputs)} inputs, {len(self.parameters)} parameters, "
            f"{len(self.tape.instructions)} instructions, backend={self.backend!r})"
        )


def _python(tape: Tape, gradient: Tape | None) -> Backend:
    from .python_backend import PythonBackend

    return PythonBackend(tape, gradient)


def _numpy(tape: Tape, gradient: Tape | None) -> Backend:
    try:
        from .numpy_backend import NumpyBackend
    except ImportError as error:
        raise ImportError(
            'the numpy backend needs NumPy: pip install "chainrule[numpy]"; '
            'backend="python" needs nothing'
        ) from error
    return NumpyBackend(tape, gradient)


BACKENDS: dict[str, Callable[[Tape, Tape | None], Backend]] = {"python": _python, "numpy": _numpy}


def compile(
    function: Callable[..., Any] | Value | Sequence[Value],
    inputs: int | Sequence[str] | Sequence[Value],
    parameters: Sequence[Value] = (),
    backend: str | None = None,
) -> Program:
    """Make a program of a function, or of a graph that was built.

    function: takes one Value for each input and gives a Value or a list of them; or the roots of a
        graph.
    inputs: for a function how many it takes, or their names; for a graph its input leaves.
    parameters: leaves by which to differentiate. Their data, and that of other leaves which the
        function uses, is read at each call.
    backend: "python" (needs nothing) or "numpy"; if None, numpy where it is installed.

    Raises TypeError, with file and line, where the function branches on a Value or reads its data
    (`autograd.where` keeps both branches); ValueError for a graph in which such a choice was made.

    >>> from autograd import Value, compile
    >>> w = Value(3.0, label="w")
    >>> program = compile(lambda x, t: (w * x - t) ** 2, inputs=2, parameters=[w], backend="python")
    >>> program([[1.0, 2.0], [2.0, 7.0]])
    [1.0, 1.0]
    >>> program.value_and_grad([[1.0, 2.0], [2.0, 7.0]])
    (1.0, [-1.0])
    """
    if backend is None:
        backend = "numpy" if find_spec("numpy") else "python"
    if backend not in BACKENDS:
        raise ValueError(f"compile: expected a backend of {', '.join(BACKENDS)}, got {backend!r}")
    parameters = list(parameters)
    if callable(function):
        if not isinstance(inputs, int) and not all([isinstance(name, str) for name in inputs]):
            raise TypeError(
                "compile: for a function, expected the number of its inputs or their names as "
                f"inputs, got {inputs!r:.80}"
            )
        tape, leaves = trace(function, inputs, parameters)  # type: ignore[arg-type]
    else:
        several = not isinstance(function, Value)
        roots = list(function) if several else [function]  # type: ignore[arg-type]
        if isinstance(inputs, int):
            raise TypeError(f"compile: for a graph, expected its input leaves, got {inputs!r}")
        tape, leaves = record(roots, inputs, parameters, several)  # type: ignore[arg-type]
    return Program(tape.check(), leaves, parameters, backend)
