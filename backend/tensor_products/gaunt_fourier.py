"""Gaunt product by 2D Fourier series on the torus: a convolution of coefficients, directly or by FFT. Exact."""

from __future__ import annotations

from math import prod

import numpy as np

from backend.so3 import Irreps
from backend.tensor_products.sphere import degrees_of, order_index, order_positions
from backend.tensor_products.tensor_product import TensorProduct
from backend.tensor_products.torus import (
    analysis_matrices,
    analysis_table,
    convolution,
    series_gather,
    spectrum_gather,
    synthesis_matrices,
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
        "fft": "spectra padded to 2(L1+L2)+1 or one more, inverse FFT, pointwise product, FFT",
        "dense": "as fft, and each change of basis is one dense matrix",
        "direct": "the convolution itself, as a sparse sum of products of real coefficients",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
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
        self._degrees = degrees_of(problem, odd=False, product="Gaunt")
        self.irreps_out = Irreps.natural(self._degrees)
        self._inputs = (problem.degrees_in1, problem.degrees_in2)
        self._tops = tuple(each[-1] for each in self._inputs)
        self._band = sum(self._tops)
        least = 2 * self._band + 1
        self._size = min(least, least + 1, key=_factor_sum)   # 13 points take longer than 14
        self._columns = self._degrees[-1] + 1
        self.linear_flops = 0
        {"fft": self._prepare_fft, "dense": self._prepare_dense, "direct": self._prepare_direct}[self.variant]()

    def __call__(self, x, y):
        if self.variant == "dense":
            return self._by_matrices(x, y)
        c1, c2 = (self._encode(each, encoder) for each, encoder in zip((x, y), self._to, strict=True))
        return self._decode(self._by_fft(c1, c2) if self.variant == "fft" else self._convolve(c1, c2))

    def _prepare_dense(self):
        n, synthesis = self._size, [synthesis_matrices(each, self._size) for each in self._inputs]
        analysis = [matrix / n**2 for matrix in analysis_matrices(self._degrees, self._band, n)]
        self._to = [[self.constant(matrix) for matrix in pair] for pair in synthesis]
        self._from = [self.constant(matrix) for matrix in analysis]
        self.linear_in_flops = 2 * sum(matrix.size for pair in synthesis for matrix in pair)
        self.y_flops = 2 * sum(matrix.size for matrix in synthesis[1])
        self.linear_flops += self.linear_in_flops + 2 * sum(matrix.size for matrix in analysis)
        self._count_fft()

    def _by_matrices(self, x, y):
        layout, n = self.layout, self._size
        signals = []
        for each, matrices in zip((x, y), self._to, strict=True):
            real, imaginary = (layout.split(layout.apply(matrix, each), n, -1) for matrix in matrices)
            signals.append(self.framework.inverse_fft2(real, imaginary, n, layout.axis))
        parts = self.framework.fft2(signals[0] * signals[1], self._columns, layout.axis)
        real, imaginary = (layout.apply(*pair) for pair in zip(self._from, (layout.merge(part, 2) for part in parts),
                                                               strict=True))
        return real + imaginary

    def _prepare_change(self, index, table):
        """The sparse changes of basis: into series of both inputs, and out of numbers of the product at `index`."""
        self._to = [self._encoder(each) for each in self._inputs]
        self.linear_in_flops = self.linear_flops
        self._series = (self.constant(index.ravel()), index.shape, self.constant(table))
        self._order = self.constant(order_positions(self._degrees))
        self.linear_flops += 2 * table.size

    def _decode(self, spectrum):
        layout = self.layout
        index, shape, table = self._series
        by_order = layout.split(layout.take(spectrum, index), *shape)
        return layout.take(layout.merge(layout.einsum("MU,mlu->ML", by_order, table), 2), self._order)

    def _encoder(self, degrees):
        index, table = order_index(degrees), synthesis_table(degrees)
        self.y_flops = 2 * table.size   # y comes last
        self.linear_flops += self.y_flops
        return self.constant(index.ravel()), index.shape, self.constant(table)

    def _encode(self, x, encoder):
        """c[m, u], flattened."""
        index, shape, table = encoder
        by_order = self.layout.split(self.layout.take(x, index), *shape)
        return self.layout.merge(self.layout.einsum("ML,mlu->MU", by_order, table), 2)

    def _prepare_fft(self):
        n = self._size
        self._spectra = [self._constants(spectrum_gather(top, n)) for top in self._tops]
        index, factor = series_gather(self._columns - 1, self._band, stride=self._columns, imaginary=n * self._columns)
        self._prepare_change(index, analysis_table(self._degrees, self._band) * factor[:, None, :] / n**2)
        self.linear_flops += 2 * n * sum(top + 1 for top in self._tops)
        self.linear_in_flops += 2 * n * sum(top + 1 for top in self._tops)
        self.y_flops += 2 * n * (self._tops[1] + 1)
        self._count_fft()

    def _count_fft(self):
        n = self._size
        self.product_flops = n * n + 3 * round(2.5 * n * n * np.log2(n * n))   # a real FFT of N points: 2.5 N log2 N
        self.product_backward_flops = 2 * self.product_flops
        self.work_size = 6 * n * n

    def _by_fft(self, c1, c2):
        layout = self.layout
        f, g = (self._signal(c, parts) for c, parts in zip((c1, c2), self._spectra, strict=True))
        real, imaginary = self.framework.fft2(f * g, self._columns, layout.axis)
        return layout.concatenate([layout.merge(real, 2), layout.merge(imaginary, 2)])

    def _signal(self, c, parts):
        layout, n = self.layout, self._size
        real, imaginary = (layout.split(self._gather(c, part), n, -1) for part in parts)
        return self.framework.inverse_fft2(real, imaginary, n, layout.axis)

    def _prepare_direct(self):
        terms = convolution(*self._tops, self._degrees[-1])
        shape = 2 * self._degrees[-1] + 1, self._band + 1
        sizes = tuple(prod(each) for each in (shape, *((2 * top + 1, top + 1) for top in self._tops)))
        self._convolve = self.framework.bilinear(*map(self.constant, terms), sizes, self.layout.axis)
        self._prepare_change(np.arange(sizes[0]).reshape(shape), analysis_table(self._degrees, self._band))
        self.product_flops, self.product_backward_flops = 3 * len(terms[0]), 6 * len(terms[0])
        pairs = sizes[1] * sizes[2] if self.framework.name == "torch" else 0   # every product of two; fused elsewhere
        self.work_size = sum(sizes) + pairs

    def _constants(self, gathers):
        return [(self.constant(each.index.ravel()), self.constant(each.factor.ravel())) for each in gathers]

    def _gather(self, c, part):
        index, factor = part
        return self.layout.take(c, index) * self.layout.column(factor, 3)


def _factor_sum(number: int) -> int:
    """The sum of the prime factors: an FFT of so many points costs about so many operations a point."""
    factor = next((each for each in range(2, number) if number % each == 0), number)
    return factor if factor == number else factor + _factor_sum(number // factor)
