"""`python -m backend expressivity`: interactable paths and degrees of freedom, from the implementation itself."""

from __future__ import annotations

import argparse
import json
import os
import sys

from backend.catalogue import entry, label, select
from backend.command_line import DONE, FAILED
from backend.command_line.arguments import add_problem_axes, add_spread_axes, problems
from backend.environment import source_hash
from backend.spec import COMPILATIONS, FRAMEWORKS, SPREAD, Problem, check_choice


def add_to(commands) -> None:
    parser = commands.add_parser(
        "expressivity", help="what a product can express", description=__doc__,
        epilog="JSON lines have product, variant, group, setting, parity, l_max, l1, l2, l_out, channels, "
               "interactable, degrees_of_freedom, residual (the share of the map that is not equivariant), paths, a "
               "list of [l1, l2, l3, G] with the nonzero couplings, lost, a list of [l1, l2, l3, reason], and source, "
               "a hash of the files it rests on; and a message where the product cannot do it.")
    parser.add_argument("--product", default="all", metavar="P,...",
                        help="keys from `list`, or KEY:VARIANT, KEY:all, all (default all)")
    parser.add_argument("--framework", default="numpy", metavar="F",
                        help="numpy (default), jax or torch; a library's product runs in its own")
    add_problem_axes(parser, l_max="1-4", channels="1")
    add_spread_axes(parser)
    parser.add_argument("--json", action="store_true", help="one problem a line, as JSON")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    check_choice("framework", asked.framework, FRAMEWORKS)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")   # before NumPy is imported: many small products, faster on one thread
    chosen, asked_for_all = select(asked.product), asked.product.strip() == "all"
    code = DONE
    if not asked.json:
        print(f"{'product':<34}{'problem':<34}{'interactable':>12}{'degrees of freedom':>20}")
    for problem in problems(asked):
        for product, variant in chosen:
            known = entry(product)
            frameworks = known.frameworks
            if asked_for_all and (asked.framework not in frameworks or not known.does(problem.setting)
                                  or known.cannot_spread(problem)):
                continue
            mixes = problem.spread and known.mixings   # its paths are those of a product that NumPy has
            framework = asked.framework if asked.framework in frameworks or mixes else frameworks[0]
            line, failed = _line(product, variant, framework, problem)
            line |= {"source": source_hash(product, framework)}
            print(json.dumps({"type": "expressivity"} | line) if asked.json else _as_text(line), flush=True)
            code = FAILED if failed else code
    return code


def _line(product: str, variant: str, framework: str, problem: Problem) -> tuple[dict, bool]:
    """The line of one product and problem, and whether it failed; nothing is reached where it is unsupported."""
    from backend.expressivity import CouplingError, expressivity
    from backend.frameworks import Unsupported, framework_class

    line = {
        "product": product, "variant": variant, "group": entry(product).group, "setting": problem.setting,
        "parity": problem.parity, "l_max": problem.l_max, "l1": problem.l1, "l2": problem.l2, "l_out": problem.l_out,
        "channels": problem.channels, **{name: getattr(problem, name) for name in SPREAD}, "interactable": 0,
        "degrees_of_freedom": 0, "residual": None, "paths": [], "lost": [],
    }
    try:
        arrays = framework_class(framework)(
            device="cpu", dtype="float64", precision="highest", compilation=COMPILATIONS[framework][0])
        return expressivity(product, problem, arrays, variant=variant), False
    except Unsupported as reason:
        return line | {"message": str(reason)}, False
    except CouplingError as error:
        print(f"{product}: {error}", file=sys.stderr)
        return line | {"message": str(error)}, True


def _freedom(line: dict) -> str:
    return "too many to know" if line["degrees_of_freedom"] is None else str(line["degrees_of_freedom"])


def _as_text(line: dict) -> str:
    degrees = f"{line['l1']} x {line['l2']} -> {line['l_out']}"
    problem = f"{line['setting']} {degrees} {line['parity']}, C = {line['channels']}"
    problem += "".join(f", {line[name]}" for name in ("mixing", "scope") if line[name] != SPREAD[name])
    problem += f", K = {line['inner']}" if line["inner"] else ""
    numbers = line.get("message") or f"{line['interactable']:>12}{_freedom(line):>20}"
    if entry(line["product"]).approximate and "message" not in line:
        numbers += f"   approximate, residual {line['residual']:.2g}"
    return f"{label(line['product'], line['variant']):<34}{problem:<34}{numbers}"
