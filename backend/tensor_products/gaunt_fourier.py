"""Gaunt product by 2D Fourier series on the torus: a convolution of coefficients, directly or by FFT. Exact."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irreps
from backend.tensor_products.sphere import degrees_of, order_index, order_positions
from backend.tensor_products.tensor_product import TensorProduct
from backend.tensor_products.torus import (
    analysis_table,
    half_spectrum,
    series_gather,
    spectrum_gather,
    synthesis_table,
)

CATALOGUE = {
    "key": "gaunt_fourier",
    "label": "Gaunt Fourier",
    "family": "gaunt",
    "group": "O3",
    "symbol": "triangle-up",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "fft": "spectra padded to 2(L1+L2)+1, inverse FFT, pointwise product, FFT",
        "direct": "the (2 L1+1)^2 by (2 L2+1)^2 convolution itself",
    },
    "layouts": ["channels_dim", "batch_last", "dim_channels"],
    "summary": "The same function as Gaunt grid, with signals as Fourier series of both angles.",
    "formula": r"x_{uv} = \sum_{lm} x_{lm}\, y^{lm}_{uv},\quad z_{uv} = (x * y)_{uv},\quad "
               r"z_{lm} = \sum_{uv} z_{uv} \int_{S^2} Y_{lm}\, e^{i(u\theta + v\varphi)}\, d\Omega",
    "source": "arXiv:2401.10216; arXiv:2506.13523, section 3; costs: its table 1 (Fourier)",
    "coupling": "gaunt",
    "claims": {"siso": "L^2 log L", "simo": "L^3", "mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
}


class GauntFourier(TensorProduct):
    def prepare(self):
        problem = self.problem
        degrees = degrees_of(problem, odd=False, product="Gaunt")
        self.irreps_out = Irreps.natural(degrees)
        inputs = (problem.degrees_in1, problem.degrees_in2)
        self._tops = tuple(each[-1] for each in inputs)
        self._band = sum(self._tops)
        self._size = 2 * self._band + 1
        self.linear_flops = 0
        self._to = [self._encoder(each) for each in inputs]
        if self.variant == "fft":
            self._prepare_fft()
        else:
            self._prepare_direct()
        index, factor = series_gather(degrees[-1], self._band, self._size)
        table = analysis_table(degrees, self._band) * factor[:, None, :]
        self._series = (self.constant(index.ravel()), index.shape, self.constant(table))
        self._order = self.constant(order_positions(degrees))
        self.linear_flops += 2 * table.size

    def __call__(self, x, y):
        layout = self.layout
        series = [self._encode(each, encoder) for each, encoder in zip((x, y), self._to, strict=True)]
        spectrum = self._by_fft(*series) if self.variant == "fft" else self._directly(*series)
        index, shape, table = self._series
        by_order = layout.split(layout.take(spectrum, index), *shape)
        return layout.take(layout.merge(layout.einsum("MU,mlu->ML", by_order, table), 2), self._order)

    def _encoder(self, degrees):
        index, table = order_index(degrees), synthesis_table(degrees)
        self.linear_flops += 2 * table.size
        return self.constant(index.ravel()), index.shape, self.constant(table)

    def _encode(self, x, encoder):
        """c[m, u], flattened."""
        index, shape, table = encoder
        by_order = self.layout.split(self.layout.take(x, index), *shape)
        return self.layout.merge(self.layout.einsum("ML,mlu->MU", by_order, table), 2)

    def _prepare_fft(self):
        n = self._size
        self._spectra = [self._constants(spectrum_gather(top, n)) for top in self._tops]
        self.product_flops = n * n + 3 * round(2.5 * n * n * np.log2(n * n))   # a real FFT of N points: 2.5 N log2 N
        self.product_backward_flops = 2 * self.product_flops
        self.linear_flops += 4 * n * (n // 2 + 1)
        self._scale = self.constant(np.array([1.0 / n**2]))
        self.work_size = 6 * n * n

    def _by_fft(self, c1, c2):
        layout = self.layout
        f, g = (self._signal(c, parts) for c, parts in zip((c1, c2), self._spectra, strict=True))
        real, imaginary = self.framework.fft2(f * g * self._scale, layout.axis)
        return layout.concatenate([layout.merge(real, 2), layout.merge(imaginary, 2)])

    def _signal(self, c, parts):
        layout, n = self.layout, self._size
        real, imaginary = (layout.split(self._gather(c, part), n, n // 2 + 1) for part in parts)
        return self.framework.inverse_fft2(real, imaginary, n, layout.axis)

    def _prepare_direct(self):
        top1, top2, n = *self._tops, self._size
        u1, v1 = np.arange(-top1, top1 + 1), np.arange(-top1, top1 + 1)
        u2, w = np.arange(-top2, top2 + 1), np.arange(self._band + 1)
        real, imaginary = _full_spectrum(top1, u1[:, None], v1[None])
        self._left = self._constants((_stack((real, imaginary), axis=1),))[0]            # (u1, [v1 re, v1 im])
        lag = w[None, None, :] - v1[None, :, None]
        real, imaginary = _full_spectrum(top2, np.broadcast_to(u2[:, None, None], (len(u2), *lag.shape[1:])), lag)
        minus = type(imaginary)(imaginary.index, -imaginary.factor)
        columns = [_stack(pair, axis=1) for pair in ((real, minus), (imaginary, real))]  # (u2, [v1], w)
        self._right = self._constants((_stack(columns, axis=2),))[0]                     # (u2, [v1], [w re, w im])
        self._shape = ((len(u1), 2 * len(v1)), (len(u2), 2 * len(v1), 2 * len(w)))
        self.product_flops = 2 * len(u1) * len(u2) * 2 * len(v1) * 2 * len(w)
        self.product_backward_flops = 2 * self.product_flops
        self.linear_flops += self._left[0].shape[0] + self._right[0].shape[0]
        self.work_size = self._right[0].shape[0] + len(u1) * len(u2) * 2 * len(w)
        keep, half = np.arange(self._band + 1) + self._band, n // 2 + 1                  # u >= 0 is enough
        rows = keep[:, None] * 2 * len(w) + np.arange(len(w))[None]
        pad = np.zeros((n, half), dtype=int)
        pad[: len(keep), : len(w)] = rows
        self._half = self.constant(np.concatenate([pad.ravel(), (pad + len(w)).ravel()]))

    def _directly(self, c1, c2):
        layout = self.layout
        left = layout.split(self._gather(c1, self._left), *self._shape[0])
        right = layout.split(self._gather(c2, self._right), *self._shape[1])
        products = layout.einsum("UV,XVW->UXW", left, right)
        (count, _), (others, _, width) = self._shape
        flat = layout.merge(products, 3)
        pieces = [(u * width, layout.slice(flat, u * others * width, (u + 1) * others * width)) for u in range(count)]
        total = layout.add_slices(pieces, (count + others - 1) * width)
        return layout.take(total, self._half)

    def _constants(self, gathers):
        return [(self.constant(each.index.ravel()), self.constant(each.factor.ravel())) for each in gathers]

    def _gather(self, c, part):
        index, factor = part
        return self.layout.take(c, index) * self.layout.column(factor, 3)


def _full_spectrum(top, u, v):
    """F at any u and v: the spectrum of a real signal at -v is the conjugate of that at -u, v."""
    real, imaginary = half_spectrum(top, np.where(v < 0, -u, u), np.abs(v))
    return real, type(imaginary)(imaginary.index, np.where(v < 0, -imaginary.factor, imaginary.factor))


def _stack(gathers, axis):
    return type(gathers[0])(*(np.concatenate([getattr(each, name) for each in gathers], axis=axis)
                              for name in ("index", "factor")))
