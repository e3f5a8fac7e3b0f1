# Saturation: where the sum is large, tanh is flat, and almost no gradient passes.
from autograd import Value, draw, explore

for start in (0.5, 2.0, 8.0):
    # New leaves for each w: .grad of a leaf adds up over the calls of backward().
    x, w = Value(1.5, label="x"), Value(start, label="w")
    h = (w * x).tanh()
    h.label = "h"
    h.backward()
    print(f"w = {start}: h = {h.data:.8f}, ∂h/∂w = {w.grad:.2g}")

draw(h)  # of the last one: look at the local derivative of tanh
explore(h)
