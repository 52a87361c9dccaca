"""Spherical harmonics continued to the torus: exact Fourier series in theta, in real form.

For theta in [0, 2 pi) with sin(theta)^|m| signed, Y_lm(theta, phi) = trig_m(phi) sum_u T[m, l, u] wave_mu(theta), where
wave is cos(u theta) for even m and sin(u theta) for odd m, and trig_m is sqrt2 sin, 1 or sqrt2 cos. So f is a real
array c[m, u], and its complex spectrum F_uv, v >= 0, has in each place one number of c as real and one as imaginary
part.
Source: arXiv:2401.10216; arXiv:2506.13523, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.so3 import legendre
from backend.tensor_products.sphere import order_index


@dataclass(frozen=True)
class Gather:
    """Numbers of c[m, u] (flattened), each with a factor, that make one part of a spectrum."""

    index: np.ndarray
    factor: np.ndarray


def synthesis_table(degrees: Sequence[int]) -> np.ndarray:
    """T[m, l, u] of shape (2L+1, degrees, L+1), L the highest degree; exact, by an FFT over the torus."""
    top = degrees[-1]
    count = 2 * top + 2
    theta = 2 * np.pi * np.arange(count) / count
    values = _continued(degrees, theta)                                  # (m, l, theta)
    spectrum = np.fft.rfft(values, axis=-1)[..., : top + 1] / count
    scale = np.where(np.arange(top + 1) == 0, 1.0, 2.0)
    even = (np.abs(np.arange(-top, top + 1)) % 2 == 0)[:, None, None]
    return np.where(even, spectrum.real, -spectrum.imag) * scale


def analysis_table(degrees: Sequence[int], band: int) -> np.ndarray:
    """W[m, l, u] of shape (2 Lo+1, degrees, band+1): the integral over the sphere of Y_lm trig_m(phi) wave_mu(theta),
    exact by Gauss-Legendre quadrature."""
    top = degrees[-1]
    nodes, weights = np.polynomial.legendre.leggauss((top + band) // 2 + 1)
    theta = np.arccos(nodes)
    orders, u = np.arange(-top, top + 1), np.arange(band + 1)
    wave = np.where((np.abs(orders) % 2 == 0)[:, None, None], np.cos(u[:, None] * theta), np.sin(u[:, None] * theta))
    return 2 * np.pi * np.einsum("mlt,mut,t->mlu", _continued(degrees, theta), wave, weights)


def convolution(top1: int, top2: int, top: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(i, j, k, weight): number k of the series r[m, u] of a product, |m| <= top and u = 0..top1+top2, gets weight
    times numbers i of c1[m, u] and j of c2[m, u], all flattened; sorted by k. Exact, as means over uniform points."""
    band = top1 + top2
    points = 2 * np.pi * np.arange(2 * band + 2 * top + 2) / (2 * band + 2 * top + 2)
    angle = np.arange(band + 1)[:, None] * points
    waves = np.stack([np.cos(angle), np.sin(angle)])                     # (m even or odd, u, point)
    norms = np.where(np.arange(band + 1) == 0, 1.0, 2.0)
    trig = {m: np.ones_like(points) if m == 0 else np.sqrt(2) * (np.cos if m > 0 else np.sin)(abs(m) * points)
            for m in range(-max(band, top), max(band, top) + 1)}
    rows = [np.stack([trig[m] for m in range(-each, each + 1)]) for each in (top1, top2, top)]
    by_order = _nonzero(np.einsum("ap,bp,cp->abc", *rows) / len(points))
    parts = []
    for odd1, odd2 in np.ndindex(2, 2):
        chosen = ((by_order[0] + top1) % 2 == odd1) & ((by_order[1] + top2) % 2 == odd2)   # by parity of m
        m1, m2, m3, factor = by_order[:, chosen, None]
        product = np.einsum("ap,bp,cp->abc", waves[odd1, : top1 + 1], waves[odd2, : top2 + 1], waves[odd1 ^ odd2])
        u1, u2, u3, value = _nonzero(product * norms / len(points))
        places = m1 * (top1 + 1) + u1, m2 * (top2 + 1) + u2, m3 * (band + 1) + u3
        parts.append([each.ravel() for each in (*places, factor * value)])
    i, j, k, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(k, kind="stable")
    return (*(each[order].astype(int) for each in (i, j, k)), weight[order])


def spectrum_gather(top: int, size: int) -> tuple[Gather, Gather]:
    """How F_uv, u the frequencies of `size` points and v = 0..top, comes from c[m, u]: (real part, imaginary part)."""
    u = np.fft.fftfreq(size, 1 / size).round().astype(int)[:, None]
    return half_spectrum(top, u, np.arange(top + 1)[None])


