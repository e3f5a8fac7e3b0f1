"""Optimizers: SGD, Adam and AdamW apply an update rule to every parameter."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, ClassVar, TypeAlias

from autograd import Value
from autograd.arguments import real, several, unset

from .arguments import at_least_zero, parameters_of
from .update_rules import Rule, State, adam, adamw, sgd, updated

Checkpoint: TypeAlias = tuple[list[float], list[State], int]


class Optimizer:
    """The base of optimizers: it applies a rule to every parameter, and keeps the rule's states.

    Threads that share parameters may call `backward` concurrently, but `zero_grad` and `step` only
    while no other thread runs a sweep or a step.
    """

    rule: ClassVar[Rule]
    start: ClassVar[State] = ()  # a parameter's state before the first step

    def __init__(self, parameters: Iterable[Value], lr: float, **settings: Any) -> None:
        name = type(self).__name__
        self.parameters = parameters_of(parameters, name)
        if not self.parameters:
            raise ValueError(f"{name}: expected at least one parameter, got none")
        first: dict[Value, int] = {}
        for i, parameter in enumerate(self.parameters):
            if first.setdefault(parameter, i) != i:  # a step would update it twice
                raise ValueError(
                    f"{name}: expected every parameter once, got {parameter!r:.80} as number "
                    f"{first[parameter]} and as number {i}; model.parameters() has each once, "
                    "also where two parts share it"
                )
        self.lr = lr
        if self.lr == 0.0:  # a schedule may reach 0, but an initial 0 is an error
            raise ValueError(f"{name}: lr: expected a positive number, got {lr!r}")
        self.settings = settings
        self.states = [self.start for _ in self.parameters]
        self.steps = 0

    @property
    def lr(self) -> float:
        """The learning rate, nonnegative; it can be set between steps."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = at_least_zero(lr, f"{type(self).__name__}: lr")

    def zero_grad(self) -> None:
        """Set the grad of every parameter to 0.0; `backward` adds to what is there."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def step(self) -> None:
        """Update every parameter by its grad.

        Raises:
            FloatingPointError: if a grad or an updated parameter is not finite; then nothing is
                changed.
        """
        for i, parameter in enumerate(self.parameters):
            try:
                finite = math.isfinite(parameter.grad)
            except TypeError:  # a grad that is not a number
                raise unset(type(self).__name__, parameter) from None
            if not finite:
                raise FloatingPointError(
                    f"{type(self).__name__}: the gradient of {self.named(i)} "
                    f"is {parameter.grad} in step {self.steps + 1}; no parameter was updated. "
                    "Try a smaller lr, or check the data"
                )
        step = self.steps + 1
        found = [
            self.moved(parameter.data, parameter.grad, state, step)
            for parameter, state in zip(self.parameters, self.states, strict=True)
        ]
        for i, (x, _) in enumerate(found):
            if not math.isfinite(x):
                advice = ", or a positive eps" if self.settings.get("eps") == 0 else ""
                raise FloatingPointError(
                    f"{type(self).__name__}: {self.named(i)} would become {x} in step {step}; "
                    f"no parameter was updated. Try a smaller lr{advice}"
                )
        self.steps = step
        for i, (parameter, (x, state)) in enumerate(zip(self.parameters, found, strict=True)):
            parameter.data, self.states[i] = x, state

    def named(self, i: int) -> str:
        """The label of a parameter, or its index.

        Args:
            i: the index of the parameter.
        """
        return self.parameters[i].label or f"parameter {i}"

    def moved(
        self, parameter: float, gradient: float, state: State, step: int
    ) -> tuple[float, State]:
        """The update rule applied to one parameter: its new number, and its new state.

        Args:
            parameter: its number.
            gradient: its gradient.
            state: its state.
            step: the count of this step, from 1.
        """
        settings = {"lr": self.lr, **self.settings}
        return updated(type(self).rule, parameter, gradient, state, step, settings)

    def checkpoint(self) -> Checkpoint:
        """The state for `restore`: the parameters, their states, the count of steps."""
        return [parameter.data for parameter in self.parameters], self.states.copy(), self.steps

    def restore(self, checkpoint: Checkpoint) -> None:
        """Restore a checkpoint.

        Args:
            checkpoint: the result of `checkpoint`.
        """
        data, states, self.steps = checkpoint
        self.states = states.copy()
        for parameter, x in zip(self.parameters, data, strict=True):
            parameter.data = x

    def __repr__(self) -> str:
        settings = "".join([f", {name}={value}" for name, value in self.settings.items()])
        return f"{type(self).__name__}({len(self.parameters)} parameters, lr={self.lr}{settings})"


class SGD(Optimizer):
    """Gradient descent; stochastic if the loss is that of a batch of rows.

    The update is v ← momentum·v + g, p ← p - lr·v, for the gradient g of a parameter p.

    Args:
        parameters: leaf Values, as from `model.parameters()`.
        lr: the learning rate; `optimizer.lr = ...` changes it between steps.
        momentum: the decay factor of the running sum of gradients.
        nesterov: whether the momentum is evaluated one step ahead, in PyTorch's form.
        weight_decay: this times the parameter is added to its gradient: the gradient of an L2
            penalty of half of it.

    Raises:
        ValueError: for a negative setting, for Nesterov without momentum, or no parameters.

    References:
        Polyak, B., Some methods of speeding up the convergence of iteration methods (1964).

        Sutskever, I. et al., On the importance of initialization and momentum in deep learning
        (2013), for Nesterov's momentum.

    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8
    """

    rule = staticmethod(sgd)
    start = (0.0,)

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        momentum: float = 0.0,
        *,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        momentum = at_least_zero(momentum, "SGD: momentum")
        if nesterov and not momentum:
            raise ValueError(
                f"SGD: expected a positive momentum with nesterov=True, got {momentum}"
            )
        weight_decay = at_least_zero(weight_decay, "SGD: weight_decay")
        super().__init__(
            parameters, lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay
        )


class Adam(Optimizer):
    """Adam: steps of about lr, for gradients of any scale.

    With the bias-corrected running means m of the gradient and v of its square, the update is
    p ← p - lr·m/(√v + eps).

    Args:
        parameters: leaf Values, as from `model.parameters()`.
        lr: the learning rate; `optimizer.lr = ...` changes it between steps.
        betas: the decay factors of the running means of the gradient and of its square.
        eps: added to the divisor.

    Raises:
        ValueError: for a negative setting, no parameters, or betas outside [0, 1).

    References:
        Kingma, D., Ba, J., Adam: a method for stochastic optimization (2015), algorithm 1.

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
        super().__init__(parameters, lr, **adam_settings("Adam", betas, eps))


