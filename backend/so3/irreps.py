"""Irreps of O(3) and their direct sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backend.so3.checks import integer


@dataclass(frozen=True)
class Irrep:
    """The irrep of degree l and parity p: inversion acts as p = ±1."""

    l: int
    p: int

    def __post_init__(self) -> None:
        integer(self.l, "l")
        if self.p not in (1, -1):
            raise ValueError(f"parity must be 1 or -1, got {self.p!r}")

    @property
    def dim(self) -> int:
        """2l + 1."""
        return 2 * self.l + 1

    def __str__(self) -> str:
        return f"{self.l}{'e' if self.p == 1 else 'o'}"


@dataclass(frozen=True)
class Irreps:
    """A direct sum of single copies, in order; the same irrep may stand in it more than once."""

    copies: tuple[Irrep, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "copies", tuple(self.copies))
        for irrep in self.copies:
            if not isinstance(irrep, Irrep):
                raise ValueError(f"copies must hold Irrep only, got {irrep!r}")

    @classmethod
    def natural(cls, degrees: Iterable[int]) -> Irreps:
        """One copy per degree, with the parity (−1)^l of the spherical harmonics."""
        return cls(tuple(Irrep(l, (-1) ** integer(l, "l")) for l in degrees))

    @property
    def dim(self) -> int:
        """Sum of the dimensions."""
        return sum(irrep.dim for irrep in self.copies)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each copy stands in a vector of length `dim`."""
        found, start = [], 0
        for irrep in self.copies:
            found.append(slice(start, start + irrep.dim))
            start += irrep.dim
        return tuple(found)

    def __iter__(self) -> Iterator[Irrep]:
        return iter(self.copies)

    def __len__(self) -> int:
        return len(self.copies)

    def __getitem__(self, index: int) -> Irrep:
        return self.copies[index]

    def __str__(self) -> str:
        return "+".join(f"1x{irrep}" for irrep in self.copies)
