"""A certificate as a table to read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import fill
from typing import Any

from backend.catalogue import label

_GROUPS = {"O3": "O(3)", "SO3": "SO(3)"}
_WIDTH = 110


def as_text(certificate: Mapping[str, Any]) -> str:
    """Verdict, errors against what rounding explains, expressivity, what is lost and why, G, cost."""
    lines = [_title(certificate), *_verdict(certificate)]
    if certificate["bilinear"] is not None:
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
    return f"{label(about['product'], about['variant'])}: {problem}; {where}"


def _verdict(about: Mapping[str, Any]) -> Iterator[str]:
    if about["passed"] is None:
        yield f"UNSUPPORTED  {about['message']}"
    elif about["passed"]:
        law = f"; G is that of the law {about['law']}" if about["law"] else "; it claims no closed form of G"
        if about["approximate"]:
            yield "HOLDS  bilinear; it is approximate: its equivariance and its error against the oracle are not judged"
        else:
            yield f"HOLDS  equivariant to {_GROUPS[about['group']]}, bilinear{law}"
    else:
        yield "DOES NOT HOLD"
        for sentence in about["failures"]:
            yield fill(sentence, _WIDTH, initial_indent="  - ", subsequent_indent="    ")


def _errors(about: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'error':<34}{'relative':>12}   rounding explains {about['tolerance']:.1e}"
    inversion = "under inversion" + ("" if about["group"] == "O3" else " (not judged: SO(3))")
    for name, words in (
        ("bilinear_error", "of bilinearity"), ("equivariance_error_rotation", "under rotations"),
        ("equivariance_error_inversion", inversion), ("oracle_error", "against the exact map"),
        ("gradient_error", "of the gradient"),
    ):
        value = about[name]
        ulp = f"   {about['oracle_error_ulp']:.2g} ulp" if name == "oracle_error" and value is not None else ""
        yield f"  {words:<32}{'none' if value is None else f'{value:.2e}':>12}{ulp}"


def _expressivity(about: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'interactable paths':<34}{about['interactable']:>12}   of {about['cg_paths']} that Clebsch-Gordan reaches"
    yield f"{'degrees of freedom':<34}{about['degrees_of_freedom']:>12}   incidence rank, one channel"
    channels = f"{about['inner']} inner, {about['outer']} outer channels"
    for name, words in (("", "tied"), ("_untied", "untied")):
        rank, gap = about[f"jacobian_rank{name}"], about[f"jacobian_gap{name}"]
        found = "too large" if rank is None else str(rank)
        rest = f"gap {gap:.1e}" if gap is not None else "no singular value is zero"
        yield f"{f'Jacobian rank, {words} weights':<34}{found:>12}   {channels}; {rest}"
    for reason, rows in groupby(sorted(about["lost"], key=lambda row: row[3]), key=lambda row: row[3]):
        paths = [f"({l1},{l2},{l3})" for l1, l2, l3, _ in rows]
        yield fill(" ".join(paths), _WIDTH, initial_indent=f"{f'lost, {reason}':<34}{len(paths):>12}   ",
                   subsequent_indent=" " * 49)


def _cost(about: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'FLOP of one row and channel':<34}{about['flops']:>12,}   {about['flops_counter']}"
    if about["counted_flops"] is not None:
        yield f"{'':<34}{about['counted_flops']:>12,.0f}   {about['counted_flops_counter']}"
    yield f"{'bytes of one row and channel':<34}{about['bytes']:>12,}   {about['bytes_counter']}"


def _table(about: Mapping[str, Any]) -> Iterator[str]:
    yield "G(l1, l2, l3), one number for each output copy"
    for (l1, l2), rows in groupby(about["paths"], key=lambda row: tuple(row[:2])):
        found = "   ".join(f"{l3}: {g:+.6g}" for _, _, l3, g in rows)
        yield fill(found, _WIDTH, initial_indent=f"  {l1} x {l2} -> ", subsequent_indent=" " * 11)
