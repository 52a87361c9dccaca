"""Functions of the direction of a vector, for every row: angles, their multiples, spherical harmonics.

Polar axis y: r = (sin t sin p, cos t, sin t cos p), as in `backend.so3`. No function has a pole: the azimuth of a
vector along y is taken as that of one turned by 1e-15.
"""

from __future__ import annotations

from math import factorial, pi, sqrt

import numpy as np

from backend.tensor_products.layout import Layout

_TURN = 1e-15


def angles(layout: Layout, r):
    """(cos t, sin t, cos p, sin p), one component each; the length of r does not matter."""
    x, y, z = (layout.slice(r, axis, axis + 1) for axis in range(3))
    length = (x * x + y * y + z * z) ** 0.5
    z = z + _TURN * length
    across = (x * x + z * z) ** 0.5
    return y / length, across / length, z / across, x / across


def multiples(layout: Layout, cosine, sine, top: int):
    """cos(m a) and sin(m a) for m = 0..top, as components."""
    cosines, sines = [cosine * 0 + 1, cosine], [sine * 0, sine]
    while len(cosines) <= top:
        c, s = cosines[-1], sines[-1]
        cosines.append(c * cosine - s * sine)
        sines.append(s * cosine + c * sine)
    return layout.concatenate(cosines[: top + 1]), layout.concatenate(sines[: top + 1])


def spherical_harmonics(layout: Layout, r, top: int):
    """Y_lm(r / |r|) for l = 0..top as components, by the recursion in l of polynomials in cos t that multiply
    (sin t)^m cos(m p) and (sin t)^m sin(m p)."""
    cos_t, sin_t, cos_p, sin_p = angles(layout, r)
    cosines, sines = [cos_t * 0 + 1], [cos_t * 0]
    u, v = sin_t * cos_p, sin_t * sin_p
    for _ in range(top):
        c, s = cosines[-1], sines[-1]
        cosines.append(c * u - s * v)
        sines.append(s * u + c * v)
    table = {}
    for m in range(top + 1):
        table[m, m] = cos_t * 0 + _diagonal(m)
        if m < top:
            table[m + 1, m] = cos_t * (sqrt(2 * m + 3) * _diagonal(m))
        for l in range(m + 2, top + 1):
            a, b = _recursion(l, m)
            table[l, m] = a * cos_t * table[l - 1, m] - b * table[l - 2, m]
    parts = []
    for l in range(top + 1):
        parts += [sqrt(2) * table[l, m] * sines[m] for m in range(l, 0, -1)]
        parts.append(table[l, 0])
        parts += [sqrt(2) * table[l, m] * cosines[m] for m in range(1, l + 1)]
    return layout.concatenate(parts)


def harmonics_flops(top: int) -> int:
    """Floating-point operations of `spherical_harmonics` for one vector."""
    return 20 + 6 * top + 4 * (top + 1) * (top + 2) // 2 + 2 * (top + 1) ** 2


def _diagonal(m: int) -> float:
    """The polynomial of l = m, a constant."""
    return sqrt((2 * m + 1) / (4 * pi) / factorial(2 * m)) * float(np.prod(np.arange(1, 2 * m, 2)))


def _recursion(l: int, m: int) -> tuple[float, float]:
    a = sqrt((4 * l * l - 1) / (l * l - m * m))
    return a, a * sqrt(((l - 1) ** 2 - m * m) / (4 * (l - 1) ** 2 - 1))
