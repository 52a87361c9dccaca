"""`python -m backend list`: the products, their variants, frameworks and layouts."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from backend.catalogue import Entry, available, catalogue
from backend.command_line import DONE


def add_to(commands) -> None:
    parser = commands.add_parser("list", help="the products that there are", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one product a line, as JSON")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    for known in catalogue().values():
        print(json.dumps(_as_json(known), ensure_ascii=False) if asked.json else _as_text(known))
    return DONE


def _as_json(known: Entry) -> dict:
    return {
        "product": known.key,
        "label": known.label,
        "family": known.family,
        "group": known.group,
        "approximate": known.approximate,
        "frameworks": list(known.frameworks),
        "variants": dict(known.variants),
        "layouts": list(known.layouts),
        "summary": known.summary,
        "formula": known.formula,
        "source": known.source,
        "claims": dict(known.claims),
        "unmeasured": asdict(known.unmeasured) if known.unmeasured else None,
        "unavailable": available(known),
    }


def _as_text(known: Entry) -> str:
    group = {"O3": "O(3)", "SO3": "SO(3)"}[known.group]
    lines = [f"{known.key}  ({known.label}; {group}; {', '.join(known.frameworks)})", f"    {known.summary}"]
    lines += [f"    :{name}  {sentence}" for name, sentence in known.variants.items()]
    lines.append(f"    layouts: {', '.join(known.layouts)}")
    if claim := known.unmeasured:
        costs = ", ".join(f"{setting.replace('_', ' ')} {cost}" for setting, cost in claim.claims.items())
        lines.append(f"    not measured: {claim.algorithm}, {costs}; {claim.reason}")
    reason = available(known)
    return "\n".join([*lines, *([f"    not here: {reason}"] if reason else [])])
