"""The couplings of a product whose channels mix: each with its channels, and the weights that it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from itertools import product as cartesian
from math import prod

import numpy as np

from backend.expressivity.coupling_table import TOLERANCE, project, random_vector
from backend.frameworks import Framework, Unsupported
from backend.spec import Problem
from backend.tensor_products import Operation, make

NOT_ONE_WEIGHT = -1      # of a coupling that does not hang on one weight of an array alone, in proportion to it
Copies = tuple[int, int, int]   # of x, y and z, by number
_ROUNDING = 1e-11        # of a coupling, relative to the largest


@dataclass(frozen=True)
class MixedCoupling:
    """On copies number `copy1`, `copy2` in channels u and v, output copy number `copy` in channel w is
    values[u, v, w] w3j(l1, l2, l3), in proportion to weight number weights[a, u, v, w] of each array a, counted over
    all arrays; the number after the last says that it does not depend on that array."""

    l1: int
    l2: int
    l3: int
    copy1: int
    copy2: int
    copy: int
    values: np.ndarray    # at the operation's own weights
    weights: np.ndarray

    @property
    def path(self) -> tuple[int, int, int]:
        return self.l1, self.l2, self.l3


@dataclass(frozen=True)
class MixingTable:
    """Every coupling, and the weights at which they were measured, as one vector; after the last a 1."""

    couplings: tuple[MixedCoupling, ...]
    learned: np.ndarray

    def effect_of_one(self, each: MixedCoupling) -> np.ndarray:
        """Its values for weights of one."""
        learned = self.learned[each.weights].prod(axis=0)
        return np.divide(each.values, learned, out=np.zeros(each.values.shape), where=each.values != 0)


class Weights:
    """The weights of an operation as one vector of numbers, of each row where each has its own."""

    def __init__(self, operation: Operation) -> None:
        own = operation.problem.weights == "per_sample"
        self._rows = operation.problem.batch if own else 1
        last, declared = operation.layout.name == "batch_last", operation.weight_rows
        self._axes = [(-1 if last and each.shape[-1] == self._rows else 0) if declared is None else declared
                      for each in operation.weights()]
        arrays = [np.moveaxis(each, axis, 0) if own else each[None]
                  for each, axis in zip(operation.weights(), self._axes, strict=True)]
        self._own, self._shapes = own, [each.shape[1:] for each in arrays]
        parts = [each.reshape(self._rows, -1) for each in arrays] or [np.empty((1, 0))]
        self.values = np.concatenate(parts, axis=1).astype(np.float64)   # (rows, or 1 where all share them; numbers)
        ends = np.cumsum([0, *map(prod, self._shapes)])
        self.places = [slice(*each) for each in pairwise(ends.tolist())]   # of each array

    def arrays(self, values: np.ndarray) -> list[np.ndarray]:
        """Such numbers as the call takes them; of one row those of all."""
        values = np.broadcast_to(values, self.values.shape)
        parts = [values[:, place].reshape(-1, *shape) for place, shape in zip(self.places, self._shapes, strict=True)]
        return [np.moveaxis(part, 0, axis) if self._own else part[0]
                for part, axis in zip(parts, self._axes, strict=True)]


def mixing_table(
    key: str, problem: Problem, framework: Framework, *, variant: str = "", layout: str = ""
) -> MixingTable:
    """Every nonzero coupling of the problem's channels, measured in float64 as a plain product's are: at the
    operation's weights, and for each array of them with each multiplied by a factor of its own, which tells what hangs
    on which.

    Raises CouplingError if the map is not a sum of G w3j, that is not equivariant.
    """
    operation = make(key, replace(problem, batch=_rows(problem)), framework, variant=variant, layout=layout)
    if (operation.irreps_in1.dim, operation.irreps_in2.dim) != (problem.dim_in1, problem.dim_in2):
        raise Unsupported("its degrees enter in several copies, whose weights cannot be told apart; certify it channel "
                          "by channel, without weights")
    x, y = _inputs(operation)
    weights = Weights(operation)
    learned = weights.values[:1]   # of the first row, in all
    arrays = framework.asarray(operation.place_x(x)), framework.asarray(operation.place_y(y))
    call = framework.compile(operation, *arrays, *map(framework.asarray, weights.arrays(learned))).function
    axes = (len(operation.irreps_in1), problem.channels, operation.channels_in2, operation.irreps_in2.dim,
            problem.channels, -1)

    def at(values: np.ndarray) -> dict[Copies, np.ndarray]:
        output = call(*arrays, *map(framework.asarray, weights.arrays(values)))
        return _projected(operation.values_of(framework.to_numpy(output)).reshape(axes), operation)

    own = at(learned)
    rounding = _ROUNDING * max((np.abs(values).max() for values in own.values()), default=1.0)
    # all arrays at once where each coupling hangs on one, else one array after the other
    for places in ([slice(0, learned.size)], weights.places):
        hangs_on = _hangs_on(own, at, learned, places if learned.size else [], rounding)
        if not any(NOT_ONE_WEIGHT in each for each in hangs_on.values()):
            break
    irreps = operation.irreps_in1, operation.irreps_in2, operation.irreps_out
    return MixingTable(tuple(
        MixedCoupling(*(each[copy].l for each, copy in zip(irreps, copies, strict=True)), *copies, values,
                      hangs_on[copies])
        for copies, values in sorted(own.items())), np.append(learned[0], 1.0))


def _rows(problem: Problem) -> int:
    """One for each copy and channel of x and each component and channel of y."""
    others = 1 if problem.mixing == "uvu" else problem.channels
    return len(problem.degrees_in1) * problem.channels * others * problem.dim_in2


def _inputs(operation: Operation) -> tuple[np.ndarray, np.ndarray]:
    """Rows (copy1, u, v, component of y): a random vector in channel u of a copy, a basis vector in channel v."""
    in1, dim2 = operation.irreps_in1, operation.irreps_in2.dim
    channels, others = operation.problem.channels, operation.channels_in2
    x = np.zeros((len(in1), channels, others, dim2, channels, in1.dim))
    y = np.zeros((len(in1), channels, others, dim2, others, dim2))
    for copy, part in enumerate(in1.slices):
        for u in range(channels):
            x[copy, u, :, :, u, part] = random_vector(in1[copy].dim)
    for v in range(others):
        y[:, :, v, :, v] = np.eye(dim2)
    return x.reshape(-1, channels, in1.dim), y.reshape(-1, others, dim2)


def _projected(output: np.ndarray, operation: Operation) -> dict[Copies, np.ndarray]:
    """(copy1, copy2, copy) -> the couplings by channels u, v, w, of an output (copy1, u, v, component of y, w, dim)."""
    tolerance, found = TOLERANCE * (np.abs(output).max() or 1.0), {}
    _, first, second, _, third, _ = output.shape
    for copy1, each1 in enumerate(operation.irreps_in1):
        vectors = random_vector(each1.dim)
        for copy2, (each2, part) in enumerate(zip(operation.irreps_in2, operation.irreps_in2.slices, strict=True)):
            for u, v, w in cartesian(range(first), range(second), range(third)):
                block = output[copy1, u, v, part, w][None]
                for copy, g, _ in project(block, vectors, each1, each2, operation.irreps_out, tolerance, False):
                    if abs(g) > tolerance:
                        found.setdefault((copy1, copy2, copy), np.zeros((first, second, third)))[u, v, w] = g
    return found


def _hangs_on(
    own: dict[Copies, np.ndarray], at: Callable[[np.ndarray], dict[Copies, np.ndarray]], learned: np.ndarray,
    places: Sequence[slice], rounding: float,
) -> dict[Copies, np.ndarray]:
    """The numbers of the weights in each of these places that each coupling is in proportion to, by channels."""
    found = {copies: np.empty((len(places), *values.shape), int) for copies, values in own.items()}
    for number, place in enumerate(places):
        factors = _factors(learned.size, place)
        turned = at(learned * factors)
        for copies, values in own.items():
            now = turned.get(copies, 0 * values)
            found[copies][number] = _which(values, now, factors, place.start, rounding)
    return found


def _factors(count: int, place: slice) -> np.ndarray:
    """1 for every weight but those of one array, which have factors from 1 to 2 that no sum or power gives."""
    found, own = np.ones(count), place.stop - place.start
    found[place] += (np.arange(own) + np.random.default_rng(0).uniform(0.25, 0.75, own)) / max(own, 1)
    return found


def _which(values: np.ndarray, turned: np.ndarray, factors: np.ndarray, start: int, rounding: float) -> np.ndarray:
    """The number of the weight by whose factor each value was multiplied; those of the array begin at `start`."""
    same = np.abs(turned - values) <= rounding
    ratio = np.divide(turned, values, out=np.ones(values.shape), where=values != 0)
    own = factors[factors != 1]
    nearest = start + np.clip(np.floor((ratio - 1) * len(own)), 0, len(own) - 1).astype(int)
    right = np.abs(turned - factors[nearest] * values) <= rounding
    return np.where(same, len(factors), np.where(right, nearest, NOT_ONE_WEIGHT))
