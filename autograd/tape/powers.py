"""Powers with constant exponents as products, quotients and square roots that round once.

x**2 is x·x, x**-1 is 1/x, x**0.5 is a square root: correctly rounded, which C's function nearly is.
The others, such as x**3, would round more than once, and remain: the native backend, which has
fused multiply-adds, computes them as compensated products.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from ..ops import Arithmetic
from .folding import Folder
from .recorder import Symbol


def root(m: Arithmetic, x: Any) -> Any:
    """x**0.5, which is 0 at -0, where the square root is -0, and infinite at -inf."""
    return m.where(m.equal(x, -inf), inf, m.sqrt(x + 0.0))


EXACT: dict[float, Callable[[Any, Any], Any]] = {
    0.0: lambda m, x: 1.0,
    1.0: lambda m, x: x,
    2.0: lambda m, x: x * x,
    -1.0: lambda m, x: 1.0 / x,
    0.5: root,
}


def exactly(b: float, k: float) -> bool:
    """Whether b - k is exact: the rounding error by D. Knuth's two-sum is 0."""
    difference = b - k
    moved = difference - b
    return moved == -k and difference - moved == b


class PowerReducer(Folder):
    """Replaces these powers, and a**(b - k), of derivatives, by a power if b - k is exact."""

    def operation(self, name: str) -> Callable[..., Symbol]:
        return self.lesser_power if name == "power_less" else super().operation(name)

    def lesser_power(self, a: Any, b: Any, k: Any) -> Symbol:
        exponent, less = [self.known.get(self.lift(x).slot) for x in (b, k)]
        if exponent is None or less is None or not exactly(exponent, less):
            return super().operation("power_less")(a, b, k)
        return self.emit("pow", (a, exponent - less))

    def write(self, name: str, operands: Sequence[Symbol], label: str | None = None) -> Symbol:
        if name == "pow" and operands[0].slot not in self.known:
            exponent = self.known.get(operands[1].slot)
            if exponent in EXACT:
                return self.lift(EXACT[exponent](self, operands[0]))
        return super().write(name, operands, label)
