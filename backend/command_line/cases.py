"""The axes of cases as command-line arguments: the problem, its channels and rows, and the mode."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import product as cartesian

from backend.catalogue import make_case
from backend.command_line.arguments import add_problem_axes, add_spread_axes, integer, integers, problems, words
from backend.spec import (
    COMPILATIONS,
    DEVICES,
    DIRECTIONS,
    DTYPES,
    FRAMEWORKS,
    LAYOUTS,
    PRECISIONS,
    Case,
    check_choice,
    unique,
)

_MODES = "; ".join(f"{name}: {', '.join(each)}" for name, each in COMPILATIONS.items()) + " (default: the first)"


def add_case_axes(parser: argparse.ArgumentParser) -> None:
    """Every axis of a case but its product."""
    parser.add_argument("--framework", default="jax", metavar="F,...", help=f"{', '.join(FRAMEWORKS)} (default jax)")
    parser.add_argument("--device", default="cpu", metavar="D,...", help=f"{', '.join(DEVICES)} (default cpu)")
    add_problem_axes(parser, l_max="1-4", channels="1")
    add_spread_axes(parser)
    parser.add_argument("--batch", default="1000", metavar="B,...", help="(default 1000)")
    mode = parser.add_argument_group("the mode")
    mode.add_argument("--layout", metavar="L,...", help=f"{', '.join(LAYOUTS)} (default: what each product prefers)")
    mode.add_argument("--dtype", default="float32", metavar="T,...", help=f"{', '.join(DTYPES)} (default float32)")
    mode.add_argument("--precision", default="highest", choices=PRECISIONS,
                      help="of matrix products; high allows TF32 (default highest)")
    mode.add_argument("--direction", default="forward", metavar="D,...",
                      help=f"{', '.join(DIRECTIONS)} (default forward)")
    mode.add_argument("--compilation", metavar="C,...", help=_MODES)
    mode.add_argument("--threads", default="1", metavar="N,...", help="CPU threads (default 1)")
    mode.add_argument("--seed", default="0", metavar="N", help="of the random inputs (default 0)")


def cases(
    asked: argparse.Namespace, products: Sequence[tuple[str, str]], *, keep_impossible: bool
) -> tuple[Case, ...]:
    """Every combination of the axes with each (product, variant), the products of one combination together; what
    cannot exist is left out unless it is kept, and is then answered as unsupported."""
    def axis(name: str) -> tuple[str | None, ...]:
        given = getattr(asked, name)
        return (None,) if given is None else words(name, given)

    frameworks, seed = axis("framework"), integer("seed", asked.seed)
    for each in frameworks:
        check_choice("framework", each, FRAMEWORKS)
    axes = cartesian(
        axis("device"), integers("threads", asked.threads), axis("dtype"), axis("direction"), axis("layout"),
        axis("compilation"), problems(asked, integers("batch", asked.batch)), frameworks, products,
    )
    made = (
        make_case(product, variant, framework, problem, keep_impossible=keep_impossible, device=device,
                  threads=threads, dtype=dtype, direction=direction, layout=layout, compilation=compilation,
                  precision=asked.precision, seed=seed)
        for device, threads, dtype, direction, layout, compilation, problem, framework, (product, variant) in axes
    )
    return unique(case for case in made if case is not None)
