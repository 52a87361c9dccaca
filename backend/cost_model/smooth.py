"""What the physics leaves: a smooth function of the sizes, as a Gaussian process that takes outliers for what they are.

Matérn kernel of order 5/2; its lengths and the noise are those that predict left-out points best (Rasmussen and
Williams 2006, section 5.4.2). What is left out is had without fitting again: of a block b of residuals r with the
precision matrix P, the deviation from the prediction is P_bb^-1 (P r)_b, with covariance P_bb^-1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product as cartesian

import numpy as np

_LENGTHS = (1.5, 4.0)        # in logarithms of sizes
_NOISES = (0.02, 0.2)        # variance of one point, in that of the process
_FREEDOM = 4.0               # of Student's distribution, which noise is taken to have
_ROUNDS = 3                  # of weights
_USUAL, _COUNTED = 0.15, 4   # deviation of a logarithm that is expected before any is seen, and as how many points


@dataclass(frozen=True)
class Smooth:
    """The process, given residuals (n,) at places (n, d)."""

    places: np.ndarray
    lengths: np.ndarray
    amplitude: float          # standard deviation of the process
    noise: float              # variance of one point, in that of the process
    doubt: np.ndarray         # (n,) by how much that of each point is larger: it looks like an outlier
    precision: np.ndarray     # (n, n) inverse of kernel and noise
    solved: np.ndarray        # precision @ residuals

    def at(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean, and standard deviation of a new measurement, at places (m, d)."""
        across = _kernel(places, self.places, self.lengths)
        variance = 1 + self.noise - ((across @ self.precision) * across).sum(axis=1)
        return across @ self.solved, self.amplitude * np.sqrt(np.maximum(variance, self.noise))

    def of(self, places: np.ndarray, residuals: np.ndarray) -> Smooth:
        """The process of the same lengths and noise, given other residuals (n,) at places (n, d)."""
        return _process(places, residuals, self.lengths, self.noise)

    def left_out(self, residuals: np.ndarray, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The deviations of a block's residuals from what all others predict, and their standard deviations. The
        residuals may be those of a law that was fitted without the block."""
        covariance = np.linalg.inv(self.precision[np.ix_(block, block)])
        variance = np.diag(covariance) - self.doubt[block]
        return covariance @ (self.precision[block] @ residuals), self.amplitude * np.sqrt(variance)


    def each_left_out(self, residuals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same of every point alone."""
        variance = 1 / np.diag(self.precision)
        return (self.precision @ residuals) * variance, self.amplitude * np.sqrt(variance - self.doubt)


def smooth(places: np.ndarray, residuals: np.ndarray, blocks: Sequence[np.ndarray]) -> Smooth:
    """The process that predicts each point, and each block, best from the rest."""
    varying = np.flatnonzero(np.ptp(places, axis=0) > 0)
    least, best = np.inf, None
    for noise, *lengths in cartesian(_NOISES, *[_LENGTHS] * len(varying)):
        every = np.full(places.shape[1], max(_LENGTHS))
        every[varying] = lengths
        found = _process(places, residuals, every, noise)
        if (loss := _loss(found, residuals, blocks)) < least:
            least, best = loss, found
    return best


def _process(places: np.ndarray, residuals: np.ndarray, lengths: np.ndarray, noise: float) -> Smooth:
    kernel, trust = _kernel(places, places, lengths), np.ones(len(places))
    for _ in range(_ROUNDS):
        doubt = noise / trust - noise
        precision = np.linalg.inv(kernel + np.diag(noise + doubt))
        solved, variance = precision @ residuals, 1 / np.diag(precision)
        alone = solved * variance
        amplitude = np.sqrt((np.sum(trust * alone**2 / variance) + _COUNTED * _USUAL**2) / (len(places) + _COUNTED))
        outlying = alone**2 / (variance - doubt) / amplitude**2
        trust = np.minimum(1.0, (_FREEDOM + 1) / (_FREEDOM + outlying))
    return Smooth(places, lengths, amplitude, noise, doubt, precision, solved)


def _loss(found: Smooth, residuals: np.ndarray, blocks: Sequence[np.ndarray]) -> float:
    """Minus the logarithm of the likelihood of every point and block by all others, as of Student's distribution."""
    left_out = [found.each_left_out(residuals), *(found.left_out(residuals, block) for block in blocks)]
    deviation, scale = (np.concatenate(each) for each in zip(*left_out, strict=True))
    return float(np.sum(np.log(scale) + (_FREEDOM + 1) / 2 * np.log1p((deviation / scale) ** 2 / _FREEDOM)))


def _kernel(left: np.ndarray, right: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    distance = np.sqrt(5 * (((left[:, None] - right[None]) / lengths) ** 2).sum(axis=-1))
    return (1 + distance + distance**2 / 3) * np.exp(-distance)
