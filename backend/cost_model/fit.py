"""The law of one group: physics, and a smooth deviation from it; intervals by what it says of points left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import stdtrit

from backend.cost_model.counts import Counts, degree_place
from backend.cost_model.groups import BATCH, ROW
from backend.cost_model.law import prices, terms
from backend.cost_model.smooth import smooth

CONFIDENCE = 0.9
_KEPT = 1000   # estimates of a law
_PARTS = 10    # that are left out in turn
KNOWN, OTHER_SIZE, OTHER_DEGREES, BEYOND = range(4)   # what of a case is new; BEYOND: beyond what was measured
_STRETCH = 3.0                      # of the place of degrees, which span less than batches do
_BATCHES = 2.0 ** np.arange(31)
_EXPECTED, _FREEDOM = 12, 4         # deviations, of Student's distribution, that count beside those seen
_LEAST = 1e-3                       # of the smallest value: what has no price where all was large is not free
_BEYOND = 1.5                       # times as wide where one side was never measured


@dataclass(frozen=True)
class Estimate:
    """A value with its interval, and whether it is beyond the sizes that were measured."""

    value: float
    low: float
    high: float
    beyond: bool


class Fit:
    """Fitted to values (n,) of measured sizes (n, 7) with counts (n, 3). `off` (n,) are the logarithms of the values
    over their predictions with each left out, `held` which of them lie in the interval of that prediction."""

    def __init__(self, sizes: np.ndarray, counts: np.ndarray, values: np.ndarray) -> None:
        self._sizes, self._logs, self._counts = sizes, np.log(values), Counts(sizes, counts)
        self._terms, self._least = terms(counts), _LEAST * values.min()
        self._prices = prices(self._terms, values)
        residuals, slices = self._residuals(self._terms, self._prices), list(_slices(sizes))
        self._smooth = smooth(places(sizes), residuals, [found for found, kind, edge in slices if not edge])
        alone = self._each_left_out(counts, values)
        deviations = {kind: [np.empty(0)] for kind in (OTHER_SIZE, OTHER_DEGREES, BEYOND)} | {KNOWN: [alone]}
        for found, kind, edge in slices:   # what lies in between is judged by the ends as well: slices are few
            off = self._left_out(found, counts, values)
            for each in (kind, BEYOND) if edge else (kind,):
                deviations[each].append(off)
        self._factors = {kind: _factor(np.concatenate(each)) for kind, each in deviations.items()}
        self._factors[BEYOND] *= _BEYOND
        # each is judged by the interval that the others give
        self.held = np.array([abs(each) <= _factor(np.delete(alone, at)) for at, each in enumerate(alone)])
        self._kept = lru_cache(_KEPT)(self._estimate)

    def at(self, sizes: np.ndarray) -> Estimate:
        """The estimate at sizes (7,); it never falls as the batch grows. What was asked last is kept, for
        several things are told of one case."""
        return self._kept(tuple(sizes.tolist()))

    def _estimate(self, asked: tuple[float, ...]) -> Estimate:
        sizes = np.array(asked)
        batches = np.unique([*_BATCHES, sizes[BATCH]])
        rows = np.tile(sizes, (len(batches), 1))
        rows[:, BATCH] = batches
        law = np.maximum(terms(self._counts.at(rows)) @ self._prices, self._least)
        mean, deviation = self._smooth.at(places(rows))
        rising = isotonic_regression(np.log(law) + mean, weights=1 / deviation**2).x
        at, kind = int(np.searchsorted(batches, sizes[BATCH])), self._kind(sizes)
        half = self._factors[kind] * deviation[at]
        return Estimate(*np.exp(rising[at] + np.array([0.0, -half, half])).tolist(), kind == BEYOND)

    def _kind(self, sizes: np.ndarray) -> int:
        if ((sizes < self._sizes.min(axis=0)) | (sizes > self._sizes.max(axis=0))).any():
            return BEYOND
        if not (self._sizes[:, :ROW] == sizes[:ROW]).all(axis=1).any():
            return OTHER_DEGREES
        return KNOWN if (self._sizes[:, ROW:] == sizes[ROW:]).any(axis=0).all() else OTHER_SIZE

    def _each_left_out(self, counts: np.ndarray, values: np.ndarray) -> np.ndarray:
        """How far each is from what the rest says of it, in standard deviations, a tenth at a time left out; `off` are
        the distances themselves."""
        self.off, alone = np.empty(len(values)), np.empty(len(values))
        for part in np.array_split(np.random.default_rng(0).permutation(len(values)), min(_PARTS, len(values))):
            residuals, where = self._unaware(part, counts, values), places(self._sizes)
            rest = np.setdiff1d(np.arange(len(values)), part)
            mean, deviation = self._smooth.of(where[rest], residuals[rest]).at(where[part])
            self.off[part] = residuals[part] - mean
            alone[part] = self.off[part] / deviation
        return alone

    def _left_out(self, found: np.ndarray, counts: np.ndarray, values: np.ndarray) -> np.ndarray:
        """How far a slice is from what the rest says of it, in standard deviations."""
        deviation, scale = self._smooth.left_out(self._unaware(found, counts, values), found)
        return deviation / scale

    def _unaware(self, found: np.ndarray, counts: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The residuals of the law and the counts that are had without a part."""
        rest = np.setdiff1d(np.arange(len(values)), found)
        other = Counts(self._sizes[rest], counts[rest])
        law = prices(self._terms[rest], values[rest])
        said = self._terms.copy()
        said[found] = terms(np.array([other.at(each[None])[0] for each in self._sizes[found]]))
        return self._residuals(said, law)

    def _residuals(self, terms: np.ndarray, prices: np.ndarray) -> np.ndarray:
        return self._logs - np.log(np.maximum(terms @ prices, self._least))


def places(sizes: np.ndarray) -> np.ndarray:
    """(n, 5) where sizes (n, 7) lie to a smooth function: logarithms, and the place of their degrees."""
    channels, inner, neighbours, batch = sizes[:, ROW:].T
    return np.column_stack([np.log(batch), np.log(channels), np.log1p(inner), np.log1p(neighbours),
                            _STRETCH * degree_place(sizes[:, :ROW])])


def _slices(sizes: np.ndarray) -> Iterator[tuple[np.ndarray, int, bool]]:
    """The rows of the same degrees, and those of the same batch, with what is new where they are left out, and whether
    that is at an end; none where there are fewer than three such."""
    for keys, kind in ((sizes[:, :ROW], OTHER_DEGREES), (sizes[:, BATCH:], OTHER_SIZE)):
        different, inverse = np.unique(keys, axis=0, return_inverse=True)
        last = len(different) - 1
        for at in range(last + 1 if last > 1 else 0):
            yield np.flatnonzero(inverse.ravel() == at), kind, at in (0, last)


def _factor(deviations: np.ndarray) -> float:
    """How many standard deviations to either side hold CONFIDENCE of the deviations seen, and of some expected."""
    expected = stdtrit(_FREEDOM, (1 + (np.arange(_EXPECTED) + 0.5) / _EXPECTED) / 2)
    count = len(deviations) + _EXPECTED
    return float(np.quantile(np.abs([*deviations, *expected]), min(1.0, CONFIDENCE * (count + 1) / count)))
