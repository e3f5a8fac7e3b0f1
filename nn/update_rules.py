"""Update rules of optimizers: sgd, adam, adamw, and their application to one parameter.

A rule is a function of one parameter's number, its gradient, its state and the count of steps,
written in operations that floats and Values both have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from autograd import Value, sqrt
from autograd.arguments import real

State: TypeAlias = tuple[Any, ...]
Rule: TypeAlias = Callable[..., tuple[Any, State]]


def sgd(
    parameter: Any,
    gradient: Any,
    state: State,
    step: Any,
    *,
    lr: Any,
    momentum: Any = 0,
    nesterov: bool = False,
    weight_decay: Any = 0,
) -> tuple[Any, State]:
    """Gradient descent: a step of -lr times the gradient, or times its running sum.

    Args:
        parameter: the number to update.
        gradient: its gradient.
        state: the running sum of gradients, initially (0.0,).
        step: the count of steps from 1; not used.
        lr: the learning rate.
        momentum: the decay factor of the running sum.
        nesterov: whether the momentum is evaluated one step ahead, in PyTorch's form.
        weight_decay: this times the parameter is added to its gradient.

    Returns:
        The updated parameter, and the new state.

    References:
        Polyak, B., Some methods of speeding up the convergence of iteration methods (1964).

        Sutskever, I. et al., On the importance of initialization and momentum in deep learning
        (2013), for Nesterov's momentum.

    >>> from nn.update_rules import sgd
    >>> sgd(1.0, 0.5, (0.0,), 1, lr=0.1)
    (0.95, (0.5,))
    """
    gradient = gradient + weight_decay * parameter
    velocity = momentum * state[0] + gradient
    if nesterov:
        return parameter - lr * (gradient + momentum * velocity), (velocity,)
    return parameter - lr * velocity, (velocity,)


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
    """Adam: a step of about lr, from running means of the gradient and of its square.

    Args:
        parameter: the number to update.
        gradient: its gradient.
        state: the two running means, initially (0.0, 0.0).
        step: the count of steps from 1.
        lr: the learning rate.
        betas: the decay factors of the running means.
        eps: added to the divisor.

    Returns:
        The updated parameter, and the new state.

    References:
        Kingma, D., Ba, J., Adam: a method for stochastic optimization (2015), algorithm 1.

    >>> from nn.update_rules import adam
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


def adamw(
    parameter: Any,
    gradient: Any,
    state: State,
    step: Any,
    *,
    lr: Any,
    weight_decay: Any = 0.01,
    **settings: Any,
) -> tuple[Any, State]:
    """Adam with decoupled weight decay, which is not part of the gradient.

    Args:
        parameter: the number to update.
        gradient: its gradient.
        state: as in `adam`.
        step: the count of steps from 1.
        lr: the learning rate.
        weight_decay: the parameter shrinks by lr·weight_decay times itself.
        **settings: betas and eps, as in `adam`.

    Returns:
        The updated parameter, and the new state.

    References:
        Loshchilov, I., Hutter, F., Decoupled weight decay regularization (2019), algorithm 2.

    >>> from nn.update_rules import adamw
    >>> round(adamw(1.0, 0.5, (0.0, 0.0), 1, lr=0.1, weight_decay=0.5)[0], 6)
    0.85
    """
    decayed = parameter - lr * weight_decay * parameter
    return adam(decayed, gradient, state, step, lr=lr, **settings)


def updated(
    rule: Rule, parameter: float, gradient: float, state: State, step: int, settings: dict[str, Any]
) -> tuple[float, State]:
    """The new number of a parameter, and its new state.

    As for operations, a rule runs on floats first. If these raise, or return a complex number as
    (-8.0)**0.5 does, it runs again on Values, whose operations do neither.

    The rule's exception on floats is raised if it fails on Values too, as math.sqrt does.
    """
    try:
        x, kept = rule(parameter, gradient, state, step, **settings)
        if not isinstance(x, complex):
            return (x if type(x) is float else real(x, "an update rule")), kept
        raised: Exception = ValueError(f"an update rule: expected a real number, got {x!r:.60}")
    except (ArithmeticError, ValueError) as error:
        raised = error
    given = map_numbers(Value, (parameter, gradient, state))
    # The divisor that is zero may be the step or a setting; and a rule may branch on both.
    for count, others in (step, settings), map_numbers(Value, (step, settings)):
        try:
            x, kept = rule(*given, count, **others)
        except (ArithmeticError, ValueError, TypeError):
            continue
        return real(number_of(x), "an update rule"), tuple(map(number_of, kept))
    raise raised


def map_numbers(function: Callable[[Any], Any], x: Any) -> Any:
    """x with the function applied to its numbers; Booleans and other objects are unchanged."""
    if isinstance(x, dict):
        return {name: map_numbers(function, setting) for name, setting in x.items()}
    if isinstance(x, (tuple, list)):
        return type(x)([map_numbers(function, part) for part in x])
    return function(x) if isinstance(x, (int, float)) and not isinstance(x, bool) else x


def number_of(x: Any) -> Any:
    """The number of a Value; anything else unchanged."""
    return x.data if isinstance(x, Value) else x