def adam_settings(name: str, betas: tuple[float, float], eps: float) -> dict[str, Any]:
    """The settings that Adam and AdamW share, checked."""
    betas = several(betas, name, "two numbers as betas", f"{name}(parameters, betas=(0.9, 0.999))")
    found = tuple([real(beta, name) for beta in betas])
    if len(found) != 2 or not all([0.0 <= beta < 1.0 for beta in found]):
        raise ValueError(f"{name}: expected two numbers from 0 to below 1 as betas, got {betas!r}")
    return {"betas": found, "eps": at_least_zero(eps, f"{name}: eps")}


class AdamW(Optimizer):
    """Adam with decoupled weight decay: parameters also shrink by lr·weight_decay in each step.

    Args:
        parameters: leaf Values, as from `model.parameters()`.
        lr: the learning rate; `optimizer.lr = ...` changes it between steps.
        betas: as in `Adam`.
        eps: as in `Adam`.
        weight_decay: the factor of the decay.

    Raises:
        ValueError: as in `Adam`.

    References:
        Loshchilov, I., Hutter, F., Decoupled weight decay regularization (2019), algorithm 2.

    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.85
    """

    rule = staticmethod(adamw)
    start = (0.0, 0.0)

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        weight_decay = at_least_zero(weight_decay, "AdamW: weight_decay")
        settings = adam_settings("AdamW", betas, eps)
        super().__init__(parameters, lr, **settings, weight_decay=weight_decay)
