"""What the history answers to "is this measured already?": hit, other version, other machine or miss."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from backend import units
from backend.spec import Case

KINDS = ("hit", "other version", "other machine", "miss")
_HARDWARE = ("machine", "device")
CACHED = ("ok", "unsupported")
_NAMED = 3   # differences that a sentence lists


@dataclass(frozen=True)
class Verdict:
    """The best answer for a case: its kind, the result that it rests on, what differs from here and now."""

    kind: str
    result_id: str = ""
    measured_at: str = ""                                                    # ISO 8601, UTC
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)   # name -> (stored, now)
    sentence: str = "Not measured yet"


@dataclass(frozen=True)
class _Stored:
    id: str
    measured_at: datetime
    identity: Mapping[str, str]


def verdicts(
    cursor: duckdb.DuckDBPyConnection, cases: Sequence[Case], identities: Mapping[str, Mapping[str, str]],
    *, now: datetime,
) -> dict[str, Verdict]:
    """The verdict of each case by its key, from one query."""
    keys = [case.key for case in cases]
    rows = cursor.execute(
        """SELECT key, identity, arg_max(replace(CAST(id AS VARCHAR), '-', ''), measured_at), max(measured_at)
           FROM measurements WHERE key IN (SELECT unnest(?)) AND status IN (SELECT unnest(?))
           GROUP BY key, identity""",
        [keys, list(CACHED)],
    ).fetchall()
    stored: dict[str, list[_Stored]] = {key: [] for key in keys}
    for key, identity, id, measured_at in rows:
        stored[key].append(_Stored(id, measured_at.replace(tzinfo=UTC), json.loads(identity)))
    return {key: _judge(found, identities[key], now) for key, found in stored.items()}


def same(stored: Mapping[str, str], here: Mapping[str, str]) -> bool:
    """Whether these are one environment, by what `identity` tells of it."""
    return not _differences(stored, here)


def _judge(found: Sequence[_Stored], here: Mapping[str, str], now: datetime) -> Verdict:
    """The same environment before the same machine before another one; among equals the newest."""
    if not found:
        return Verdict("miss")
    judged = [(_differences(each.identity, here), each) for each in found]
    differences, best = min(judged, key=lambda one: (_rank(one[0]), now - one[1].measured_at))
    kind = KINDS[_rank(differences)]
    return Verdict(kind, best.id, best.measured_at.isoformat(), differences,
                   _sentence(kind, differences, units.age(best.measured_at, now)))


def _differences(stored: Mapping[str, str], here: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    pairs = {name: (stored.get(name, ""), here.get(name, "")) for name in (*here, *stored)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _rank(differences: Mapping[str, tuple[str, str]]) -> int:
    if not differences:
        return KINDS.index("hit")
    return KINDS.index("other machine" if set(_HARDWARE) & set(differences) else "other version")


def _sentence(kind: str, differences: Mapping[str, tuple[str, str]], when: str) -> str:
    if kind == "hit":
        return f"Measured {when} on this machine with the same versions"
    if kind == "other machine":
        what = "machine" if "machine" in differences else "device"
        return f"Measured on another {what}: {differences[what][0] or 'unknown'}, {when}"
    parts = [_difference(name, stored, now) for name, (stored, now) in differences.items()]
    more = f"; and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
    return f"Measured {'; '.join(parts[:_NAMED])}{more}"


def _difference(name: str, stored: str, now: str) -> str:
    if name == "source":
        return "with another version of its source"
    if not stored:
        return f"without {name}; here is {now}"
    return f"with {name} {stored}; here is {now or 'none'}"
