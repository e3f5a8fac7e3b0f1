# An operation of your own: its value, and its local derivative. Here a smooth relu.
import math

from autograd import Value, check_gradients, draw, grad, operation

squareplus = operation(
    "squareplus",
    lambda x: (x + math.sqrt(x * x + 4.0)) / 2.0,
    lambda m, x, y: (y / m.sqrt(x * x + 4.0),),  # by m, for derivatives of any order
    symbol="sq⁺",
)

print(check_gradients(squareplus, 1.5, order=2))
print([round(grad(grad(squareplus))(x), 4) for x in (-2.0, 0.0, 2.0)])

a, b = Value(1.5, label="a"), Value(-2.0, label="b")
y = squareplus(a * b) + a
y.label = "y"
draw(y)
