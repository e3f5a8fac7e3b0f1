"""Test functions of vectors, in NumPy, from a public collection: SciPy's benchmarks.

The bodies are those of scipy/benchmarks/benchmarks/go_benchmark_functions, in which the number of
variables was `self.N`. Copyright 2013 Andrea Gavana, modifications 2014 Andrew Nelson; SciPy's
license, BSD-3-Clause.
"""

from typing import Any

from numpy import abs, arange, atleast_2d, cos, exp, log, pi, prod, sin, size, sqrt, sum


def ackley01(x: Any) -> Any:
    u = sum(x**2)
    v = sum(cos(2 * pi * x))
    return -20.0 * exp(-0.2 * sqrt(u / len(x))) - exp(v / len(x)) + 20.0 + exp(1.0)


def alpine01(x: Any) -> Any:
    return sum(abs(x * sin(x) + 0.1 * x))


def beale(x: Any) -> Any:
    return (
        (1.5 - x[0] + x[0] * x[1]) ** 2
        + (2.25 - x[0] + x[0] * x[1] ** 2) ** 2
        + (2.625 - x[0] + x[0] * x[1] ** 3) ** 2
    )


def bohachevsky1(x: Any) -> Any:
    return x[0] ** 2 + 2 * x[1] ** 2 - 0.3 * cos(3 * pi * x[0]) - 0.4 * cos(4 * pi * x[1]) + 0.7


def branin01(x: Any) -> Any:
    return (
        (x[1] - (5.1 / (4 * pi**2)) * x[0] ** 2 + 5 * x[0] / pi - 6) ** 2
        + 10 * (1 - 1 / (8 * pi)) * cos(x[0])
        + 10
    )


def brown(x: Any) -> Any:
    x0 = x[:-1]
    x1 = x[1:]
    return sum((x0**2.0) ** (x1**2.0 + 1.0) + (x1**2.0) ** (x0**2.0 + 1.0))


def bukin06(x: Any) -> Any:
    return 100 * sqrt(abs(x[1] - 0.01 * x[0] ** 2)) + 0.01 * abs(x[0] + 10)


def colville(x: Any) -> Any:
    return (
        100 * (x[0] - x[1] ** 2) ** 2
        + (1 - x[0]) ** 2
        + (1 - x[2]) ** 2
        + 90 * (x[3] - x[2] ** 2) ** 2
        + 10.1 * ((x[1] - 1) ** 2 + (x[3] - 1) ** 2)
        + 19.8 * (x[1] - 1) * (x[3] - 1)
    )


def cosine_mixture(x: Any) -> Any:
    return -0.1 * sum(cos(5.0 * pi * x)) + sum(x**2.0)


def cross_in_tray(x: Any) -> Any:
    return -0.0001 * (
        abs(sin(x[0]) * sin(x[1]) * exp(abs(100 - sqrt(x[0] ** 2 + x[1] ** 2) / pi))) + 1
    ) ** (0.1)


def dixon_price(x: Any) -> Any:
    i = arange(2, len(x) + 1)
    s = i * (2.0 * x[1:] ** 2.0 - x[:-1]) ** 2.0
    return sum(s) + (x[0] - 1.0) ** 2.0


def drop_wave(x: Any) -> Any:
    norm_x = sum(x**2)
    return -(1 + cos(12 * sqrt(norm_x))) / (0.5 * norm_x + 2)


def easom(x: Any) -> Any:
    a = (x[0] - pi) ** 2 + (x[1] - pi) ** 2
    return -cos(x[0]) * cos(x[1]) * exp(-a)


def egg_holder(x: Any) -> Any:
    vec = -(x[1:] + 47) * sin(sqrt(abs(x[1:] + x[:-1] / 2.0 + 47))) - x[:-1] * sin(
        sqrt(abs(x[:-1] - (x[1:] + 47)))
    )
    return sum(vec)


def exponential(x: Any) -> Any:
    return -exp(-0.5 * sum(x**2.0))


def goldstein_price(x: Any) -> Any:
    a = 1 + (x[0] + x[1] + 1) ** 2 * (
        19 - 14 * x[0] + 3 * x[0] ** 2 - 14 * x[1] + 6 * x[0] * x[1] + 3 * x[1] ** 2
    )
    b = 30 + (2 * x[0] - 3 * x[1]) ** 2 * (
        18 - 32 * x[0] + 12 * x[0] ** 2 + 48 * x[1] - 36 * x[0] * x[1] + 27 * x[1] ** 2
    )
    return a * b


def griewank(x: Any) -> Any:
    i = arange(1.0, size(x) + 1.0)
    return sum(x**2 / 4000) - prod(cos(x / sqrt(i))) + 1


def hansen(x: Any) -> Any:
    i = arange(5.0)
    a = (i + 1) * cos(i * x[0] + i + 1)
    b = (i + 1) * cos((i + 2) * x[1] + i + 1)
    return sum(a) * sum(b)


def himmelblau(x: Any) -> Any:
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def keane(x: Any) -> Any:
    val = sin(x[0] - x[1]) ** 2 * sin(x[0] + x[1]) ** 2
    return val / sqrt(x[0] ** 2 + x[1] ** 2)


def levy03(x: Any) -> Any:
    y = 1 + (x - 1) / 4
    v = sum((y[:-1] - 1) ** 2 * (1 + 10 * sin(pi * y[1:]) ** 2))
    z = (y[-1] - 1) ** 2
    return sin(pi * y[0]) ** 2 + v + z


def matyas(x: Any) -> Any:
    return 0.26 * (x[0] ** 2 + x[1] ** 2) - 0.48 * x[0] * x[1]


