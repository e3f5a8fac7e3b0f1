# Where does the NaN come from? The picture shows it, and anomaly() names the line.
from autograd import Value, anomaly, draw


def entropy(p):
    return -p * p.log()


p = Value(0.0, label="p")
h = entropy(p)
h.label = "h"
draw(h)

try:
    with anomaly():
        entropy(p)
except FloatingPointError as error:
    print(error)
