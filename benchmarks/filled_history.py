"""A history of synthetic results that the pages show: the usual products, on this machine and three others."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Any

from store import fill, synthetic

from backend.catalogue import catalogue
from backend.environment import environment
from backend.spec import Case
from pages.components.question.selection import Question
from results_db import Store

L_MAX = 6


def filled_history(path: Path, rows: int) -> None:
    """Writes a history of so many results to the path, unless there is a file already."""
    if path.exists():
        return
    cases = asked_cases()
    places = {case.product: _places(case) for case in cases}   # an environment says nothing of the problem
    with Store(path) as store:
        fill(store, synthetic(random.Random(0), cases, lambda case: places[case.product]), rows)


def asked_cases() -> list[Case]:
    """Everyday products at L = 1 ... 6 in JAX: every setting, channels, batch and direction of these few."""
    questions = (
        Question(setting=setting, l_max=L_MAX, channels=channels, batch=batch, direction=direction)
        for setting, channels, batch, direction in product(
            ("mimo", "simo"), (1, 8, 64), (100, 1000, 10_000), ("forward", "forward_backward")))
    return [case for question in questions for case in question.cases()
            if (entry := catalogue()[case.product]).everyday and case.variant == entry.default_variant]


def _places(case: Case) -> list[dict[str, Any]]:
    """The environment that the case has here, and three with other machines."""
    here = environment(case)
    return [here, *(here | {"machine": here["machine"] | {"name": name}, "device": name}
                    for name in ("CPU model A, 16 cores", "CPU model B, 32 cores", "CPU model C, 64 cores"))]
