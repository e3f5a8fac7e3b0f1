"""Optimisers: SGD and Adam.

An update rule is a function of one parameter's number, its gradient, its state and the count of
steps, written in operations that floats and Values both have. The classes apply a rule to every
parameter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeAlias

from autograd import Value, sqrt

State: TypeAlias = tuple[Any, ...]
Rule: TypeAlias = Callable[..., tuple[Any, State]]


def sgd(parameter: Any, gradient: Any, state: State, step: Any, *, lr: Any) -> tuple[Any, State]:
    """Gradient descent: a step of lr times the gradient downhill.

    >>> sgd(1.0, 0.5, (), 1, lr=0.1)
    (0.95, ())
    """
    return parameter - lr * gradient, state


def adam(
    parameter: Any,
    gradient: Any,
    state: State,
    step: Any,
    *,
    lr: Any,
    betas: tuple[Any, Any] = (0.9, 0.999),
    eps: Any = 1e-8,
) -> tuple[Any, State]:
    """Adam: a step of about lr, by the running means of the gradient and of its square.

    D. Kingma, J. Ba, Adam: a method for stochastic optimization (2015), algorithm 1.

    state: the two running means, at first (0.0, 0.0); step counts from 1.

    >>> round(adam(1.0, 0.5, (0.0, 0.0), 1, lr=0.1)[0], 6)
    0.9
    """
    beta1, beta2 = betas
    mean, square = state
    mean = beta1 * mean + (1.0 - beta1) * gradient
    square = beta2 * square + (1.0 - beta2) * gradient * gradient
    unbiased_mean = mean / (1.0 - beta1**step)
    unbiased_square = square / (1.0 - beta2**step)
    return parameter - lr * unbiased_mean / (sqrt(unbiased_square) + eps), (mean, square)


class Optimizer:
    """What optimisers share: a rule applied to every parameter, and the state that it keeps."""

    rule: ClassVar[Rule]
    start: ClassVar[State] = ()  # a parameter's state before the first step

    def __init__(self, parameters: Iterable[Value], lr: float, **settings: Any) -> None:
        name = type(self).__name__
        if not isinstance(parameters, Iterable) or hasattr(parameters, "named_parameters"):
            raise TypeError(
                f"{name}: expected the parameters to move, as in model.parameters(), "
                f"got {type(parameters).__name__}"
            )
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError(f"{name}: expected at least one parameter, got none")
        for i, parameter in enumerate(self.parameters):
            if not isinstance(parameter, Value) or parameter.parents:
                raise TypeError(
                    f"{name}: expected leaf Values, got {parameter!r:.80} as number {i}"
                )
        self.lr = lr
        self.settings = settings
        self.states = [self.start for _ in self.parameters]
        self.steps = 0

    @property
    def lr(self) -> float:
        """The learning rate; it can be set between steps."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        if not (isinstance(lr, (int, float)) and 0.0 < lr < math.inf):
            raise ValueError(
                f"{type(self).__name__}: expected a positive finite number as lr, got {lr!r}"
            )
        self._lr = float(lr)

    def zero_grad(self) -> None:
        """Set the grad of every parameter to 0.0; `backward` adds to what is there."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def step(self) -> None:
        """Move every parameter by its grad.

        Raises FloatingPointError, and moves nothing, if any grad is not finite.
        """
        for i, parameter in enumerate(self.parameters):
            if not math.isfinite(parameter.grad):
                raise FloatingPointError(
                    f"{type(self).__name__}: the gradient of {parameter.label or f'parameter {i}'} "
                    f"is {parameter.grad} in step {self.steps + 1}; nothing was moved. "
                    "A smaller lr may help; or look at the data"
                )
        self.steps += 1
        for i, parameter in enumerate(self.parameters):
            parameter.data, self.states[i] = type(self).rule(
                parameter.data,
                parameter.grad,
                self.states[i],
                self.steps,
                lr=self.lr,
                **self.settings,
            )

    def __repr__(self) -> str:
        settings = "".join([f", {name}={value}" for name, value in self.settings.items()])
        return f"{type(self).__name__}({len(self.parameters)} parameters, lr={self.lr}{settings})"


class SGD(Optimizer):
    """Gradient descent (stochastic when the loss is that of a few rows): see `sgd`.

    parameters: leaf Values, as from model.parameters().
    lr: the learning rate, positive; `optimizer.lr = ...` changes it between steps.

    Raises ValueError for lr <= 0 or no parameters.

    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8
    """

    rule = staticmethod(sgd)

    def __init__(self, parameters: Iterable[Value], lr: float = 1e-3) -> None:
        super().__init__(parameters, lr)


class Adam(Optimizer):
    """Adam: steps of about lr, whatever the size of the gradients: see `adam`.

    parameters, lr: as in SGD.
    betas: how much of the running means of the gradient and of its square each step keeps.
    eps: added to the divisor.

    Raises ValueError for lr <= 0, no parameters, betas outside [0, 1) or a negative eps.

    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9
    """

    rule = staticmethod(adam)
    start = (0.0, 0.0)

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        if len(betas) != 2 or not all([0.0 <= beta < 1.0 for beta in betas]):
            raise ValueError(
                f"Adam: expected two numbers from 0 to below 1 as betas, got {betas!r}"
            )
        if not eps >= 0.0:
            raise ValueError(f"Adam: expected a number of at least 0 as eps, got {eps!r}")
        super().__init__(parameters, lr, betas=betas, eps=eps)
