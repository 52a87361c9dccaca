"""`python -m backend certify`: what a product computes, measured, and whether that is what it declares."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace

from backend.catalogue import Entry, entry, make_case, select
from backend.command_line import DONE, FAILED
from backend.command_line.arguments import add_problem_axes, integer, problems
from backend.command_line.standard_output import prints_to_the_log
from backend.spec import (
    COMPILATIONS,
    DEVICES,
    DTYPES,
    FRAMEWORKS,
    LAYOUTS,
    MIXINGS,
    WEIGHTS,
    Case,
    SpecError,
    check_integer,
)

MIXING_LIMIT = 16   # channels inside or outside of the family whose Jacobian is taken


def add_to(commands) -> None:
    parser = commands.add_parser(
        "certify", help="what a product computes, and whether it is what it declares", description=__doc__,
        epilog="Judged by the group that the product declares: the inversion error of an SO(3) product is shown, not "
               "failed. Exit code 0 if it holds (or cannot do the problem, and says so), 1 if it does not hold.")
    parser.add_argument("product", metavar="PRODUCT", help="a key from `list`, or KEY:VARIANT")
    parser.add_argument("--framework", metavar="F", choices=FRAMEWORKS,
                        help=f"{', '.join(FRAMEWORKS)} (default: the product's first)")
    add_problem_axes(parser, l_max="3", channels="1")
    channels = parser.add_argument_group("its channels (the plain product where nothing is said)")
    channels.add_argument("--mixing", choices=MIXINGS, help=(
        "uuu: channel by channel; uvu: all channels meet one y; uvw: all pairs (default: what a product "
        "that mixes itself does first)"))
    channels.add_argument("--weights", choices=WEIGHTS, help=(
        "shared by all rows, per_sample, or none (default: shared for uvw and for a product that mixes itself)"))
    mode = parser.add_argument_group("the mode")
    mode.add_argument("--dtype", default="float32", choices=DTYPES, help="(default float32)")
    mode.add_argument("--device", default="cpu", choices=DEVICES, help="(default cpu)")
    mode.add_argument("--layout", choices=LAYOUTS, help="(default: what the product prefers)")
    mode.add_argument("--compilation", help="eager, jit, compiled, graph (default: the framework's first)")
    family = parser.add_argument_group("the family whose degrees of freedom are counted")
    family.add_argument("--inner", default="1", metavar="K", help="channels between the linear layers (default 1)")
    family.add_argument("--outer", default="1", metavar="C", help="channels around them (default 1)")
    parser.add_argument("--json", action="store_true", help="the certificate as one line of JSON")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    case = _case(asked)
    inner, outer = (integer(name, value) for name, value in (("inner", asked.inner), ("outer", asked.outer)))
    for name, value in (("inner", inner), ("outer", outer)):
        check_integer(name, value, 1, MIXING_LIMIT)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")   # before NumPy is imported: many small products, faster on one thread
    if case.device == "cpu":
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
    from backend.command_line.certificate_text import as_text
    from backend.environment import certificate_source
    from backend.expressivity.certificate import certify

    with prints_to_the_log():
        certificate = certify(case, inner=inner, outer=outer).to_json()
    certificate |= {"source": certificate_source(case.product, case.framework)}
    print(json.dumps({"type": "certificate"} | certificate) if asked.json else as_text(certificate), flush=True)
    return FAILED if certificate["passed"] is False else DONE


def _case(asked: argparse.Namespace) -> Case:
    """The one case asked for. Raises SpecError where there would be several, or none."""
    pairs = select(asked.product)
    if len(pairs) != 1 or asked.product.strip() == "all":
        raise SpecError(f"product must be one key, or KEY:VARIANT, got {asked.product!r}")
    (product, variant), = pairs
    found = problems(asked)
    if len(found) != 1:
        raise SpecError(f"the problem must be one, got {len(found)}: name one setting, L, parity and channels")
    framework = asked.framework or entry(product).frameworks[0]
    compilation = asked.compilation or COMPILATIONS[framework][0]
    problem = replace(found[0], **_spread(asked, entry(product)))
    return make_case(product, variant, framework, problem, keep_impossible=True, dtype=asked.dtype,
                     device=asked.device, layout=asked.layout, compilation=compilation)


def _spread(asked: argparse.Namespace, known: Entry) -> dict[str, str]:
    """How channels meet; an edge convolution says nothing of it."""
    spread = {} if asked.setting == "edge" else known.usual_spread
    if asked.mixing:
        spread = {"weights": "shared" if asked.mixing == "uvw" else "none"} | spread | {"mixing": asked.mixing}
    return spread | ({"weights": asked.weights} if asked.weights else {})
