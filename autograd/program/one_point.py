"""jit: a function compiled for one point, traced once for each form of its arguments."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import count
from typing import Any, overload

from .. import modes
from ..arguments import function as function_of
from ..arguments import is_value, real, wrong
from ..cached import cached_property
from ..calls import inputs as called_with
from ..calls import running
from ..collector import collector_paused
from ..graph import sources, topological_order
from ..locks import fork_safe_lock
from ..made import Transformed
from ..modes import active
from ..signatures import (
    CompiledGradient,
    CompiledHessian,
    CompiledNumber,
    CompiledValueAndGradient,
    Gradient,
    Hessian,
    ValueAndGradient,
)
from ..structures import ACCEPTED, Form, Nested, flatten
from ..tape.instructions import Tape
from ..tape.pattern import Patterns
from ..tape.trace import trace_in_form
from ..value import Value
from .argument_kinds import is_option, kinds_of
from .backends import llvm_of, select_point
from .pace import LONGEST, limit

MOST_KEPT = 64  # forms of arguments whose code is cached per function, the most recently used ones
Enter = Callable[[tuple[Any, ...]], Any]
_lock = fork_safe_lock()  # held while programs are added and removed, not while f is traced
_clock = count()


class PointProgram:
    """The program that `jit` compiled for one form of arguments.

    Attributes:
        tape: the computation, as a list of instructions that can be printed.
        parameters: the Values from outside, whose data is read at each call.
        backend: the backend that runs it, "native" or "python".
        note: the reason if the backend is not native; else empty.
        run: the function of a tuple of arguments of this form.
        enter: a faster function for tuples of exactly this form, which returns NotImplemented for
            any other; None if there is no such code.
        used: a counter of the last use.
    """

    def __init__(
        self,
        tape: Tape,
        leaves: Sequence[Value],
        arguments: Nested,
        form: Form,
        longest: float = LONGEST,
    ) -> None:
        self.tape, self.parameters = tape, list(leaves)
        self._made_for = arguments, form, longest
        self.run, self.backend, self.note = select_point(tape, leaves, *self._made_for)
        self.enter: Enter | None = getattr(self.run, "enter", None)
        self.used = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return PointProgram, (self.tape, self.parameters, *self._made_for)

    @property
    def llvm(self) -> str:
        """The program in LLVM IR, of the native backend.

        Raises:
            AttributeError: for another backend, so that `hasattr` is false.
        """
        return llvm_of(self.run, self.backend)

    @property
    def address(self) -> int:
        """The address of the machine code, a function for C that needs neither Python nor the GIL:

            void f(const double *x, const double *parameters, double *y);

        x has all numbers of the arguments in their order, arrays in C order; parameters the data of
        `parameters`, or null if there are none; y is memory for all results, which does not overlap
        the other two. Several threads may call it at the same time. It is valid while this program
        exists. Examples are in `autograd.program.native.c_functions`.

        Raises:
            AttributeError: if there is no machine code; `note` is the reason.
        """
        return self._address("address", "values")

    @property
    def scalar_address(self) -> int:
        """The address of the machine code of a function of one result, as SciPy's `quad` takes it:

            double f(int n, double *x, void *parameters);

        n is not used; the rest is as for `address`.

        Raises:
            AttributeError: if there is no machine code, or another number of results.
        """
        if len(self.tape.outputs) != 1:
            raise AttributeError(
                f"scalar_address: expected a function of one result, got {len(self.tape.outputs)}; "
                "address is that of a function which takes room for several"
            )
        return self._address("scalar_address", "number")

    def _address(self, name: str, function: str) -> int:
        find: Callable[[str], int] | None = getattr(self.run, "address", None)
        if find is None:
            raise AttributeError(
                f"{name}: only machine code has one, this program runs on {self.backend!r}; "
                f"{self.note}"
            )
        return find(function)

    @cached_property
    def pattern(self) -> Patterns:
        """The sparsity pattern: which result depends on which number of the arguments or parameter,
        and which second derivatives can be nonzero.
        """
        return Patterns(self.tape)

    def __repr__(self) -> str:
        return (
            f"PointProgram({len(self.tape.inputs)} numbers, {len(self.tape.outputs)} results, "
            f"{len(self.tape.instructions)} instructions, backend={self.backend!r})"
        )


class Jitted(Transformed):
    """A function that runs as machine code; returned by `jit`.

    It is called as the original function.
    """

    def __init__(self, f: Callable[..., Any], longest: float) -> None:
        super().__init__(jit, [f] if longest == LONGEST else [f, longest], f)
        self._longest = longest
        self._programs: dict[Hashable, PointProgram] = {}
        self._latest: PointProgram | None = None
        self._enter: Enter | None = None  # of the last used program
        self._of_instances: dict[int, dict[Hashable, PointProgram]] = {}  # by their ids

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """The bound method of an instance, whose code is cached as long as the instance exists."""
        bound = super().__get__(instance, owner)
        if bound is not self:
            if id(instance) not in self._of_instances:
                forget_with(instance, self._of_instances)
            bound._programs = self._of_instances.setdefault(id(instance), {})
        return bound

    def __call__(self, *args: Any, **named: Any) -> Any:
        """The result of the function, as plain numbers in its form.

        The function itself is called if an argument is a Value, inside a transform, while a
        function is traced, and in `anomaly`.
        """
        if running() or (active and watched()):
            return self._function(*args, **named)
        enter = self._enter
        if enter is not None and not named:
            y = enter(args)
            if y is not NotImplemented:
                return y
        given, key, function = (
            self._with_names(args, named) if named else (args, kinds_of(args), self._function)
        )
        if key is None:
            return self._function(*args, **named)
        try:
            found = self._programs.get(key) or self._make(key, given, function)
        except UsesInputsError:
            return self._function(*args, **named)
        if found is not self._latest:
            self._latest, found.used = found, next(_clock)
        if not named:
            self._enter = found.enter
        return found.run(given)

    def program(self, *args: Any, **named: Any) -> PointProgram:
        """The program for arguments of this form; their numbers are not used.

        Args:
            *args: arguments by position, as in a call.
            **named: arguments by keyword.

        Raises:
            TypeError: if one of them is a Value, for which there is no code.

        >>> from autograd import jit
        >>> jit(lambda x, y: x * y).program(0.0, 0.0).tape.size
        3
        """
        given, key, function = self._with_names(args, named)
        if key is None:
            raise wrong("program", ACCEPTED, given, "a Value goes to the function itself")
        return self._programs.get(key) or self._make(key, given, function)

    def _with_names(
        self, args: tuple[Any, ...], named: Mapping[str, Any]
    ) -> tuple[tuple[Any, ...], Hashable, Callable[..., Any]]:
        """All arguments by position, the key of their code, and the function of them. Keyword
        arguments that are options, not numbers to compute with, are bound in that function.
        """
        if not named:
            return args, kinds_of(args), self._function
        options = {name: x for name, x in sorted(named.items()) if is_option(name, x)}
        names = sorted(named.keys() - options)
        given = *args, *[named[name] for name in names]
        kinds, chosen = kinds_of(given), [(name, type(x), x) for name, x in options.items()]
        key = None if kinds is None else (len(args), kinds, *names, *chosen)

        def function(*xs: Any) -> Any:
            by_name = dict(zip(names, xs[len(args) :], strict=True))
            return self._function(*xs[: len(args)], **by_name, **options)

        return given, key, function

    def _make(self, key: Hashable, args: Sequence[Any], f: Callable[..., Any]) -> PointProgram:
        """Trace and compile f, the function of these arguments.

        Not under the lock, since the function may run any code: if several threads make the first
        call, each traces, and the code is compiled once.
        """
        found, arguments = flatten(args, "jit")
        for x in found:
            real(x, "jit")
        names = [f"x{i}" for i in range(1, arguments.size + 1)]

        def function(*inputs: Any) -> Any:
            y = f(*inputs)
            refuse_inputs(y, inputs)
            return y

        assert isinstance(arguments, Nested)
        with collector_paused():
            tape, leaves, form = trace_in_form(function, arguments, names, where="jit")
            made = PointProgram(tape.check(), leaves, arguments, form, self._longest)
        with _lock:
            made.used = next(_clock)
            made = self._programs.setdefault(key, made)
            while len(self._programs) > MOST_KEPT:
                del self._programs[min(self._programs, key=lambda k: self._programs[k].used)]
        return made


def forget_with(instance: object, kept: dict[int, Any]) -> None:
    """Remove the cache entry of an instance when that is deleted."""
    try:
        last = weakref.finalize(instance, kept.pop, id(instance), None)
    except TypeError:
        advice = "add '__weakref__' to the __slots__ of its class"
        raise wrong(
            "jit", "a method of what weak references can be made to", instance, advice
        ) from None
    last.atexit = False


class UsesInputsError(TypeError):
    """A result depends on the inputs of an enclosing call, in another thread."""


def refuse_inputs(y: Any, inputs: Any) -> None:
    """UsesInputsError for a result that depends on inputs of a running call or trace. In the thread
    of that call `running` detects it; in a thread that it started, this check does.
    """
    own = {x for x in flatten(inputs, "jit")[0] if is_value(x)}
    results = [x for x in flatten(y, "jit", f"a function of {ACCEPTED}")[0] if is_value(x)]
    others = (called_with | modes.inputs) - own
    if not others.isdisjoint(topological_order(*results, operands=sources)):
        raise UsesInputsError("jit: the result depends on the arguments of an enclosing call")


def watched() -> bool:
    """Whether a mode is active in which the function itself has to run."""
    return modes.tracing() or modes.innermost("origins", None) is not None


@overload
def jit(f: Gradient, longest: float = LONGEST) -> CompiledGradient: ...
@overload
def jit(f: ValueAndGradient, longest: float = LONGEST) -> CompiledValueAndGradient: ...
@overload
def jit(  # type: ignore[overload-overlap]  # the last one is for all other callables
    f: Hessian, longest: float = LONGEST
) -> CompiledHessian: ...
@overload
def jit(f: Callable[..., Value], longest: float = LONGEST) -> CompiledNumber: ...
@overload
def jit(f: Callable[..., Any], longest: float = LONGEST) -> Jitted: ...
def jit(f: Callable[..., Any], longest: float = LONGEST) -> Any:
    """f compiled to machine code, at the first call for each form of arguments.

    It takes numbers, lists or tuples of them (also nested) and arrays, returns plain numbers in the
    form of f's results, and composes with every transform: `jit(value_and_grad(f))`,
    `jit(hessian(f))`. For Values it calls f itself, so that `grad(jit(f))` is `grad(f)`.

    Floats, lists, tuples and arrays may also be passed by keyword. Any other keyword argument is an
    option, and must be hashable: an int, a bool, a string, None, an object. Code is compiled for
    each of its values, as for JAX's static arguments. `@jit` above a method compiles for each
    instance.

    Everything that f uses from outside, such as numbers and arrays, also of an instance, is a
    constant after the first call, except the data of Values, which is read at each call. The result
    does not depend on such a Value as a graph: to differentiate with respect to it, call f.
    `jit(f).program(*args)` has the tape, and in `note` the reason if Python code runs because
    machine code is not available.

    Args:
        f: a function that returns a number, or lists, tuples or arrays of them.
        longest: the limit of the estimated compile time, in seconds; beyond it Python code runs.
            Above 10 s there is a warning before compilation begins.

    Raises:
        TypeError: if f branches on a Value or reads its data, with file and line (`autograd.where`
            keeps both branches), and for arguments that are not numbers.

    >>> from autograd import jit, value_and_grad
    >>> f = jit(value_and_grad(lambda x: (x[0] - 1.0) ** 2 + x[0] * x[1]))
    >>> f([2.0, 5.0])
    (11.0, [7.0, 2.0])
    >>> power = jit(lambda x, n: x**n)
    >>> power(2.0, n=3), power(2.0, n=4)
    (8.0, 16.0)
    """
    return Jitted(function_of(f, "jit"), limit(longest, "jit"))
