"""Which of many changes are more than chance: ratios of times, with intervals that hold for all that are claimed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.statistics import OF_A_VERDICT

FALSE = 1 - OF_A_VERDICT   # of what is claimed, this part at most is chance
LEAST = 10                 # degrees of freedom, or cases, from which on noise is known
_TAILS = 8                 # degrees of freedom at most for each unit of the smaller side: one alone may be an outlier
_HEAVIEST = 3              # degrees of freedom at least: a variance that is finite
_NORMAL = 1e9              # degrees of freedom that are as good as infinitely many


@dataclass(frozen=True)
class Side:
    """What one of two sets says of each case, as arrays (cases,) of logarithms of seconds: how many units (processes)
    measured it, the mean of their medians, the sum of squares about it, and the standard error that a unit's own
    samples leave."""

    units: np.ndarray
    mean: np.ndarray
    squares: np.ndarray
    within: np.ndarray


@dataclass(frozen=True)
class Changes:
    """By case, as arrays (cases,), the second's time over the first's, with an interval of this `confidence`; the
    verdict follows from it alone. `noise` is the standard deviation from one unit to the next of a usual case, as a
    part of its time; `known_from` says of what: `replicates`, the `cases` (most of which are taken not to have
    changed), or `samples` alone, which know nothing of what differs from process to process."""

    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray
    confidence: float
    noise: float
    known_from: str

    @property
    def slower(self) -> np.ndarray:
        return self.low > 1

    @property
    def faster(self) -> np.ndarray:
        return self.high < 1

    @property
    def by_chance(self) -> float:
        """How many would seem to differ if each were judged by itself and nothing had changed."""
        return FALSE * len(self.ratio)


def changes(first: Side, second: Side) -> Changes:
    """What changed from the first set to the second, case by case in the same order.

    The logarithm of a ratio is Student's with the variance of its case, which is drawn to that of all cases as far as
    these are alike (Smyth 2004, doi:10.2202/1544-6115.1027) and is never below what the samples leave. The widest
    claim is made of which `FALSE` is chance at most (Benjamini and Hochberg 1995), and every interval has the
    confidence that this leaves (Benjamini and Yekutieli 2005): it excludes 1 where a change is claimed, and only there.
    """
    from scipy.special import stdtr, stdtrit  # the server does without until something is compared

    shift = second.mean - first.mean
    freedom = first.units + second.units - 2
    variance, known_from = _variance(first, second, shift, freedom)
    variance, freedom, usual = variance
    freedom = np.minimum(freedom, _TAILS * np.minimum(first.units, second.units))
    error = np.sqrt(sum(np.maximum(variance, each.within**2) / each.units for each in (first, second)))
    error = np.maximum(error, np.finfo(float).tiny)
    probability = 2 * stdtr(freedom, -np.abs(shift) / error)
    level = _level(probability)
    half = stdtrit(freedom, 1 - level / 2) * error
    return Changes(np.exp(shift), np.exp(shift - half), np.exp(shift + half), 1 - level, float(np.sqrt(usual)),
                   known_from)


def _variance(
    first: Side, second: Side, shift: np.ndarray, freedom: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray, float], str]:
    """(variance of a unit of each case, its degrees of freedom, that of a usual case), and of what it is known."""
    own = (first.squares + second.squares) / np.maximum(freedom, 1)
    if freedom.sum() >= LEAST:
        replicated = freedom > 0
        prior, weight = _prior(own[replicated], freedom[replicated])
        known_from = "replicates"
    elif len(shift) >= LEAST:
        scaled = (shift - np.median(shift)) / np.sqrt(1 / first.units + 1 / second.units)
        prior, weight = _of_most(np.abs(scaled))
        known_from = "cases"
    else:
        usual = float(np.median(np.maximum(first.within, second.within) ** 2)) if len(shift) else 0.0
        return (own, np.full(len(shift), _NORMAL), usual), "samples"
    joined = (weight * prior + freedom * own) / (weight + freedom)
    return (joined, weight + freedom, prior), known_from


def _of_most(distances: np.ndarray) -> tuple[float, float]:
    """The squared scale and degrees of freedom of the Student's distribution that has the median and the 90 % quantile
    of these distances from 0: a tenth of them may be anything."""
    from scipy.special import stdtrit  # the server does without until something is compared

    middle, far = np.quantile(distances, (0.5, 0.9))
    weights = np.arange(_HEAVIEST, _TAILS + 1)
    heavy = stdtrit(weights, 0.95) / stdtrit(weights, 0.75) >= far / max(middle, np.finfo(float).tiny)
    weight = float(weights[heavy][-1]) if heavy.any() else float(_HEAVIEST)
    return float((middle / stdtrit(weight, 0.75)) ** 2), weight


def _prior(variances: np.ndarray, freedom: np.ndarray) -> tuple[float, float]:
    """The variance that these vary about, and how many degrees of freedom it is worth: Smyth's moments of the
    logarithms of variances whose inverses are Gamma's."""
    from scipy.special import digamma, polygamma  # the server does without until something is compared

    variances = np.maximum(variances, 1e-5 * np.median(variances) + np.finfo(float).tiny)
    logs = np.log(variances) - digamma(freedom / 2) + np.log(freedom / 2)
    spread = np.var(logs, ddof=1) - np.mean(polygamma(1, freedom / 2)) if len(logs) > 2 else 0.0
    if spread <= 0:   # as alike as chance lets them be
        return float(np.average(variances, weights=freedom)), _NORMAL
    weight = 2 * _inverse_trigamma(spread)
    return float(np.exp(logs.mean() + digamma(weight / 2) - np.log(weight / 2))), weight


def _inverse_trigamma(value: float) -> float:
    """The y with trigamma(y) = value, by Newton's steps on 1 / trigamma, which is nearly straight."""
    from scipy.special import polygamma  # the server does without until something is compared

    y = 0.5 + 1 / value
    for _ in range(50):
        slope = polygamma(1, y)
        step = slope * (1 - slope / value) / polygamma(2, y)
        y += step
        if -step / y < 1e-8:
            break
    return float(y)


def _level(probability: np.ndarray) -> float:
    """The probability below which a difference is claimed, and which every interval leaves out."""
    number = len(probability)
    if not number:
        return FALSE
    allowed = FALSE * np.arange(1, number + 1) / number
    claimed = np.flatnonzero(np.sort(probability) <= allowed)
    return float(allowed[claimed[-1]]) if len(claimed) else float(allowed[0])
