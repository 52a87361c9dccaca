"""`python -m backend sweep`: measures a preset, in part or whole, and goes on where it was interrupted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping

from backend.command_line import DONE, FAILED
from backend.command_line.arguments import integers, words
from backend.command_line.foresight import too_slow
from backend.command_line.tally import Tally
from backend.command_line.where import add_where, check_where, executor
from backend.spec import DEVICES, DIRECTIONS, DTYPES, FRAMEWORKS, Case, Result, SpecError, check_choice, check_integer
from backend.sweeps import THOROUGHNESS, Preset, passes, preset, presets


def add_to(commands) -> None:
    parser = commands.add_parser(
        "sweep", help="measure a preset", description=__doc__,
        epilog="Products take turns in an order of --order-seed. Results go to the standard output, one a line as "
               "JSON, or with --store into the history. --resume measures what the history has not got "
               "of this environment, and keeps it; what was cut off by Ctrl-C or a kill is said and kept as "
               "interrupted. Exit code 1 if some case failed or it was interrupted.")
    parser.add_argument("name", nargs="?", metavar="PRESET", help="one of --list")
    parser.add_argument("--list", action="store_true", help="the presets, their parts and sources")
    parser.add_argument("--dry-run", action="store_true",
                        help="how many cases there are and are measured, and what time and memory the others take")
    parser.add_argument("--resume", action="store_true", help="go on where the history ends; implies --store")
    parser.add_argument("--store", action="store_true", help="keep the results in the history")
    parser.add_argument("--json", action="store_true", help="--list and --dry-run as JSON; results also with --store")
    part = parser.add_argument_group("a part of it, or the same elsewhere (default: as the preset says)")
    part.add_argument("--product", metavar="P,...", help="these products alone")
    part.add_argument("--framework", metavar="F,...", help=f"these alone of {', '.join(FRAMEWORKS)}")
    part.add_argument("--l-max", metavar="L,...", help="these degrees alone, such as 1-3")
    part.add_argument("--batch", metavar="B,...", help="these batches instead")
    part.add_argument("--device", choices=DEVICES, help="this device instead")
    part.add_argument("--dtype", choices=DTYPES, help="this precision instead")
    part.add_argument("--direction", choices=DIRECTIONS, help="this direction instead")
    part.add_argument("--threads", metavar="N", help="CPU threads")
    how = parser.add_argument_group("how to measure")
    how.add_argument("--preset", default="default", choices=THOROUGHNESS, dest="thoroughness",
                     help="how long, as in `run` (default default)")
    how.add_argument("--quick", action="store_const", const="quick", dest="thoroughness", help="as --preset quick")
    how.add_argument("--processes", type=int, default=1, metavar="N",
                     help="measure every case in N fresh processes (default 1)")
    how.add_argument("--order-seed", type=int, default=0, metavar="N", help="of the order of cases (default 0)")
    how.add_argument("--timeout", type=float, default=120.0, metavar="S",
                     help="seconds that a case may take (default 120)")
    how.add_argument("--skip-slow", action="store_true",
                     help="leave out what the history predicts to take longer than --timeout, as in `run`")
    add_where(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    if asked.list:
        from backend.command_line.plan_text import preset_json, preset_text

        for each in presets().values():
            print(json.dumps(preset_json(each), ensure_ascii=False) if asked.json else preset_text(each))
        return DONE
    check_integer("processes", asked.processes, 1, 1000)
    check_where(asked)
    if asked.cluster is not None and asked.resume:
        raise SpecError("--resume must be without --cluster: what is measured is judged by this machine's environment; "
                        "give --store")
    if not asked.timeout > 0:
        raise SpecError(f"timeout must be seconds above 0, got {asked.timeout}")
    check_choice("preset", asked.name, presets())
    chosen = preset(asked.name)
    cases = _cases(chosen, asked)
    options = THOROUGHNESS[asked.thoroughness] | {"case_timeout": asked.timeout}
    if asked.skip_slow:
        slow = set(too_slow(cases, options, asked.timeout, surely=True))
        cases = tuple(case for case in cases if case not in slow)
    if asked.dry_run:
        return _dry_run(chosen, cases, options, asked)
    for reason in chosen.missing():
        print(f"left out: {reason}", file=sys.stderr)
    return _measure(chosen, cases, options, asked)


def _cases(chosen: Preset, asked: argparse.Namespace) -> tuple[Case, ...]:
    axes = {name: getattr(asked, name) for name in ("device", "dtype", "direction")}
    axes["threads"] = integers("threads", asked.threads)[0] if asked.threads else None
    frameworks = words("framework", asked.framework) if asked.framework else ()
    for each in frameworks:
        check_choice("framework", each, FRAMEWORKS)
    return chosen.cases(
        products=words("product", asked.product) if asked.product else (), frameworks=frameworks,
        degrees=integers("l_max", asked.l_max) if asked.l_max else (),
        batches=integers("batch", asked.batch) if asked.batch else (),
        **{name: value for name, value in axes.items() if value is not None})


def _dry_run(chosen: Preset, cases: tuple[Case, ...], options: Mapping[str, float], asked: argparse.Namespace) -> int:
    from backend.command_line.journal import interrupted
    from backend.command_line.known import history_so_far
    from backend.command_line.plan_text import plan_text
    from backend.cost_model import CostModel
    from backend.environment import devices
    from backend.sweeps.estimate import Estimator
    from backend.sweeps.plan import free_memory, plan

    known = history_so_far(cases)
    left = passes(cases, asked.processes, asked.order_seed, known.measured if asked.resume else None)
    results = known.results
    estimator = Estimator(results, CostModel(results[results["status"] == "ok"], devices=devices()))
    measured = sum(known.measured.get(case.key, 0) >= asked.processes for case in cases)
    found = plan(cases, left, lambda case: estimator.estimate(case, options), measured=measured, free=free_memory())
    cut = interrupted(known.path, _name(chosen, cases))
    if asked.json:
        print(json.dumps({"type": "plan", "preset": chosen.key, "processes": asked.processes, **found.to_json(),
                          "left_out": list(chosen.missing()), "interrupted": cut and cut.sentence}, ensure_ascii=False))
    else:
        print(plan_text(chosen, cases, found, cut, resume=asked.resume))
    return DONE


def _measure(chosen: Preset, cases: tuple[Case, ...], options: dict, asked: argparse.Namespace) -> int:
    tally = Tally.of(asked.thoroughness)
    if asked.store or asked.resume:
        from backend.command_line.stored_sweep import StoredSweep

        with StoredSweep(_name(chosen, cases), cases) as sweep:
            left = passes(cases, asked.processes, asked.order_seed, sweep.measured if asked.resume else None)
            return sweep.measure(left, options, make_executor=lambda: executor(asked), tally=tally,
                                 echo=asked.json)
    from backend.command_line.measuring import as_interrupted, measure

    def on_result(result: Result) -> None:
        result = as_interrupted(result)
        print(json.dumps(result.to_json()), flush=True)
        tally.add(result)

    several = passes(cases, asked.processes, asked.order_seed)
    whole = measure(several, options, make_executor=lambda: executor(asked), on_result=on_result)
    print(tally.text(whole=whole), file=sys.stderr)
    return DONE if whole and not tally.failed else FAILED


def _name(chosen: Preset, cases: tuple[Case, ...]) -> str:
    return "-".join((chosen.key, *sorted({case.device for case in cases})))

