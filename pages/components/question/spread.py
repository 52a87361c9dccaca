"""How a problem is spread over channels and rows, in the field's words, and what its batch counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend import units
from backend.spec import SPREAD, Problem

PLAIN = "plain"
_MIXINGS = {"uuu": "uuu: channel by channel", "uvu": "uvu: one y for all channels",
            "uvw": "uvw: fully connected"}
_WEIGHTS = {"none": "none", "shared": "shared by all rows", "per_sample": "per sample"}


def spread_words(problem: Problem) -> str:
    """uvu, weights per sample, layer K = 8, message of 16 neighbours; nothing for the plain product."""
    words = {
        "mixing": problem.mixing,
        "weights": f"weights {problem.weights.replace('_', ' ')}",
        "scope": f"layer K = {problem.inner:,}",
        "neighbours": f"message of {units.plural(problem.neighbours, 'neighbour')}",
    }
    return ", ".join(said for name, said in words.items() if name in problem.spread)


def batch_words(problem: Problem) -> str:
    """The batch with what it counts: 1,000 samples, 1 edge."""
    return units.plural(problem.batch, problem.counts.removesuffix("s"))


def row_words(row: Mapping[str, Any]) -> tuple[str, str]:
    """The words of the spread (PLAIN where there is none) and what the batch counts, of a row of results."""
    problem = Problem.of(row["setting"], 1, **{name: row[name] for name in SPREAD})
    return spread_words(problem) or PLAIN, problem.counts


def mixing_label(mixing: str) -> str:
    return _MIXINGS[mixing]


def weights_label(weights: str) -> str:
    return _WEIGHTS[weights]
