# A compiled function, written as Python that needs no package, with its derivatives.
from autograd import Value, compile, draw, exp, export


def f(x, w):
    return (x * w).tanh() + exp(x)


draw(f(Value(0.5, label="x"), Value(-1.2, label="w")))

program = compile(f, inputs=["x", "w"])
print(program([[0.5, -1.2], [1.0, 0.3]]))  # two rows at once

path = export(program, "f.py", derivatives="gradient")
print(path.read_text(encoding="utf-8"))
