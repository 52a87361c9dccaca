"""Ratios of paired samples with their intervals, and the table that shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import exp, log

from backend import units
from backend.catalogue import entry, label
from backend.spec import Case
from backend.statistics import median, median_interval

_ABOVE_FLOOR = 3   # times the dispatch floor: below, the call is compared and not the product
_LOSS = 0.95


@dataclass(frozen=True)
class Pair:
    """One of ours and a peer on one problem; `times` holds (ours, theirs) of every process, round by round."""

    function: str
    mode: str
    ours: Case
    theirs: Case
    times: Sequence[tuple[Sequence[float], Sequence[float]]]
    reasons: Sequence[str] = ()
    floor: float = 0.0

    @property
    def layouts(self) -> tuple[str, ...]:
        """`own` where ours has the layout that it prefers, `same` where it has the peer's; it may be both."""
        own = self.ours.layout == entry(self.ours.product).layouts[0]
        return ("own",) * own + ("same",) * (self.ours.layout == self.theirs.layout)

    def ratio(self) -> tuple[float, float, float] | None:
        """Their time over ours: the median over all rounds, and an interval that holds both its own 95 % interval
        and the median of every process."""
        processes = [[b / a for a, b in zip(*both, strict=True)] for both in self.times if all(both)]
        if not processes:
            return None
        rounds = [*chain.from_iterable(processes)]
        medians = [median(each) for each in processes]
        low, high = median_interval(rounds)
        return median(rounds), min(low, *medians), max(high, *medians)

    def above_floor(self) -> bool:
        """Whether both sides take longer than a call that does next to nothing."""
        least = min(median(side) for both in self.times if all(both) for side in both)
        return least > _ABOVE_FLOOR * self.floor

    def best(self) -> tuple[float, float]:
        """The median time of each side, in seconds."""
        return tuple(median([*chain.from_iterable(both[side] for both in self.times)]) for side in (0, 1))


def report(pairs: Iterable[Pair], heading: str) -> str:
    """The whole text, Markdown."""
    pairs = list(pairs)
    measured = [pair for pair in pairs if pair.ratio()]
    parts = ["# Side by side with other libraries", heading,
             "A number is the peer's time over ours, above 1 ours is faster, with its interval. Bold: slower than "
             f"{_LOSS}. °: within {_ABOVE_FLOOR} times the cost of an empty call, and in no mean. Layout: `own` is "
             "each side in the one it prefers, `same` is both in the peer's.",
             "## In short", _summary(measured),
             "## Our fastest against their fastest", "Of what computes the same function on the same problem, in "
             "the same run."]
    for (function, mode, layout), group in _by_layout(measured):
        parts += [f"### {function}, {mode}, layout {layout}", _fastest_table(group)]
    parts += ["## Every pair"]
    for (function, mode), both in _grouped(measured, lambda pair: (pair.function, pair.mode)):
        parts += [f"<details><summary>{function}, {mode}</summary>"]
        for (batch, channels), group in _grouped(both, lambda pair: (
                pair.ours.problem.batch, pair.ours.problem.channels)):
            parts += [f"Batch {batch:,}, {units.plural(channels, 'channel')}", _table(group)]
        parts += ["</details>"]
    reasons = [*_left_out(pairs)]
    parts += ["## Left out", "\n".join(f"- {reason}" for reason in reasons)] if reasons else []
    return "\n\n".join(parts) + "\n"


def _left_out(pairs: Sequence[Pair]) -> Iterator[str]:
    """Every reason once; of those that differ in numbers alone the first, and how many more there are."""
    reasons = sorted({reason for pair in pairs for reason in pair.reasons})
    for _, alike in _grouped(reasons, lambda reason: re.sub(r"[\d.,]+", "#", reason)):
        more = f" (and {len(alike) - 1} like it)" if len(alike) > 1 else ""
        yield f"{alike[0]}{more}"


