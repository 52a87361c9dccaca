"""A preset: sweeps that answer a question together, each part with where its shape is from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from backend.catalogue import available, cases, entry
from backend.spec import Case, SpecError, Sweep, unique, with_batch


@dataclass(frozen=True)
class Part:
    """Cases that belong on one picture: a figure, a function, a layer of a model."""

    name: str
    sweep: Sweep
    source: str = ""   # where a shape is published
    differs: str = ""  # what of it a problem cannot say


@dataclass(frozen=True)
class Preset:
    """Parts under one name; `question` is what they answer."""

    key: str
    label: str
    question: str
    parts: tuple[Part, ...]

    def cases(
        self, *, products: Collection[str] = (), frameworks: Collection[str] = (), degrees: Collection[int] = (),
        batches: Collection[int] = (), **axes: Any,
    ) -> tuple[Case, ...]:
        """Every case of every part, each once, whose library is installed here. `products`, `frameworks` and `degrees`
        keep those alone; `batches` replace the batches, `axes` the other fields of `Case`. Raises SpecError where
        nothing is left, or for a value that does not exist."""
        found = unique(case for part in self.parts for case in part_cases(part, **axes))
        for wanted, of in ((products, lambda case: case.product), (frameworks, lambda case: case.framework),
                           (degrees, lambda case: case.problem.l_max)):
            found = tuple(case for case in found if not wanted or of(case) in wanted)
        if not found:
            raise SpecError(f"{self.key} must have a case that is asked for; it has none of these products, frameworks "
                            "and degrees")
        return unique(with_batch(case, batch) for case in found for batch in batches) if batches else found

    def missing(self) -> tuple[str, ...]:
        """Why products of it are left out here."""
        keys = dict.fromkeys(key for part in self.parts for key, _ in part.sweep.products)
        reasons = {key: available(entry(key)) for key in keys}
        return tuple(f"{entry(key).label}: {reason}" for key, reason in reasons.items() if reason)


def part_cases(part: Part, **axes: Any) -> tuple[Case, ...]:
    """The cases of one part that can run here, with these fields instead of its own."""
    sweep = replace(part.sweep, base={**part.sweep.base, **axes})
    return tuple(case for case in cases(sweep) if not available(entry(case.product), case.framework))
