"""Who is measured against whom: our products and the libraries that compute the same function, problem by problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product as cartesian
from typing import Any

from backend.catalogue import available, entry, make_case, select
from backend.spec import COMPILATIONS, Case, Problem, SpecError, unique
from backend.sweeps.functions import FUNCTIONS, NOT_AS_MEANT


@dataclass(frozen=True)
class Contest:
    """Everybody who computes one function on one problem in one mode; `pairs` are (ours, a peer)."""

    function: str
    framework: str
    compilation: str
    problem: Problem
    pairs: Sequence[tuple[Case, Case]]

    @property
    def mode(self) -> str:
        return f"{self.framework} {self.compilation}"

    @property
    def cases(self) -> tuple[Case, ...]:
        return unique(case for pair in self.pairs for case in pair)

    @property
    def group(self) -> tuple:
        """Contests of one group are measured by one process, one after another."""
        return self.function, self.framework, self.compilation, self.problem.l_max

    def __str__(self) -> str:
        problem = self.problem
        return (f"{self.function}, {self.mode}, L {problem.l_max}, batch {problem.batch:,}, channels "
                f"{problem.channels}")


def contests(
    functions: Sequence[str], modes: Sequence[str], l_max: Sequence[int], sizes: Mapping[str, Sequence[int]],
    rest: Mapping[str, Any],
) -> Iterator[Contest]:
    """Every function at every L and size, in modes FRAMEWORK:COMPILATION; `rest` are further axes of the cases.
    Raises SpecError where a mode does not exist."""
    for mode in modes:
        framework, _, compilation = mode.partition(":")
        if compilation not in COMPILATIONS.get(framework, ()):
            raise SpecError(f"a mode must be a framework and its compilation, got {mode}")
        for function, l, values in cartesian(functions, l_max, cartesian(*sizes.values())):
            *names, setting, spread = FUNCTIONS[function]
            problem = Problem.of(setting, l, **dict(zip(sizes, values, strict=True)), **spread)
            pairs = _pairs(names, framework, problem, {"compilation": compilation, **rest})
            if pairs:
                yield Contest(function, framework, compilation, problem, pairs)


def _pairs(
    names: Sequence[str], framework: str, problem: Problem, mode: Mapping[str, Any]
) -> list[tuple[Case, Case]]:
    """Each of ours with each peer, ours in the layout that it prefers and in the peer's."""
    ours, peers = ([
        (key, variant) for key, variant in select(each)
        if framework in entry(key).frameworks and not available(entry(key), framework)
        and (key, variant, mode["compilation"]) not in NOT_AS_MEANT
    ] for each in names)
    pairs = []
    for (key, variant), (peer, peer_variant) in cartesian(ours, peers):
        theirs = make_case(peer, peer_variant, framework, problem, **mode)
        layouts = dict.fromkeys((entry(key).layouts[0], theirs.layout))
        pairs += [(make_case(key, variant, framework, problem, layout=layout, **mode), theirs) for layout in layouts]
    return pairs
