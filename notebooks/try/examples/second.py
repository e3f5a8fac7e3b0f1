# A derivative is a graph, too: differentiate it again.
from autograd import Value, draw, grad, gradients, tanh

x = Value(0.5, label="x")
y = tanh(x)
y.label = "y"
(slope,) = gradients(y, [x], create_graph=True)
slope.label = "dy/dx"
(curvature,) = gradients(slope, [x])
print(f"dy/dx = {slope.data:.4f}, d²y/dx² = {curvature:.4f}")
print(f"tanh'''(0.5) = {grad(grad(grad(tanh)))(0.5):.4f}")

draw(slope)  # sech² = 1 − tanh²; the grad in this picture is the second derivative
