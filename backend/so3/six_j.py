"""The Wigner 6j symbol, exact up to the final square root."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import copysign, factorial, prod, sqrt

from backend.so3.checks import integer, triangle


def wigner_6j(j1: int, j2: int, j3: int, j4: int, j5: int, j6: int) -> float:
    """The 6j symbol {j1 j2 j3; j4 j5 j6}; exactly 0.0 where a triangle fails and at accidental zeros."""
    return _six_j(*(integer(j, "j") for j in (j1, j2, j3, j4, j5, j6)))


@cache
def _six_j(j1: int, j2: int, j3: int, j4: int, j5: int, j6: int) -> float:
    """Racah's sum (DLMF 34.4.2) in integers, times the square root of a rational number."""
    triads = ((j1, j2, j3), (j1, j5, j6), (j4, j2, j6), (j4, j5, j3))
    if not all(triangle(*triad) for triad in triads):
        return 0.0
    lower = [sum(triad) for triad in triads]
    upper = [j1 + j2 + j4 + j5, j2 + j3 + j5 + j6, j3 + j1 + j6 + j4]
    terms = Fraction(0)
    for t in range(max(lower), min(upper) + 1):
        denominator = prod(factorial(t - n) for n in lower) * prod(factorial(n - t) for n in upper)
        terms += Fraction((-1) ** t * factorial(t + 1), denominator)
    square = terms**2 * prod(_delta(*triad) for triad in triads)
    return copysign(sqrt(square), terms) if terms else 0.0


def _delta(a: int, b: int, c: int) -> Fraction:
    """Square of the triangle coefficient."""
    inner = factorial(a + b - c) * factorial(a - b + c) * factorial(-a + b + c)
    return Fraction(inner, factorial(a + b + c + 1))
