"""Three orders of the contraction of x, y, coefficients and weights when all pairs of channels meet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backend.frameworks import Framework
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import coefficients, collapsed_irreps, pair_matrix, pairs, path_irrep, starts


class WeightsFirst:
    """Rows first. With C channels and degrees of dimension d1, d2, d3 a path takes 2 C^3 min(d1, d2, d3) FLOP and
    terms of C^2: its weights meet x, y, or what belongs to z, the pairs of x and of y coupled to it. The coefficients
    meet one input alone, C channels of it."""

    layout = "dim_channels"
    block_bytes = 8 * 2**20   # of `work` in a block of rows on a CPU: more falls out of the cache

    def __init__(self, problem: Problem, irreps_out: Irreps, framework: Framework, constant: Callable) -> None:
        self._framework, self._irreps_out, self._channels = framework, irreps_out, problem.channels
        self.least_rows = problem.channels if problem.weights == "shared" else 1   # of a block: each reads all of them
        start = {"x": starts(problem.degrees_in1), "y": starts(problem.degrees_in2)}
        channels, tables, used = problem.channels, {}, {}
        largest, self._paths, self.linear_flops, self.row_flops, self.kept = 0, [], 0, 0, 0
        for l1, l2, l3 in problem.paths:
            least = min(l1, l2, l3)
            meets = "x" if l1 == least else "y" if l2 == least else "z"
            free, coupled = (("y", l2), ("x", l1)) if meets == "y" else (("x", l1), ("y", l2))
            table = coefficients(l1, l2, l3).transpose((2, 1, 0) if meets == "y" else (2, 0, 1))   # m3, free, coupled
            d3, d, _ = table.shape
            first = used.get(coupled, 0)
            used[coupled] = first + d3 * d
            tables.setdefault(coupled, []).append(table.reshape(d3 * d, -1))
            self._paths.append((meets, free, coupled, slice(first, first + d3 * d), d3, d, path_irrep(l1, l2, l3)))
            between = channels**2 * (2 * least + 1)
            self.linear_flops += 2 * table.size
            self.row_flops += 2 * channels * between + 2 * channels**2 * d * d3
            largest = max(largest, between)
            self.kept += between
        self._parts = {(side, l): slice(first, first + 2 * l + 1)
                       for side, degrees in start.items() for l, first in degrees.items()}
        self._tables = {part: constant(np.concatenate(each)) for part, each in tables.items()}
        coupled = channels * sum(used.values())
        self.kept += coupled
        self.work = 2 * (largest + coupled) + channels * irreps_out.dim
        self.held = self.work - coupled * (framework.name != "jax")   # XLA has a copy of it

    def placed(self, values: np.ndarray, *, own: bool) -> tuple[np.ndarray, ...]:
        """Weights (rows, paths, u, v, w) as matrices, one for each path, in the order of indices that it meets."""
        found = []
        for path, (meets, *_) in enumerate(self._paths):
            each = values[:, path].swapaxes(1, 2) if meets == "y" else values[:, path]
            matrices = each.reshape(len(each), self._channels ** (2 if meets == "z" else 1), -1)
            found.append(np.ascontiguousarray(matrices if own else matrices[0]))
        return tuple(found)

    def __call__(self, x, y, weights):
        rows, channels, reshape = x.shape[0], self._channels, self._framework.reshape
        parts = {key: (x if key[0] == "x" else y)[:, part] for key, part in self._parts.items()}
        coupled = {key: table @ parts[key] for key, table in self._tables.items()}
        sums = {}
        for (meets, free, other, part, d3, d, irrep), weight in zip(self._paths, weights, strict=True):
            left, right = parts[free], coupled[other][:, part]
            if meets == "z":
                pairs = left.swapaxes(1, 2)[:, None] @ reshape(right, (rows, d3, d, channels))
                z = self._meet(reshape(pairs, (rows, d3, channels**2)), weight)
            else:
                met = self._meet(left, weight)
                z = reshape(right, (rows, d3, d * channels)) @ reshape(met, (rows, d * channels, channels))
            sums[irrep] = sums[irrep] + z if irrep in sums else z
        return self._framework.concatenate([sums[irrep] for irrep in self._irreps_out], 1)

    def _meet(self, array, weight):
        """The array's last axis against the weights of all rows or of each."""
        if len(weight.shape) == 3:
            return array @ weight
        rows, dim, size = array.shape
        return self._framework.reshape(self._framework.reshape(array, (rows * dim, size)) @ weight, (rows, dim, -1))


