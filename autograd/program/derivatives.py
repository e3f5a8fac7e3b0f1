"""Derivatives of programs, summed over rows and for each row.

Each kind of derivative has its own tape, which is written and compiled at its first use.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal

from ..cached import cached_property
from ..collector import collector_paused
from ..locks import LOADING
from ..structures import is_array
from ..tape.derivatives import Wanted, along_adjoints, hessian, jacobian, widened
from ..tape.instructions import Tape
from ..tape.reverse import reverse
from ..value import Value
from .backends import Backend, Selection, select
from .shapes import arranged, beside, each_of, each_row, stacked
from .weights import numbers, row_weights, slot_of, slots_by, weights_of

MOST_ENTRIES = 1_000_000  # entries of a matrix, each of which is code
Reduction = Literal["mean", "sum"]
By = Literal["parameters", "inputs"] | Sequence[str]


class Derivatives:
    """The derivative methods of `Program`.

    Results are arrays with the numpy and native backends; with python they are lists, or arrays if
    `parameters` is one. The methods share these arguments:

    Args:
        X: a table with a column for each input, as for a call of the program.
        by: the variables of the derivative: "parameters", "inputs", or a list of names of inputs.
        reduction: "mean" or "sum" over the rows.
        sample_weight: a weight for each row; the mean is then the weighted one.
        parameters: numbers to use in place of the data of the program's parameters, in their order,
            so that a solver does not have to write into Values. Other Values that the function uses
            keep their data.
    """

    tape: Tape
    parameters: list[Value]
    note: str
    _leaves: list[Value]
    _asked: tuple[str, int]
    _longest: float
    _backend: Backend

    def value(
        self,
        X: Any,
        reduction: Reduction = "mean",
        sample_weight: Any = None,
        parameters: Any = None,
    ) -> float:
        """The loss over all rows, without its gradient; the arguments are those of `Derivatives`.

        >>> from autograd import Value, compile
        >>> program = compile(lambda x: x * Value(3.0), 1, backend="python")
        >>> program.value([[1.0], [2.0]], reduction="sum")
        9.0
        """
        return self._summed("value", Wanted(()), X, reduction, sample_weight, parameters)[0]

    def value_and_grad(
        self,
        X: Any,
        reduction: Reduction = "mean",
        sample_weight: Any = None,
        parameters: Any = None,
    ) -> tuple[float, Any]:
        """The loss over all rows and its derivative with respect to each parameter.

        Args:
            reduction: "mean" or "sum" over the rows.
            sample_weight: a weight for each row; the mean is then the weighted one.
            parameters: numbers to use in place of the parameters' data. The derivatives are a list,
                or an array where this is one.

        Raises:
            ValueError: for a program of several values, and for weights whose sum is not positive.

        >>> from autograd import Value, compile
        >>> w = Value(3.0)
        >>> program = compile(lambda x: w * x, 1, [w], backend="python")
        >>> program.value_and_grad([[1.0], [2.0]])
        (4.5, [1.5])
        >>> program.value_and_grad([[1.0], [2.0]], parameters=[10.0])
        (15.0, [1.5])
        """
        self._one_value("value_and_grad")
        rows = self._backend.rows(X)
        weights = weights_of(rows, reduction, sample_weight, "value_and_grad")
        found = self._backend.sums(rows, weights, self._given(parameters, "value_and_grad"))
        slopes = found[1:]
        return found[0], arranged(slopes, (len(slopes),), True) if is_array(parameters) else slopes

    def jacobian(self, X: Any, by: By = "parameters", parameters: Any = None) -> Any:
        """The derivatives of each row's outputs: of shape (rows, outputs, derivatives).

        A single output has no axis. Outputs in nested structures are in their order there. The
        arguments are those of `Derivatives`.

        >>> from autograd import Value, compile
        >>> a, b = Value(3.0), Value(2.0)
        >>> program = compile(lambda x: a * x * x + b, 1, [a, b], backend="python")
        >>> program.jacobian([[1.0], [2.0]])
        [[1.0, 1.0], [4.0, 1.0]]
        >>> program.jacobian([[1.0], [2.0]], by="inputs")
        [[6.0], [12.0]]
        """
        slots = slots_by(by, self.tape, len(self.parameters), "jacobian")
        outputs = len(self.tape.outputs)
        refuse_large(outputs * len(slots), "jacobian", "vjp")
        shape = (outputs, len(slots)) if self.tape.several else (len(slots),)
        rows, given = self._backend.rows(X), self._given(parameters, "jacobian")
        backend = self._made(("jacobian", slots), lambda: jacobian(self.tape, slots))
        return each_row(backend.values(rows, given), shape, is_array(parameters))

    def hessian(
        self,
        X: Any,
        reduction: Reduction | None = "mean",
        sample_weight: Any = None,
        by: By = "parameters",
        parameters: Any = None,
    ) -> Any:
        """The second derivatives of the loss over all rows, a symmetric matrix.

        The arguments are those of `Derivatives`.

        Args:
            reduction: "mean" or "sum" over the rows; None gives a matrix for each row, times its
                weight if there is one.

        >>> from autograd import Value, compile
        >>> a, b = Value(3.0), Value(2.0)
        >>> program = compile(lambda x: a * a * b * x, 1, [a, b], backend="python")
        >>> program.hessian([[1.0], [2.0]], reduction="sum")
        [[12.0, 18.0], [18.0, 0.0]]
        """
        slots = slots_by(by, self.tape, len(self.parameters), "hessian")
        count = len(slots)
        refuse_large(count * count, "hessian", "hvp")
        if reduction is None:
            key, shape = ("hessian", slots), (count, count)

            def each() -> Tape:
                return hessian(self.tape, slots)

            return self._weighted(key, each, X, sample_weight, parameters, shape)
        wanted = Wanted(slots, "hessian")
        found = self._summed("hessian", wanted, X, reduction, sample_weight, parameters)
        upper = [found[min(i, k) * count + max(i, k)] for i in range(count) for k in range(count)]
        return arranged(upper, (count, count), self._arrays(parameters))

    def gradient_and_hessian(
        self, X: Any, by: str, sample_weight: Any = None, parameters: Any = None
    ) -> tuple[Any, Any]:
        """The first and second derivative of each row's loss with respect to one input.

        Boosting libraries take these of an objective, with respect to the prediction.

        Args:
            by: the name of the input.
            sample_weight: a factor for each row.

        X and parameters are those of `Derivatives`.

        >>> from autograd import compile
        >>> loss = compile(lambda y, label: (y - label) ** 2, ["y", "label"], backend="python")
        >>> loss.gradient_and_hessian([[1.0, 3.0], [2.0, 2.0]], by="y")
        ([-4.0, 0.0], [2.0, 2.0])
        """
        slot = slot_of(by, self.tape, "gradient_and_hessian")

        def both() -> Tape:
            sweep = reverse(self.tape, [slot])
            return reverse(sweep.with_outputs(sweep.outputs[1:]), [slot])

        key = ("gradient_and_hessian", slot)
        found = self._weighted(key, both, X, sample_weight, parameters, (2,))
        if is_array(found):
            return found[:, 0], found[:, 1]
        return [first for first, _ in found], [second for _, second in found]

    def vjp(self, X: Any, adjoints: Any, by: By = "parameters", parameters: Any = None) -> Any:
        """The adjoints of the outputs times the Jacobian: the derivatives of their dot product.

        With respect to parameters it is summed over rows; with respect to inputs it has a row for
        each row of X.

        Args:
            adjoints: for each row one number, or for several outputs a number for each; several
                such tables in a list or an array give several products, without tracing again.

        X, by and parameters are those of `Derivatives`.

        >>> from autograd import Value, compile
        >>> w = Value(3.0)
        >>> program = compile(lambda x: [w * x, w * w], 1, [w], backend="python")
        >>> program.vjp([[1.0], [2.0]], [[1.0, 0.0], [1.0, 1.0]])
        [9.0]
        >>> program.vjp([[1.0], [2.0]], [[1.0, 0.0], [1.0, 1.0]], by="inputs")
        [[3.0], [3.0]]
        """
        slots = slots_by(by, self.tape, len(self.parameters), "vjp")
        outputs, inputs = len(self.tape.outputs), len(self.tape.inputs)
        rows, given = self._backend.rows(X), self._given(parameters, "vjp")
        axes = 2 if self.tape.several else 1
        wide = tuple([slot + outputs * (slot >= inputs) for slot in slots])
        of_inputs = slots[0] < inputs

        def written() -> Tape:
            tape = along_adjoints(self.tape)
            if not of_inputs:
                return tape
            sweep = reverse(tape, wide)
            return sweep.with_outputs(sweep.outputs[1:])

        wanted = None if of_inputs else Wanted(wide)
        backend = self._made(("vjp", slots), written, wanted)
        found = []
        many, tables = each_of(adjoints, axes, "vjp", "adjoints")
        for one in tables:
            joined = beside(rows, one, outputs, axes)
            if of_inputs:
                products = each_row(backend.values(joined, given), (len(slots),), False)
            else:
                products = backend.sums(joined, 1.0, given)[1:]
            found.append(products)
        return stacked(found, many, self._arrays(parameters, adjoints))

    def hvp(
        self,
        X: Any,
        vector: Any,
        reduction: Reduction = "mean",
        sample_weight: Any = None,
        by: By = "parameters",
        parameters: Any = None,
    ) -> Any:
        """The Hessian of the loss over all rows times a vector, without the Hessian itself.

        Args:
            vector: a number for each derivative; several vectors in a list or an array of shape
                (vectors, derivatives) give several products, without tracing again.

        The other arguments are those of `Derivatives`.

        >>> from autograd import Value, compile
        >>> a, b = Value(3.0), Value(2.0)
        >>> program = compile(lambda x: a * a * b * x, 1, [a, b], backend="python")
        >>> program.hvp([[1.0], [2.0]], [1.0, 0.0], reduction="sum")
        [12.0, 18.0]
        >>> program.hvp([[1.0], [2.0]], [[1.0, 0.0], [0.0, 1.0]], reduction="sum")
        [[12.0, 18.0], [18.0, 0.0]]
        """
        slots = slots_by(by, self.tape, len(self.parameters), "hvp")
        self._one_value("hvp")
        first, count = self.tape.constant_slots.start, len(slots)
        names = [f"vector{i}" for i in range(1, count + 1)]
        rows, given = self._backend.rows(X), self._given(parameters, "hvp")
        weights = weights_of(rows, reduction, sample_weight, "hvp")
        wanted = Wanted(slots, "product", tuple(range(first, first + count)))
        backend = self._made(wanted, lambda: widened(self.tape, parameters=names), wanted)
        many, vectors = each_of(vector, 1, "hvp", "vector")
        found = []
        for one in vectors:
            along = numbers(one, "hvp", "vector", count, "derivatives")
            found.append(backend.sums(rows, weights, [*given, *along]))
        return stacked(found, many, self._arrays(parameters, vector))

    @cached_property
    def _backends(self) -> dict[Hashable, Selection]:
        """The executor of each kind of derivatives."""
        return {}

    def _made(
        self, key: Hashable, write: Callable[[], Tape], wanted: Wanted | None = None
    ) -> Backend:
        """The backend for a tape, which is written at the first use, by one thread."""
        found = self._backends.get(key)
        if found is None:
            with LOADING, collector_paused():  # no separate lock, since compiling may load modules
                found = self._backends.get(key)
                if found is None:
                    found = select(self._asked[0], write(), wanted, self._asked[1], self._longest)
                    self._backends[key] = found
        self.note = self.note or found.note
        return found.backend

    def _given(self, parameters: Any, where: str) -> list[float]:
        """The numbers of all leaves, the parameters first."""
        if parameters is None:  # not by the property, for speed: there may be many
            return [leaf._number for leaf in self._leaves]
        count = len(self.parameters)
        found = numbers(parameters, where, "parameters", count, "parameters of the program")
        return [*found, *[leaf._number for leaf in self._leaves[count:]]]

    def _one_value(self, where: str) -> None:
        if len(self.tape.outputs) != 1:
            raise ValueError(
                f"{where}: expected a function of one value, this program gives "
                f"{len(self.tape.outputs)}; jacobian and vjp take several"
            )

    def _summed(
        self,
        where: str,
        wanted: Wanted,
        X: Any,
        reduction: Reduction,
        sample_weight: Any,
        parameters: Any,
    ) -> list[float]:
        """The sums over rows of the wanted derivatives."""
        self._one_value(where)
        rows = self._backend.rows(X)
        weights = weights_of(rows, reduction, sample_weight, where)
        given = self._given(parameters, where)
        return self._made(wanted, lambda: self.tape, wanted).sums(rows, weights, given)

    def _weighted(
        self,
        key: tuple[str, Any],
        write: Callable[[], Tape],
        X: Any,
        sample_weight: Any,
        parameters: Any,
        shape: Sequence[int],
    ) -> Any:
        """The outputs of a tape for each row, in this shape, times its weight."""
        self._one_value(key[0])
        rows, given = self._backend.rows(X), self._given(parameters, key[0])
        weights = row_weights(rows, sample_weight, key[0])
        found = self._made(key, write).values(rows, given)
        if weights is not None and is_array(found):
            import numpy as np

            with np.errstate(all="ignore"):
                found = found * np.asarray(weights)[:, None]
        elif weights is not None:
            pairs = zip(found, weights, strict=True)
            found = [[weight * x for x in row] for row, weight in pairs]
        return each_row(found, shape, is_array(parameters))

    def _arrays(self, *given: Any) -> bool:
        """Whether results are arrays."""
        return self._asked[0] != "python" or any(map(is_array, given))


def refuse_large(entries: int, where: str, other: str) -> None:
    """ValueError for a matrix with too many entries."""
    if entries > MOST_ENTRIES:
        raise ValueError(
            f"{where}: {entries:,} entries, each of which is code; at most {MOST_ENTRIES:,} are "
            f"compiled: {other} computes products with vectors"
        )
