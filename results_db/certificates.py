"""Certificates at rest: appended as they are made; the newest of each question is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb

from backend.spec import SPREAD
from results_db.errors import StoreError
from results_db.flat import to_json

ASKED = (
    "product", "variant", "framework", "device", "dtype", "layout", "compilation", "setting", "parity", "l1", "l2",
    "l_out", "mixing", "mixing_weights", "inner", "outer", "source",
)
_PLAIN = {"mixing": SPREAD["mixing"], "mixing_weights": SPREAD["weights"]}   # of what says nothing of channels
_COLUMNS = (*ASKED, "status")
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)


def insert_certificate(cursor: duckdb.DuckDBPyConnection, certificate: Mapping[str, Any]) -> None:
    """Raises StoreError if it lacks a field."""
    certificate = _PLAIN | dict(certificate)
    if missing := set(_COLUMNS) - set(certificate):
        raise StoreError(f"a certificate must have {', '.join(sorted(missing))}")
    cursor.execute(
        f"INSERT INTO certificates (added_at, {_NAMES}, certificate) VALUES (?, {', '.join('?' * len(_COLUMNS))}, ?)",
        [datetime.now(UTC).replace(tzinfo=None), *(certificate[name] for name in _COLUMNS),
         to_json("certificate", certificate)])


def newest_certificate(cursor: duckdb.DuckDBPyConnection, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """The newest certificate with these values of ASKED, and `added_at` (UTC); None if there is none."""
    if unknown := set(asked) - set(ASKED):
        raise StoreError(f"a certificate has no field {', '.join(sorted(unknown))}; it has {', '.join(ASKED)}")
    same = " AND ".join(f'"{name}" = ?' for name in asked) or "true"
    row = cursor.execute(
        f"SELECT added_at, certificate FROM certificates WHERE {same} ORDER BY rowid DESC LIMIT 1", [*asked.values()]
    ).fetchone()
    return _PLAIN | json.loads(row[1]) | {"added_at": row[0].replace(tzinfo=UTC)} if row else None
