"""Interactions as a reader writes them, and what of them a problem does not ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from backend.needs import Need, Path, asked, natural
from backend.spec import Problem, SpecError

Triple = tuple[int, int, int]
_TERM = re.compile(r"(\d{1,2})([eo]?)x(\d{1,2})([eo]?)->(?:(\d{1,2})([eo]?)|all)")
_HOW = "an interaction must be written like 1o x 1o -> 1e, 2 x 4 -> 3 or 2 x 4 -> all"


def written(text: str) -> Need:
    """The need that is written as irreps, with parities or without, several with commas: 1o x 1o -> 1e, 2 x 4 -> all.
    What counts is the degrees. Raises SpecError where it is none, or no map of that degree and parity exists."""
    paths = [path for term in text.split(",") for path in _term(term)]
    return Need("", re.sub(r"\s+", " ", text.strip()), "", natural(paths))


def triples_of(need: Need, problem: Problem) -> tuple[Triple, ...]:
    """What of the need a product would have to reach, asked for by the problem or not. A square's have l1 <= l2."""
    paths: frozenset[Path] = need.paths or asked(need, natural(problem.paths))
    found = {path[:3] for path in paths}
    if problem.setting == "square":
        found = {(min(l1, l2), max(l1, l2), l3) for l1, l2, l3 in found}
    return tuple(sorted(found))


def why_not_asked(path: Triple, problem: Problem) -> str:
    """Why a triple is none of the problem's paths; empty where it is one."""
    if path in problem.paths:
        return ""
    square = problem.setting == "square"
    sides = (problem.degrees_in1, problem.degrees_in1 if square else problem.degrees_in2, problem.degrees_out)
    for name, degree, known in zip(("x", "y", "z"), path, sides, strict=True):
        if degree not in known:
            return f"{name} has no degree {degree} in this question"
    if path in replace(problem, parity="both").paths:
        return "parity natural leaves out what has l₁ + l₂ + l₃ odd"
    return "x with itself has no antisymmetric part"


def _term(text: str) -> Iterator[Triple]:
    match = _TERM.fullmatch(re.sub(r"\s", "", text).replace("×", "x").replace("→", "->"))
    if not match:
        raise SpecError(f"{_HOW}, got {text!r:.60}")
    l1, l2 = int(match[1]), int(match[3])
    outputs = range(abs(l1 - l2), l1 + l2 + 1)
    if match[5] is None:
        yield from ((l1, l2, l3) for l3 in outputs)
        return
    l3, parity = int(match[5]), "e" if match[2] == match[4] else "o"
    if l3 not in outputs:
        raise SpecError(f"{l1} x {l2} must end in a degree from {outputs[0]} to {outputs[-1]}, got {l3}")
    if match[2] and match[4] and match[6] not in ("", parity):
        raise SpecError(f"{match[1]}{match[2]} x {match[3]}{match[4]} must end in parity {parity}, got {l3}{match[6]}")
    yield l1, l2, l3
