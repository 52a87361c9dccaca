"""`python -m backend predict`: what cases would take, by the results of their kind in the history.

A prediction is no measurement: it has a 90 % interval, and `--check` says how often that held and how far predictions
were off, each measured case predicted from the others.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from backend import units
from backend.catalogue import label, select
from backend.command_line import DONE, FAILED, WRONG
from backend.command_line.arguments import words
from backend.command_line.cases import add_case_axes, cases
from backend.command_line.foresight import history_model, one_line
from backend.spec import Case, SpecError
from backend.sweeps import THOROUGHNESS

if TYPE_CHECKING:
    from backend.cost_model import HeldOut, Prediction

NOTHING = ("nothing comparable is measured here: four sizes at least of this product in this framework, setting and "
           "mode")


def add_to(commands) -> None:
    parser = commands.add_parser(
        "predict", help="what cases would take, without measuring them", description=__doc__,
        epilog="Every combination of the lists is a case. Exit code 1 if nothing comparable to one is in the history.")
    parser.add_argument("--product", default="all", metavar="P,...",
                        help="keys from `list`, or KEY:VARIANT, KEY:all, all (default all)")
    add_case_axes(parser)
    parser.add_argument("--preset", default="default", choices=THOROUGHNESS,
                        help="of measuring, for how long that would take (default default)")
    parser.add_argument("--check", action="store_true",
                        help="how good predictions are, for every group of the history; axes are not looked at")
    parser.add_argument("--json", action="store_true", help="one case (or group) a line, as JSON")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    named = words("product", asked.product)
    found = () if asked.check else cases(asked, select(asked.product), keep_impossible="all" not in named)
    if not found and not asked.check:
        print("error: no case is left: none of these products exists in these frameworks", file=sys.stderr)
        return WRONG
    model = history_model()
    if model is None:
        raise SpecError("there must be a history to predict from; measure with `run --store`, or import results, first")
    if asked.check:
        for group in model.held_out():
            print(json.dumps({"type": "held out"} | asdict(group)) if asked.json else _report_text(group), flush=True)
        return DONE
    known = True
    for case in found:
        prediction = model.predict(case)
        known &= prediction is not None
        wall = model.wall_time(case, THOROUGHNESS[asked.preset])
        print(json.dumps(_as_json(case, prediction, wall)) if asked.json else _as_text(case, prediction, wall),
              flush=True)
    return DONE if known else FAILED


def _as_text(case: Case, prediction: Prediction | None, wall: float | None) -> str:
    """A case and what it would take, in one line."""
    if prediction is None:
        return f"{one_line(case)}: {NOTHING}"
    low, high = units.time(prediction.low), units.time(prediction.high)
    parts = [f"predicted {units.time(prediction.time)} ({low} to {high}, 90 %)"]
    parts += [f"memory {units.quantity(prediction.memory, 'B')}"] * (prediction.memory is not None)
    parts += [f"measuring it about {units.duration(wall)}"] * (wall is not None)
    return f"{one_line(case)}: " + ", ".join(parts + ["beyond the sizes measured"] * prediction.extrapolated)


def _report_text(report: HeldOut) -> str:
    group = report.group
    mode = ", ".join(str(group[name]) for name in ("framework", "device", "dtype", "direction", "compilation",
                                                   "layout", "setting", "mixing") if group[name] != "uuu")
    threads = f", {group['threads']} threads" if group["threads"] != 1 else ""
    return (f"{label(group['product'], group['variant'])}, {mode}{threads}: {report.count} sizes, median error "
            f"{report.error:.1%}, {report.coverage:.0%} in their 90 % interval")


def _as_json(case: Case, prediction: Prediction | None, wall: float | None) -> dict[str, Any]:
    nothing = dict.fromkeys(("time", "low", "high", "extrapolated", "memory"))
    return ({"type": "prediction", "case": case.to_json()} | (asdict(prediction) if prediction else nothing)
            | {"wall_time": wall, "message": "" if prediction else NOTHING})
