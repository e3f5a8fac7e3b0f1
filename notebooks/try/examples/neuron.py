# One neuron: h = tanh(x1·w1 + x2·w2). Change w1, and run it again.
from autograd import Value, draw, explore

x1, x2 = Value(0.5, label="x1"), Value(-1.0, label="x2")
w1, w2 = Value(0.8, label="w1"), Value(0.3, label="w2")

s = x1 * w1 + x2 * w2
s.label = "s"
h = s.tanh()
h.label = "h"

h.backward()
print(f"∂h/∂w1 = {w1.grad:.4f}")

draw(h)
explore(h)