def synthesis_matrices(degrees: Sequence[int], size: int) -> list[np.ndarray]:
    """Real and imaginary part of that F_uv straight from components (l, m): each (sum 2l+1, size (top+1))."""
    index, table = order_index(degrees), synthesis_table(degrees)
    coefficients = np.zeros((sum(2 * l + 1 for l in degrees), len(index), table.shape[2]))
    np.add.at(coefficients, (index, np.arange(len(index))[:, None]), table)
    flat = coefficients.reshape(len(coefficients), -1)
    return [(flat[:, each.index] * each.factor).reshape(len(flat), -1) for each in spectrum_gather(degrees[-1], size)]


def analysis_matrices(degrees: Sequence[int], band: int, size: int) -> list[np.ndarray]:
    """Components (l, m) straight from the real and the imaginary part of a spectrum with u as above and v = 0..top:
    each (size (top+1), sum 2l+1)."""
    top = degrees[-1]
    count = size * (top + 1)
    index, factor = series_gather(top, band, stride=top + 1, imaginary=count)
    place, table = order_index(degrees), analysis_table(degrees, band) * factor[:, None, :]
    matrix = np.zeros((2 * count, sum(2 * l + 1 for l in degrees)))
    np.add.at(matrix, (index[:, None, :], place[:, :, None]), table)
    return [matrix[:count], matrix[count:]]


def half_spectrum(top: int, u: np.ndarray, v: np.ndarray) -> tuple[Gather, Gather]:
    """F at frequencies u and v >= 0 (arrays that broadcast): real and imaginary part."""
    inside = (np.abs(u) <= top) & (v <= top)
    magnitude = np.where(u == 0, 1.0, 0.5) * np.where(v == 0, 1.0, np.sqrt(0.5)) * inside
    side = np.sign(u) + (u == 0)
    odd = v % 2 == 1
    cosine, sine = _place(top, v, u), _place(top, -v, u)                 # coefficients of cos(v phi), sin(v phi)
    # even v: (a - i b); odd v: (a - i b)(-i) = -b - i a, with the sign of u; v = 0 has no b
    real = Gather(np.where(odd, sine, cosine), magnitude * np.where(odd, -side, 1))
    imaginary = Gather(np.where(odd, cosine, sine), magnitude * np.where(odd, -side, np.where(v == 0, 0, -1)))
    return tuple(Gather(np.where(each.factor != 0, each.index, 0), each.factor) for each in (real, imaginary))


def series_gather(top: int, band: int, *, stride: int, imaginary: int) -> tuple[np.ndarray, np.ndarray]:
    """The series r[m, u], m = -top..top, u = 0..band, of a signal from its spectrum flattened: `index` of F_uv, whose
    real part stands at u stride + v and its imaginary part `imaginary` further, and `factor`, so that r wave trig
    sums to the signal."""
    orders, u = np.arange(-top, top + 1)[:, None], np.arange(band + 1)[None]
    v, odd = np.abs(orders), np.abs(orders) % 2 == 1
    place = u * stride + v
    # even v: a = Re, b = -Im; odd v: a = -Im, b = -Re; doubled for -u and -v, and 1/sqrt2 for trig
    real = np.where(odd, orders < 0, orders >= 0)
    sign = np.where(odd, -1.0, np.where(orders < 0, -1.0, 1.0))
    doubled = np.where(u == 0, np.where(odd, 0.0, 1.0), 2.0) * np.where(v == 0, 1.0, np.sqrt(2))
    return np.where(real, place, place + imaginary), sign * doubled


def _nonzero(table: np.ndarray) -> np.ndarray:
    """The indices of the entries that are not zero but for rounding, and their values, one column each."""
    index = np.nonzero(np.abs(table) > 1e-9)
    return np.array([*index, table[index]])


def _place(top: int, m: np.ndarray, u: np.ndarray) -> np.ndarray:
    return (np.clip(m, -top, top) + top) * (top + 1) + np.minimum(np.abs(u), top)


def _continued(degrees: Sequence[int], theta: np.ndarray) -> np.ndarray:
    """The theta part of Y_lm continued past pi, shape (m, l, theta); zero where |m| > l."""
    top = degrees[-1]
    orders = np.abs(np.arange(-top, top + 1))
    values = legendre(top, np.cos(theta))[:, list(degrees)][:, :, orders]
    signed = np.where((np.sin(theta) < 0)[:, None] & (orders % 2 == 1), -1.0, 1.0)
    return np.transpose(values * signed[:, None, :], (2, 1, 0))
