# The chain rule worked out as on paper: with names, then with numbers.
from autograd import Value, derive, draw, exp, paths

x, w = Value(0.5, label="x"), Value(-1.2, label="w")
y = (x * w).tanh() + exp(x)
y.label = "y"

print(derive(y, x))

draw(y, highlight=paths(y, x))  # both paths, whose products are added
