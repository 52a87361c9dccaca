"""`python -m backend run`: measures cases and prints one result a line as JSON."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from itertools import product as cartesian

from tqdm import tqdm

from backend.catalogue import make_case, select
from backend.command_line import DONE, FAILED, WRONG
from backend.command_line.arguments import add_problem_axes, add_spread_axes, integer, integers, problems, words
from backend.command_line.storing import Storing
from backend.spec import (
    DEVICES,
    DIRECTIONS,
    DTYPES,
    FRAMEWORKS,
    LAYOUTS,
    PRECISIONS,
    Case,
    SpecError,
    check_choice,
    unique,
)

PRESETS = {
    "default": {},
    "quick": {"samples": 10, "min_sample_time": 0.002, "max_time": 0.5},
    "thorough": {"samples": 100, "min_sample_time": 0.01, "max_time": 20.0},
}


def add_to(commands) -> None:
    parser = commands.add_parser(
        "run", help="measure cases", description=__doc__,
        epilog="Every combination of the lists is a case. Results go to the standard output, one a line, progress to "
               "the standard error. Exit code 1 if some case failed; unsupported is an answer.")
    parser.add_argument("--product", default="all", metavar="P,...",
                        help="keys from `list`, or KEY:VARIANT, KEY:all, all (default all)")
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
    mode.add_argument("--compilation", metavar="C,...", help="eager, jit, compiled (default: the framework's first)")
    mode.add_argument("--threads", default="1", metavar="N,...", help="CPU threads (default 1)")
    mode.add_argument("--seed", default="0", metavar="N", help="of the random inputs (default 0)")
    how = parser.add_argument_group("how to measure")
    how.add_argument("--preset", default="default", choices=PRESETS, help="how many samples (default: 30 of 5 ms)")
    how.add_argument("--timeout", type=float, default=120.0, metavar="S",
                     help="seconds that a case may take (default 120)")
    how.add_argument("--store", action="store_true", help="keep the results in the history")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    cases = _cases(asked)
    if not asked.timeout > 0:
        raise SpecError(f"timeout must be seconds above 0, got {asked.timeout}")
    if not cases:
        print("error: no case is left: none of these products exists in these frameworks", file=sys.stderr)
        return WRONG
    return _measure(cases, PRESETS[asked.preset] | {"case_timeout": asked.timeout}, store=asked.store)


def _cases(asked: argparse.Namespace) -> tuple[Case, ...]:
    """The cases asked for. A pair that cannot exist is left out if all products are asked for; one that is named
    stays, and is answered as unsupported."""
    def axis(name: str) -> tuple[str | None, ...]:
        given = getattr(asked, name)
        return (None,) if given is None else words(name, given)

    keep, frameworks, seed = "all" not in axis("product"), axis("framework"), integer("seed", asked.seed)
    for each in frameworks:
        check_choice("framework", each, FRAMEWORKS)
    axes = cartesian(
        axis("device"), integers("threads", asked.threads), axis("dtype"), axis("direction"), axis("layout"),
        axis("compilation"), problems(asked, integers("batch", asked.batch)), frameworks, select(asked.product),
    )
    made = (
        make_case(product, variant, framework, problem, keep_impossible=keep, device=device, threads=threads,
                  dtype=dtype, direction=direction, layout=layout, compilation=compilation,
                  precision=asked.precision, seed=seed)
        for device, threads, dtype, direction, layout, compilation, problem, framework, (product, variant) in axes
    )
    return unique(case for case in made if case is not None)


def _measure(cases: tuple[Case, ...], options: dict, *, store: bool) -> int:
    from backend.execution.events import Finished, Log, Started, Waiting
    from backend.execution.local import LocalExecutor

    cancelled, failed = threading.Event(), []
    storing = Storing() if store else None
    signal.signal(signal.SIGINT, lambda *_: cancelled.set())
    signal.signal(signal.SIGTERM, lambda *_: cancelled.set())
    with tqdm(total=len(cases), file=sys.stderr, unit="case", disable=None) as bar, LocalExecutor() as executor:
        def on_event(event) -> None:
            if isinstance(event, Started):
                bar.set_postfix_str(f"{event.case.product} L {event.case.problem.l_max}")
            elif isinstance(event, Waiting | Log):
                text = event.message if isinstance(event, Waiting) else event.text
                bar.write(text.rstrip(), file=sys.stderr)
            elif isinstance(event, Finished):
                if storing:   # first: the reader of the output may be gone
                    storing.add(event.result)
                print(json.dumps(event.result.to_json()), flush=True)
                if event.result.status not in ("ok", "unsupported"):
                    failed.append(event.result)
                bar.update()

        try:
            executor.run_cases(cases, options=options, on_event=on_event, cancelled=cancelled)
        finally:
            lost = storing.close() if storing else False
    return FAILED if failed or lost or cancelled.is_set() else DONE