def _summary(pairs: Sequence[Pair]) -> str:
    """Means over all cells, and those of our fastest against their fastest on each problem."""
    lines = [f"| function | framework | layout | every pair | slower than {_LOSS} | our fastest against theirs | "
             f"slower than {_LOSS} |", "|---|---|---|---|---|---|---|"]
    for (function, mode, layout), group in _by_layout(pairs):
        fastest = [pair for _, pair in _fastest(group)]
        cells = [f"{_mean(each)} | {sum(pair.ratio()[0] < _LOSS for pair in each)} of {len(each)}"
                 for each in (group, fastest)]
        lines.append(f"| {function} | {mode} | {layout} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _by_layout(pairs: Sequence[Pair]) -> Iterator[tuple]:
    """((function, mode, layout), pairs), those of a layout that there are."""
    for (function, mode), both in _grouped(pairs, lambda pair: (pair.function, pair.mode)):
        for layout in ("own", "same"):
            if group := [pair for pair in both if layout in pair.layouts]:
                yield (function, mode, layout), group


def _fastest(pairs: Sequence[Pair]) -> Iterator[tuple]:
    """(problem, the pair of their fastest and the fastest of ours beside it) of one function, mode and layout."""
    for problem, group in _grouped(pairs, lambda pair: pair.ours.problem):
        theirs = min(group, key=lambda pair: pair.best()[1]).theirs
        yield problem, min((pair for pair in group if pair.theirs == theirs), key=lambda pair: pair.best()[0])


def _fastest_table(pairs: Sequence[Pair]) -> str:
    degrees = sorted({pair.ours.problem.l_max for pair in pairs})
    lines = [f"| batch | channels | {' | '.join(f'L = {l}' for l in degrees)} | geometric mean |",
             f"|---|---|{'---|' * (len(degrees) + 1)}"]
    for (batch, channels), row in _grouped(_fastest(pairs), lambda each: (each[0].batch, each[0].channels)):
        by_degree = {problem.l_max: pair for problem, pair in row}
        cells = [f"{_cell(by_degree[l])} {_name(by_degree[l].ours)} against {_name(by_degree[l].theirs)}"
                 if l in by_degree else "" for l in degrees]
        lines.append(f"| {batch:,} | {channels} | {' | '.join(cells)} | {_mean([pair for _, pair in row])} |")
    return "\n".join(lines)


def _table(pairs: Sequence[Pair]) -> str:
    degrees = sorted({pair.ours.problem.l_max for pair in pairs})
    lines = [f"| ours | peer | layout | {' | '.join(f'L = {l}' for l in degrees)} | geometric mean |",
             f"|---|---|---|{'---|' * (len(degrees) + 1)}"]
    for (ours, theirs, layouts), row in _grouped(pairs, lambda pair: (
            _name(pair.ours), _name(pair.theirs), " and ".join(pair.layouts))):
        by_degree = {pair.ours.problem.l_max: pair for pair in row}
        cells = [_cell(by_degree[l]) if l in by_degree else "" for l in degrees]
        lines.append(f"| {ours} | {theirs} | {layouts} | {' | '.join(cells)} | {_mean(row)} |")
    return "\n".join(lines)


def _cell(pair: Pair) -> str:
    middle, low, high = pair.ratio()
    shown = f"**{middle:.2f}**" if middle < _LOSS else f"{middle:.2f}"
    return f"{shown}{'' if pair.above_floor() else '°'} ({low:.2f}-{high:.2f})"


def _mean(pairs: Sequence[Pair]) -> str:
    """The geometric mean of the ratios above the floor."""
    ratios = [pair.ratio()[0] for pair in pairs if pair.above_floor()]
    return f"{exp(sum(map(log, ratios)) / len(ratios)):.2f}" if ratios else "–"


def _name(case: Case) -> str:
    return label(case.product, case.variant)


def _grouped(pairs: Iterable[Pair], key) -> Iterator[tuple]:
    """Groups in the order of their first members."""
    found: dict = {}
    for pair in pairs:
        found.setdefault(key(pair), []).append(pair)
    yield from found.items()
