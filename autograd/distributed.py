"""Distributed sums: values and derivatives of programs over partitions of a Dask collection."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .arguments import wrong
from .program import Program
from .program.derivatives import By, Reduction, refuse_large
from .program.shapes import arranged, each_of, stacked
from .program.weights import numbers, slots_by, weights_of
from .structures import is_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RETRIES = 3  # of a partition, where its worker is gone


class Partitioned:
    """A program whose sums over rows are computed on a cluster; returned by `partitioned`.

    Its methods are those of `Program` that sum over rows, where X is a Dask array or data frame.
    The sums of partitions are added in the order of the partitions, so that the bits do not depend
    on the number of workers. The program is sent as its tape with the numbers of the call, and is
    compiled once in each process. An argument means the same in every method:

    Args:
        X: a Dask array or data frame. A collection that is not persisted is read or computed again
            in each call; `X.persist()` keeps it in the memory of the workers, and partitions that
            are lost with a worker are computed again.
        reduction: "mean" or "sum" over the rows.
        sample_weight: a Dask array or column with the same partitions; a weight for each row.
        by: the variables of the derivative: "parameters", "inputs", or a list of names of inputs.
        parameters: numbers to use in place of the data of the program's parameters.
    """

    def __init__(self, program: Program, client: Any) -> None:
        self.program, self.client = program, client

    def value(
        self,
        X: Any,
        reduction: Reduction = "mean",
        sample_weight: Any = None,
        parameters: Any = None,
    ) -> float:
        """The loss over all rows; the arguments are those of `Partitioned`."""
        return float(self._summed("value", X, reduction, sample_weight, parameters)[0])

    def value_and_grad(
        self,
        X: Any,
        reduction: Reduction = "mean",
        sample_weight: Any = None,
        parameters: Any = None,
    ) -> tuple[float, Any]:
        """The loss over all rows and its derivative with respect to each parameter.

        The arguments are those of `Partitioned`; the derivatives are a list, or an array where
        `parameters` is one.
        """
        total = self._summed("value_and_grad", X, reduction, sample_weight, parameters)
        return float(total[0]), total[1:] if is_array(parameters) else total[1:].tolist()

    def hessian(
        self,
        X: Any,
        reduction: Reduction = "mean",
        sample_weight: Any = None,
        by: By = "parameters",
        parameters: Any = None,
    ) -> Any:
        """The second derivatives of the loss over all rows, a symmetric matrix."""
        count = self._count(by, "hessian")
        refuse_large(count * count, "hessian", "hvp")
        total = self._summed("hessian", X, reduction, sample_weight, parameters, by=by)
        return arranged(total.tolist(), (count, count), self.program._arrays(parameters))

    def hvp(
        self,
        X: Any,
        vector: Any,
        reduction: Reduction = "mean",
        sample_weight: Any = None,
        by: By = "parameters",
        parameters: Any = None,
    ) -> Any:
        """The Hessian of the loss over all rows times a vector, or several vectors.

        Args:
            vector: a number for each derivative; several vectors in a list or an array give several
                products.
        """
        count = self._count(by, "hvp")
        many, vectors = each_of(vector, 1, "hvp", "vector")
        along = [numbers(one, "hvp", "vector", count, "derivatives") for one in vectors]
        total = self._summed("hvp", X, reduction, sample_weight, parameters, by=by, vector=along)
        found = [[*row] for row in total.reshape(-1, count).tolist()]
        return stacked(found, many, self.program._arrays(parameters, vector))

    def vjp(self, X: Any, adjoints: Any, parameters: Any = None) -> Any:
        """The adjoints of the outputs times the Jacobian with respect to parameters, over all rows.

        Args:
            adjoints: a Dask array or column of the same partitions, with one number for each row,
                or of several outputs a number for each.
        """
        self._count("parameters", "vjp")
        total = self._total("vjp", X, adjoints, parameters, {})[1:]
        return arranged(total.tolist(), total.shape, self.program._arrays(parameters))

    def __repr__(self) -> str:
        return f"Partitioned({self.program!r}, {self.client!r})"

    def _count(self, by: By, where: str) -> int:
        """The number of derivatives."""
        return len(slots_by(by, self.program.tape, len(self.program.parameters), where))

    def _summed(
        self,
        where: str,
        X: Any,
        reduction: Reduction,
        sample_weight: Any,
        parameters: Any,
        **settings: Any,
    ) -> NDArray[np.float64]:
        """The sums over all rows, or their mean."""
        self.program._one_value(where)
        weights_of([None], reduction, None, where)  # refuses another reduction
        settings["reduction"] = "sum"
        total = self._total(where, X, sample_weight, parameters, settings)
        if reduction == "sum":
            return total[1:]
        if not total[0] > 0.0:
            raise ValueError(
                f"{where}: sample_weight: expected a positive sum, got {float(total[0])}"
            )
        mean: NDArray[np.float64] = total[1:] / total[0]
        return mean

    def _total(
        self, where: str, X: Any, beside: Any, parameters: Any, settings: dict[str, Any]
    ) -> NDArray[np.float64]:
        """What `sums` gives for each partition, added in their order."""
        import numpy as np
        from dask.delayed import delayed

        what = "adjoints" if where == "vjp" else "sample_weight"
        parts = partitions(X, where, "X")
        more: Sequence[Any] = [None] * len(parts)
        if beside is not None or where == "vjp":
            more = partitions(beside, where, what)
        if len(more) != len(parts):
            raise ValueError(
                f"{where}: {what}: expected {len(parts)} partitions as in X, got {len(more)}"
            )
        program = self.program.at(self.program._given(parameters, where))
        task = delayed(partial(sums, pickle.dumps(program), where, settings), pure=False)
        tasks = [task(*pair) for pair in zip(parts, more, strict=True)]
        total = None
        with np.errstate(all="ignore"):
            for found in self.client.gather(self.client.compute(tasks, retries=RETRIES)):
                if found is not None:
                    total = found if total is None else total + found
        if total is None:
            raise ValueError(f"{where}: expected at least one row, got none")
        return total  # type: ignore[no-any-return]  # of `sums`


def sums(
    written: bytes, method: str, settings: dict[str, Any], rows: Any, beside: Any
) -> NDArray[np.float64] | None:
    """In a worker: the sums over a partition, after its number of rows or the sum of their weights;
    None where it is empty.

    Args:
        written: the program, as a pickle.
        beside: sample weights or adjoints.
    """
    import numpy as np

    if len(rows) == 0:
        return None
    program, along = pickle.loads(written), settings.get("vector")
    whole = float(len(rows))
    if beside is not None:
        beside = np.asarray(beside)
        if method == "vjp":
            settings = {**settings, "adjoints": beside}
        else:
            whole, settings = float(beside.sum()), {**settings, "sample_weight": beside}
    if along is not None:
        settings = {**settings, "vector": np.array(along)}
    found = getattr(program, method)(rows, **settings)
    several = found if isinstance(found, tuple) else (found,)
    return np.concatenate([[whole], *[np.ravel(one) for one in several]])


def partitions(collection: Any, where: str, what: str) -> list[Any]:
    """The partitions of a Dask array or data frame, each with all of its columns."""
    if not hasattr(collection, "to_delayed"):
        raise wrong(
            where,
            f"a Dask array or data frame as {what}",
            collection,
            f"program.{where} takes tables in memory, dask.array.from_array(X, chunks=(rows, -1)) "
            "divides one",
        )
    if getattr(collection, "ndim", 1) > 1 and hasattr(collection, "rechunk"):
        collection = collection.rechunk({1: -1})
    found = collection.to_delayed()
    return found.ravel().tolist() if is_array(found) else [*found]


def partitioned(program: Program, client: Any) -> Partitioned:
    """A program over tables in partitions on a cluster: its sums over rows and their derivatives.

    The methods value, value_and_grad, hessian, hvp and vjp of the result take Dask arrays and data
    frames; they are those of `Program`.

    Args:
        program: the result of `compile`.
        client: a `dask.distributed.Client`.

    Raises:
        TypeError: for anything else.

    >>> from autograd import Value, compile, partitioned
    >>> w = Value(3.0)
    >>> program = compile(lambda x, t: (w * x - t) ** 2, ["x", "t"], [w])
    >>> def on(client, table):               # a dask.distributed.Client, a Dask data frame
    ...     return partitioned(program, client).value_and_grad(table[["x", "t"]], "sum")
    """
    if not isinstance(program, Program):
        raise wrong("partitioned", "a Program", program, "compile(f, inputs, parameters) makes one")
    if isinstance(client, type) or not (hasattr(client, "compute") and hasattr(client, "gather")):
        raise wrong("partitioned", "a dask.distributed Client as client", client)
    return Partitioned(program, client)