class PairsFirst:
    """Rows last, so that every outer product runs along them. C^2 (d1 d2) (1 + 2 sum d3) FLOP for each (l1, l2), and
    2 C^3 d3 for each path."""

    layout = "batch_last"
    least_rows = 1
    block_bytes = 4 * 2**20   # allocators give larger arrays back to the system, and every call takes new pages

    def __init__(self, problem: Problem, irreps_out: Irreps, framework: Framework, constant: Callable) -> None:
        self._framework, self._irreps_out, self._channels = framework, irreps_out, problem.channels
        start1, start2, square = starts(problem.degrees_in1), starts(problem.degrees_in2), problem.channels**2
        largest, self._blocks, self.linear_flops, self.row_flops, self.kept = 0, [], 0, 0, 0
        for l1, l2, degrees in pairs(problem):
            matrix = pair_matrix(l1, l2, degrees).T
            irreps = [path_irrep(l1, l2, l3) for l3 in degrees]
            self._blocks.append((slice(start1[l1], start1[l1] + 2 * l1 + 1), slice(start2[l2], start2[l2] + 2 * l2 + 1),
                                 constant(matrix), list(zip(irreps, Irreps(tuple(irreps)).slices, strict=True))))
            out, size = matrix.shape
            self.row_flops += square * (size + 2 * matrix.size) + 2 * square * problem.channels * out
            largest = max(largest, square * (size + out))
            self.kept += square * (2 * out + size if framework.name == "jax" else out)
        self.work = self.held = 2 * largest + problem.channels * irreps_out.dim

    def placed(self, values: np.ndarray, *, own: bool) -> tuple[np.ndarray, ...]:
        """Weights (rows, paths, u, v, w) as matrices from pairs to channels: (w, pairs), or (pairs, w, rows)."""
        matrices = values.reshape(*values.shape[:2], self._channels**2, self._channels)
        return tuple(np.ascontiguousarray(matrices[:, path].transpose(1, 2, 0) if own else matrices[0, path].T)
                     for path in range(values.shape[1]))

    def __call__(self, x, y, weights):
        rows, square, framework = x.shape[2], self._channels**2, self._framework
        sums, weights = {}, iter(weights)
        for part1, part2, matrix, outputs in self._blocks:
            outer = x[part1, None, :, None] * y[None, part2, None]
            pairs = framework.reshape(matrix @ framework.reshape(outer, (matrix.shape[1], square * rows)),
                                      (matrix.shape[0], square, rows))
            for irrep, part in outputs:
                weight = next(weights)
                z = (weight @ pairs[part] if len(weight.shape) == 2
                     else framework.einsum("kwb,mkb->mwb", weight, pairs[part]))
                sums[irrep] = sums[irrep] + z if irrep in sums else z
        return framework.concatenate([sums[irrep] for irrep in self._irreps_out], 0)


class OutputsTogether:
    """Rows last. All pairs that couple to an irrep of z stand side by side, weighted, before one matrix of its
    coefficients: the fewest operations, one for each irrep of z, but every pair is copied for each of its paths."""

    layout = "batch_last"
    least_rows = 1
    block_bytes = 4 * 2**20

    def __init__(self, problem: Problem, irreps_out: Irreps, framework: Framework, constant: Callable) -> None:
        self._framework, self._channels = framework, problem.channels
        start1, start2, square = starts(problem.degrees_in1), starts(problem.degrees_in2), problem.channels**2
        pair = np.arange(problem.dim_in1 * problem.dim_in2).reshape(problem.dim_in1, problem.dim_in2)
        places, paths, self._outputs, self.row_flops, first = [], [], [], square * pair.size, 0
        for irrep in irreps_out:
            numbers = [number for number, path in enumerate(problem.paths) if path_irrep(*path) == irrep]
            tables = []
            for number in numbers:
                l1, l2, l3 = problem.paths[number]
                at1, at2 = start1[l1], start2[l2]
                places.append(pair[at1 : at1 + 2 * l1 + 1, at2 : at2 + 2 * l2 + 1].reshape(-1))
                paths.append(np.full(places[-1].size, number))
                tables.append(coefficients(l1, l2, l3).reshape(places[-1].size, -1))
            matrix = np.concatenate(tables).T
            self._outputs.append((constant(matrix), slice(first, first + matrix.shape[1])))
            self.row_flops += 2 * problem.channels * matrix.size
            first += matrix.shape[1]
        self._places, self._path_of = constant(np.concatenate(places)), constant(np.concatenate(paths))
        self.row_flops += first * (1 if square == 1 else 2 * square * problem.channels)
        own = problem.weights == "per_sample"
        self.linear_flops, self.kept = 0, first * (square + problem.channels + own * square * problem.channels)
        if framework.name == "jax" and square == 1:   # XLA's gradient of a gather, as it was measured
            self.kept *= 2
        self.work = self.held = self.work_of(problem)

    @staticmethod
    def work_of(problem: Problem) -> int:
        """Numbers between the input and the output of a row, its own weights among them."""
        channels, own = problem.channels, problem.weights == "per_sample"
        pairs, out = problem.dim_in1 * problem.dim_in2, sum(irrep.dim for irrep in collapsed_irreps(problem))
        copies = sum((2 * l1 + 1) * (2 * l2 + 1) for l1, l2, _ in problem.paths)
        return channels**2 * pairs + copies * (channels**2 + channels + 2 * own * channels**3) + channels * out

    @classmethod
    def fits(cls, problem: Problem, itemsize: int) -> bool:
        """Whether one block has all rows."""
        return cls.work_of(problem) * problem.batch * itemsize <= cls.block_bytes

    def placed(self, values: np.ndarray, *, own: bool) -> tuple[np.ndarray, ...]:
        """Weights (rows, paths, u, v, w) as one array (paths, w, pairs), of each row (paths, pairs, w, rows)."""
        matrices = values.reshape(*values.shape[:2], self._channels**2, self._channels)
        return (np.ascontiguousarray(matrices.transpose(1, 2, 3, 0) if own else matrices[0].swapaxes(1, 2)),)

    def __call__(self, x, y, weights):
        rows, channels, framework = x.shape[2], self._channels, self._framework
        (weight,) = weights
        outer = framework.reshape(x[:, None, :, None] * y[None, :, None], (-1, channels**2, rows))
        outer = framework.take(outer, self._places, 0)
        weight = framework.take(weight, self._path_of, 0)
        if len(weight.shape) == 4:
            pairs = framework.einsum("pkwb,pkb->pwb", weight, outer)
        else:
            pairs = weight * outer if channels == 1 else weight @ outer
        pairs = framework.reshape(pairs, (-1, channels * rows))
        return framework.concatenate([framework.reshape(matrix @ pairs[part], (matrix.shape[0], channels, rows))
                                      for matrix, part in self._outputs], 0)