def mc_cormick(x: Any) -> Any:
    return sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1


def michalewicz(x: Any) -> Any:
    m = 10.0
    i = arange(1, len(x) + 1)
    return -sum(sin(x) * sin(i * x**2 / pi) ** (2 * m))


def paviani(x: Any) -> Any:
    return sum(log(x - 2) ** 2.0 + log(10.0 - x) ** 2.0) - prod(x) ** 0.2


def powell(x: Any) -> Any:
    return (
        (x[0] + 10 * x[1]) ** 2
        + 5 * (x[2] - x[3]) ** 2
        + (x[1] - 2 * x[2]) ** 4
        + 10 * (x[0] - x[3]) ** 4
    )


def quintic(x: Any) -> Any:
    return sum(abs(x**5 - 3 * x**4 + 4 * x**3 + 2 * x**2 - 10 * x - 4))


def rana(x: Any) -> Any:
    t1 = sqrt(abs(x[1:] + x[:-1] + 1))
    t2 = sqrt(abs(x[1:] - x[:-1] + 1))
    v = (x[1:] + 1) * cos(t2) * sin(t1) + x[:-1] * cos(t1) * sin(t2)
    return sum(v)


def rastrigin(x: Any) -> Any:
    return 10.0 * len(x) + sum(x**2.0 - 10.0 * cos(2.0 * pi * x))


def salomon(x: Any) -> Any:
    u = sqrt(sum(x**2))
    return 1 - cos(2 * pi * u) + 0.1 * u


def schaffer02(x: Any) -> Any:
    num = sin(x[0] ** 2 - x[1] ** 2) ** 2 - 0.5
    den = (1 + 0.001 * (x[0] ** 2 + x[1] ** 2)) ** 2
    return 0.5 + num / den


def schwefel26(x: Any) -> Any:
    return 418.982887 * len(x) - sum(x * sin(sqrt(abs(x))))


def shubert01(x: Any) -> Any:
    j = atleast_2d(arange(1, 6)).T
    y = j * cos((j + 1) * x + j)
    return prod(sum(y, axis=0))


def six_hump_camel(x: Any) -> Any:
    return (
        (4 - 2.1 * x[0] ** 2 + x[0] ** 4 / 3) * x[0] ** 2
        + x[0] * x[1]
        + (4 * x[1] ** 2 - 4) * x[1] ** 2
    )


def styblinski_tang(x: Any) -> Any:
    return sum(x**4 - 16 * x**2 + 5 * x) / 2


def trid(x: Any) -> Any:
    return sum((x - 1.0) ** 2.0) - sum(x[1:] * x[:-1])


def watson(x: Any) -> Any:
    i = atleast_2d(arange(30.0)).T
    a = i / 29.0
    j = arange(5.0)
    k = arange(6.0)
    t1 = sum((j + 1) * a**j * x[1:], axis=1)
    t2 = sum(a**k * x, axis=1)
    inner = (t1 - t2**2 - 1) ** 2
    return sum(inner) + x[0] ** 2


def whitley(x: Any) -> Any:
    XI = x
    XJ = atleast_2d(x).T
    temp = 100.0 * ((XI**2.0) - XJ) + (1.0 - XJ) ** 2.0
    inner = (temp**2.0 / 4000.0) - cos(temp) + 1.0
    return sum(sum(inner, axis=0))


def xor(x: Any) -> Any:
    F11 = x[6] / (1.0 + exp(-x[0] - x[1] - x[4]))
    F12 = x[7] / (1.0 + exp(-x[2] - x[3] - x[5]))
    F1 = (1.0 + exp(-F11 - F12 - x[8])) ** (-2)
    F21 = x[6] / (1.0 + exp(-x[4]))
    F22 = x[7] / (1.0 + exp(-x[5]))
    F2 = (1.0 + exp(-F21 - F22 - x[8])) ** (-2)
    F31 = x[6] / (1.0 + exp(-x[0] - x[4]))
    F32 = x[7] / (1.0 + exp(-x[2] - x[5]))
    F3 = (1.0 - (1.0 + exp(-F31 - F32 - x[8])) ** (-1)) ** 2
    F41 = x[6] / (1.0 + exp(-x[1] - x[4]))
    F42 = x[7] / (1.0 + exp(-x[3] - x[5]))
    F4 = (1.0 - (1.0 + exp(-F41 - F42 - x[8])) ** (-1)) ** 2
    return F1 + F2 + F3 + F4


# With the number of variables that each is tried with.
ANALYTIC = {
    ackley01: 5,
    beale: 2,
    bohachevsky1: 2,
    branin01: 2,
    brown: 5,
    colville: 4,
    cosine_mixture: 5,
    dixon_price: 5,
    drop_wave: 5,
    easom: 2,
    exponential: 5,
    goldstein_price: 2,
    griewank: 5,
    hansen: 2,
    himmelblau: 2,
    keane: 2,
    levy03: 5,
    matyas: 2,
    mc_cormick: 2,
    michalewicz: 5,
    paviani: 5,
    powell: 4,
    rastrigin: 5,
    salomon: 5,
    schaffer02: 2,
    shubert01: 5,
    six_hump_camel: 2,
    styblinski_tang: 5,
    trid: 5,
    watson: 6,
    whitley: 5,
    xor: 9,
}
WITH_KINKS = {
    alpine01: 5,
    bukin06: 2,
    cross_in_tray: 2,
    egg_holder: 5,
    quintic: 5,
    rana: 5,
    schwefel26: 5,
}
