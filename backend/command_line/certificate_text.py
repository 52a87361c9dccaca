"""A certificate as a table to read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import fill
from typing import Any

from backend.catalogue import label
from backend.spec import Problem

_GROUPS = {"O3": "O(3)", "SO3": "SO(3)"}
_WIDTH = 110
_OF_EDGES = ("linear_error", "length_error", "numpy_error", "gradient_error_pole")
_LEFT_OUT = {"edge": ("bilinear_error", "quadratic_error"), "square": ("bilinear_error", *_OF_EDGES)}   # by setting


def as_text(certificate: Mapping[str, Any]) -> str:
    """Verdict, errors against what rounding explains, expressivity, what is lost and why, G, cost."""
    lines = [_title(certificate), *_verdict(certificate)]
    if certificate["tolerance"] is not None:
        lines += ["", *_errors(certificate)]
    if certificate["interactable"] is not None:
        lines += ["", *_expressivity(certificate)]
    if certificate["flops"] is not None:
        lines += ["", *_cost(certificate)]
    if certificate["paths"]:
        lines += ["", *_table(certificate)]
    return "\n".join(lines)


def _title(about: Mapping[str, Any]) -> str:
    problem = f"{about['setting']} {about['l1']} x {about['l2']} -> {about['l_out']}, parity {about['parity']}"
    where = ", ".join(about[name] for name in ("framework", "compilation", "device", "dtype", "layout"))
    mixes = f", {about['mixing']}, weights {about['mixing_weights']}" if mixing(about) else ""
    named = label(about["product"], about["variant"])
    return fill(f"{named}: {problem}{mixes}; {where}", 120, subsequent_indent="    ")


def mixing(about: Mapping[str, Any]) -> bool:
    """Whether it is a certificate of channels that mix or have weights."""
    return (about["mixing"], about["mixing_weights"]) != ("uuu", "none")


def _verdict(about: Mapping[str, Any]) -> Iterator[str]:
    if about["passed"] is None:
        yield f"UNSUPPORTED  {about['message']}"
    elif about["passed"]:
        law = f"; G is that of the law {about['law']}" if about["law"] else "; it claims no closed form of G"
        if about["approximate"]:
            yield "HOLDS  bilinear; it is approximate: its equivariance and its error against the oracle are not judged"
        elif about["setting"] == "edge":
            yield f"HOLDS  equivariant to {_GROUPS[about['group']]}, linear in x, of the direction of r alone{law}"
        elif about["setting"] == "square":
            yield f"HOLDS  equivariant to {_GROUPS[about['group']]}, quadratic, linear in each weight"
        elif about["weights_error"] is not None:
            yield f"HOLDS  equivariant to {_GROUPS[about['group']]}, bilinear, linear in each weight{law}"
        else:
            yield f"HOLDS  equivariant to {_GROUPS[about['group']]}, bilinear{law}"
    else:
        yield "DOES NOT HOLD"
        for sentence in about["failures"]:
            yield fill(sentence, _WIDTH, initial_indent="  - ", subsequent_indent="    ")


def _errors(about: Mapping[str, Any]) -> Iterator[str]:
    declared = f", its own coefficients {about['coefficient_error']:.0e} of it" if about["coefficient_error"] else ""
    yield f"{'error':<34}{'relative':>12}   rounding explains {about['tolerance']:.1e}{declared}"
    inversion = "under inversion" + ("" if about["group"] == "O3" else " (not judged: SO(3))")
    for name, words in (
        ("bilinear_error", "of bilinearity"), ("quadratic_error", "of being quadratic"),
        ("weights_error", "of linearity in each weight"),
        ("linear_error", "of linearity in x"), ("length_error", "of the length of r"),
        ("equivariance_error_rotation", "under rotations"), ("equivariance_error_inversion", inversion),
        ("oracle_error", "against the exact map"), ("numpy_error", "against NumPy in float64"),
        ("gradient_error", "of the gradient"), ("gradient_error_pole", "of it at a pole (not judged)"),
    ):
        value = about[name]
        if name == "weights_error" and value is None:
            continue
        if name in _LEFT_OUT.get(about["setting"], ("quadratic_error", *_OF_EDGES)):
            continue
        in_ulp = about["oracle_error_ulp"] if name == "oracle_error" else None
        ulp = "" if in_ulp is None else f"   {in_ulp:.2g} ulp"
        yield f"  {words:<32}{'none' if value is None else f'{value:.2e}':>12}{ulp}"


def _expressivity(about: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'interactable paths':<34}{about['interactable']:>12}   of {about['cg_paths']} that Clebsch-Gordan reaches"
    edge = about["setting"] == "edge"
    what = f"of {about['weights']} weights for one kind of edge" if edge else "incidence rank, one channel"
    if about["mixing_weights"] != "none":
        what = f"one channel, which has {about['weights']} weights"
    yield f"{'degrees of freedom':<34}{about['degrees_of_freedom']:>12}   {what}"
    asked = {tuple(path) for path in _asked(about)}
    if beyond := len({tuple(path[:3]) for path in about["paths"]} - asked):
        yield f"{'paths that were not asked for':<34}{beyond:>12}   a truncation in |m| mixes every l2 of (l1, l3)"
    channels = f"{about['inner']} inner, {about['outer']} outer channels"
    alone = edge or about["setting"] == "square" or mixing(about)
    for name, words in (("", "over the"),) if alone else (("", "tied"), ("_untied", "untied")):
        rank = _rank(about[f"jacobian_rank{name}"], about[f"jacobian_gap{name}"], channels)
        yield f"{f'Jacobian rank, {words} weights':<34}{rank}"
    if mixing(about):
        yield from _channels(about)
    for reason, rows in groupby(sorted(about["lost"], key=lambda row: row[3]), key=lambda row: row[3]):
        paths = [f"({l1},{l2},{l3})" for l1, l2, l3, _ in rows]
        yield fill(" ".join(paths), _WIDTH, initial_indent=f"{f'lost, {reason}':<34}{len(paths):>12}   ",
                   subsequent_indent=" " * 49)


def _channels(about: Mapping[str, Any]) -> Iterator[str]:
    """The same of the operation alone, with all the channels that were measured."""
    freedom, several = about["channels_degrees_of_freedom"], f"{about['channels']} channels"
    yield f"{'degrees of freedom':<34}{'not known' if freedom is None else freedom:>12}   {several}"
    rank = _rank(about["channels_jacobian_rank"], about["channels_jacobian_gap"], several)
    yield f"{'Jacobian rank, over the weights':<34}{rank}"


def _rank(rank: int | None, gap: float | None, channels: str) -> str:
    found = "too large" if rank is None else str(rank)
    rest = f"gap {gap:.1e}" if gap is not None else "no singular value is zero"
    return f"{found:>12}   {channels}{'' if rank is None else f'; {rest}'}"


def _asked(about: Mapping[str, Any]) -> tuple[tuple[int, int, int], ...]:
    """Every path that the certificate's problem asks for."""
    return Problem(about["setting"], about["l1"], about["l2"], about["l_out"], about["parity"]).paths


def _cost(about: Mapping[str, Any]) -> Iterator[str]:
    row = f"row of {about['channels']} channels" if mixing(about) else "row and channel"
    yield f"{f'FLOP of one {row}':<34}{about['flops']:>12,}   {about['flops_counter']}"
    if about["counted_flops"] is not None:
        yield f"{'':<34}{about['counted_flops']:>12,.0f}   {about['counted_flops_counter']}"
    yield f"{f'bytes of one {row}':<34}{about['bytes']:>12,}   {about['bytes_counter']}"


def _table(about: Mapping[str, Any]) -> Iterator[str]:
    weighed = mixing(about) or about["setting"] == "square"
    made = ", of the fixed weights" if about["setting"] == "edge" else ", for a weight of one" * weighed
    yield f"G(l1, l2, l3), one number for each output copy{made}"
    for (l1, l2), rows in groupby(about["paths"], key=lambda row: tuple(row[:2])):
        found = "   ".join(f"{l3}: {g:+.6g}" for _, _, l3, g in rows)
        yield fill(found, _WIDTH, initial_indent=f"  {l1} x {l2} -> ", subsequent_indent=" " * 11)
