"""How the axes of an array of irreps lie in memory, and the few operations that depend on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.frameworks import Framework

_TEMPLATES = {"channels_dim": "bc{}", "dim_channels": "b{}c", "batch_last": "{}cb"}
_AXES = {"channels_dim": 2, "dim_channels": 1, "batch_last": 0}
BATCH_AXIS = {"channels_dim": 0, "dim_channels": 0, "batch_last": 2}
_CHANNELS = {"channels_dim": 1, "dim_channels": 2, "batch_last": 1}
_LINEAR = {   # x with copies n, channels u -> channels k; the weights are shared, or (with batch) of each row
    "channels_dim": ("bunm,nuk->bkm", "bunm,bnuk->bkm"),
    "dim_channels": ("bnmu,nuk->bmk", "bnmu,bnuk->bmk"),
    "batch_last": ("nmub,nuk->mkb", "nmub,nukb->mkb"),
}
_WEIGHED = {"channels_dim": "bunm,nu->bum", "dim_channels": "bnmu,nu->bmu", "batch_last": "nmub,nu->mub"}
ORDER = {"channels_dim": (0, 1, 2), "dim_channels": (0, 2, 1), "batch_last": (2, 1, 0)}   # of (batch, channels, dim)


def to_layout(values: np.ndarray, layout: str) -> np.ndarray:
    """(batch, channels, dim) as the layout has it, contiguous."""
    return np.ascontiguousarray(np.transpose(values, ORDER[layout]))


def from_layout(values: np.ndarray, layout: str) -> np.ndarray:
    """The layout's array as (batch, channels, dim)."""
    return np.transpose(values, np.argsort(ORDER[layout]))


@dataclass(frozen=True)
class Layout:
    """`channels_dim` (batch, channels, dim), `dim_channels` (batch, dim, channels), `batch_last` (dim, channels,
    batch). `framework` does the arithmetic."""

    name: str
    framework: Framework

    @property
    def axis(self) -> int:
        """The axis of irrep components."""
        return _AXES[self.name]

    def shape(self, batch: int, channels: int, *dims: int) -> tuple[int, ...]:
        """The shape of an array whose component axis is split into `dims`."""
        shape = {"b": (batch,), "c": (channels,), "d": dims}
        return sum((shape[letter] for letter in _TEMPLATES[self.name].format("d")), ())

    def slice(self, array, start: int, stop: int):
        """The components start..stop."""
        return array[(slice(None),) * self.axis + (slice(start, stop),)]

    def split(self, array, *dims: int):
        """The component axis split into axes of these sizes."""
        shape = tuple(array.shape)
        return self.framework.reshape(array, (*shape[: self.axis], *dims, *shape[self.axis + 1 :]))

    def merge(self, array, count: int):
        """The `count` axes that stand for components merged into one."""
        shape = tuple(array.shape)
        after = self.axis + count
        size = 1
        for dim in shape[self.axis : after]:
            size *= dim
        return self.framework.reshape(array, (*shape[: self.axis], size, *shape[after:]))

    def outer(self, x, y):
        """x_i y_j as one component axis ij."""
        head = (slice(None),) * self.axis
        return self.merge(x[(*head, slice(None), None)] * y[(*head, None)], 2)

    def einsum(self, subscripts: str, *operands):
        """An einsum whose capital operands carry batch and channels, e.g. "I,ij->J": component letters are i, j. An
        operand with one channel stands for all those of another."""
        inputs, output = subscripts.split("->")
        terms = [self._term(term) for term in inputs.split(",")]
        carriers = [number for number, term in enumerate(terms) if "c" in term]
        operands = list(operands)
        if len(carriers) > 1:
            channels = max(operands[number].shape[terms[number].index("c")] for number in carriers)
            for number in carriers:
                terms[number], operands[number] = self._shared(terms[number], operands[number], channels)
        return self.framework.einsum(f"{','.join(terms)}->{self._term(output)}", *operands)

    def apply(self, matrix, x):
        """sum_i x_i matrix_ij for every batch row and channel."""
        return self.framework.apply(matrix, x, self.axis)

    def take(self, array, indices):
        return self.framework.take(array, indices, self.axis)

    def concatenate(self, arrays):
        return arrays[0] if len(arrays) == 1 else self.framework.concatenate(arrays, self.axis)

    def add_slices(self, pieces, size: int):
        return self.framework.add_slices(pieces, size, self.axis)

    def linear(self, x, copies: int, weights):
        """sum over n, u of x_num weights_nuk for x whose components are `copies` of one irrep, one after another;
        weights of each row have their axis of the batch where the layout has its own."""
        shared, own = _LINEAR[self.name]
        x = self.split(x, copies, x.shape[self.axis] // copies)
        return self.framework.einsum(shared if len(weights.shape) == 3 else own, x, weights)

    def weighed_sum(self, x, copies: int, weights):
        """sum over n of x_nu weights_nu in each channel u, for x whose components are `copies` of one irrep."""
        x = self.split(x, copies, x.shape[self.axis] // copies)
        return self.framework.einsum(_WEIGHED[self.name], x, weights)

    def take_rows(self, array, rows):
        return self.framework.take(array, rows, BATCH_AXIS[self.name])

    def take_channels(self, array, channels):
        return self.framework.take(array, channels, _CHANNELS[self.name])

    def sum_rows(self, array, rows, count: int):
        """`count` rows, each the sum of those rows of the array that go there."""
        return self.framework.sum_at(array, rows, count, BATCH_AXIS[self.name])

    def column(self, values, rank: int):
        """A vector over components, shaped to multiply arrays of `rank` axes."""
        return self.framework.reshape(values, (1,) * self.axis + (-1,) + (1,) * (rank - self.axis - 1))

    def _shared(self, term: str, array, channels: int):
        """The term and the array, without the axis of channels if it has one for many: not every einsum broadcasts."""
        shape, place = tuple(array.shape), term.index("c")
        if shape[place] == channels:
            return term, array
        return term.replace("c", ""), self.framework.reshape(array, (*shape[:place], *shape[place + 1 :]))

    def _term(self, term: str) -> str:
        return _TEMPLATES[self.name].format(term.lower()) if term.isupper() else term
