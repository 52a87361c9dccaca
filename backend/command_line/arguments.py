"""The axes of problems as command-line arguments."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from itertools import product as cartesian

from backend.spec import PARITIES, SETTINGS, Problem, SpecError, check_choice


def add_problem_axes(parser: argparse.ArgumentParser, *, l_max: str, channels: str) -> None:
    """`--setting`, `--l-max` or `--l1 --l2 --l-out`, `--parity`, `--channels`, with these defaults."""
    group = parser.add_argument_group("the problem")
    group.add_argument("--setting", default="mimo", metavar="S,...", help=f"{', '.join(SETTINGS)} (default mimo)")
    group.add_argument("--l-max", metavar="L,...", help=f"such as 3, 1-4 or 1,3,5 (default {l_max})")
    group.add_argument("--l1", metavar="L", help="with --l2 and --l-out, instead of --l-max: the maxima of x, y and z")
    group.add_argument("--l2", metavar="L", help="see --l1")
    group.add_argument("--l-out", metavar="L", help="see --l1")
    group.add_argument("--parity", default="both", metavar="P,...",
                       help="both: every path; natural: outputs of parity (-1)^l alone (default both)")
    group.add_argument("--channels", default=channels, metavar="C,...",
                       help=f"copies of each irrep (default {channels})")
    parser.set_defaults(default_l_max=l_max)


def add_spread_axes(parser: argparse.ArgumentParser) -> None:
    """`--mixing`, `--weights`, `--scope`, `--inner`, `--neighbours`: how a product is used in a network."""
    group = parser.add_argument_group("its channels and rows (the plain product where nothing is said)")
    group.add_argument("--mixing", default="uuu", metavar="M,...", help=(
        "uuu: channel by channel; uvu: all channels meet one y; uvw: all pairs, fully connected (default uuu)"))
    group.add_argument("--weights", metavar="W,...", help=(
        "none, shared by all rows, or per_sample: one for each output copy and channel (default none; uvw: shared)"))
    group.add_argument("--scope", default="op", metavar="S,...",
                       help="op: the operation alone; layer: with linear layers around it (default op)")
    group.add_argument("--inner", default="0", metavar="K,...",
                       help="channels inside a layer (default 0: as many as outside)")
    group.add_argument("--neighbours", default="0", metavar="N,...", help=(
        "N edges into each node: gather, multiply, sum; the batch counts edges (default 0: the batch counts samples)"))


def problems(asked: argparse.Namespace, batches: Iterable[int] = (1,)) -> tuple[Problem, ...]:
    """Every combination of the axes. Raises SpecError where a value is out of range or the axes contradict."""
    settings, parities = words("setting", asked.setting), words("parity", asked.parity)
    for name, values, known in (("setting", settings, SETTINGS), ("parity", parities, PARITIES)):
        for value in values:
            check_choice(name, value, known)
    maxima = (asked.l1, asked.l2, asked.l_out)
    if any(each is not None for each in maxima):
        if asked.l_max is not None or None in maxima:
            raise SpecError("--l1, --l2 and --l-out must be given together and without --l-max")
        l1, l2, l_out = (integer(name, each) for name, each in zip(("l1", "l2", "l_out"), maxima, strict=True))
        made = [lambda setting, rest: Problem(setting, l1, l2, l_out, **rest)]
    else:
        degrees = integers("l_max", asked.default_l_max if asked.l_max is None else asked.l_max)
        made = [lambda setting, rest, l=l: Problem.of(setting, l, **rest) for l in degrees]
    channels = integers("channels", asked.channels)
    return tuple(dict.fromkeys(
        make(setting, {"parity": parity, "channels": channel, "batch": batch} | spread)
        for setting, make, parity, channel, batch, spread in cartesian(
            settings, made, parities, channels, batches, _spreads(asked))
    ))


def _spreads(asked: argparse.Namespace) -> list[dict[str, str | int]]:
    """Every combination of the axes of `add_spread_axes`; the plain one where the command has none. `inner` counts in
    a layer alone, and where uvw is asked for without a word on weights, they are shared."""
    if "scope" not in asked:
        return [{}]
    found = []
    for mixing, scope, neighbours in cartesian(
            words("mixing", asked.mixing), words("scope", asked.scope), integers("neighbours", asked.neighbours)):
        weights = words("weights", asked.weights or ("shared" if mixing == "uvw" else "none"))
        inner = integers("inner", asked.inner)
        several = scope != "layer" and len(words("scope", asked.scope)) > 1   # then it is meant for the layers
        found += [{"mixing": mixing, "scope": scope, "neighbours": neighbours, "weights": weight, "inner": each}
                  for weight, each in cartesian(weights, (0,) if several else inner)]
    return found


def words(name: str, text: str) -> tuple[str, ...]:
    """The words of a comma-separated list, each once. Raises SpecError, naming the axis, where there is none."""
    found = tuple(dict.fromkeys(filter(None, (word.strip() for word in text.split(",")))))
    if not found:
        raise SpecError(f"the list of {name} must have an entry, got {text!r}")
    return found


def integers(name: str, text: str) -> tuple[int, ...]:
    """The integers of a list such as `1-4,8`. Raises SpecError, naming the axis, where it is none."""
    found: list[int] = []
    for word in words(name, text):
        match = re.fullmatch(r"(-?\d{1,30})(?:-(\d{1,30}))?", word)
        if not match:
            raise SpecError(f"{name} must be integers such as 3, 1-4 or 1,3,5, got {word!r}")
        low, high = int(match[1]), int(match[2] or match[1])
        if high < low or high - low > 1000:
            raise SpecError(f"{name} must be a short range from low to high, got {word!r}")
        found += range(low, high + 1)
    return tuple(dict.fromkeys(found))


def integer(name: str, text: str) -> int:
    """The one integer of the text. Raises SpecError, naming the axis, where it is none or several."""
    found = integers(name, text)
    if len(found) != 1:
        raise SpecError(f"{name} must be one integer, got {text!r}")
    return found[0]
