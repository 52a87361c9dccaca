"""A result as one flat row and back, the same for the database, Parquet and CSV."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from backend.environment import identity
from backend.metrics import DERIVED, STORED
from backend.spec import SPREAD, Result
from results_db.errors import Refused

_TEXT, _INTEGER, _NUMBERS = pa.string(), pa.int64(), pa.list_(pa.float64())
CASE_COLUMNS: dict[str, pa.DataType] = {
    "key": _TEXT, "product": _TEXT, "variant": _TEXT, "framework": _TEXT, "device": _TEXT, "dtype": _TEXT,
    "precision": _TEXT, "direction": _TEXT, "compilation": _TEXT, "layout": _TEXT, "threads": _INTEGER,
    "seed": _INTEGER, "setting": _TEXT, "parity": _TEXT, "l_max": _INTEGER, "l1": _INTEGER, "l2": _INTEGER,
    "l_out": _INTEGER, "channels": _INTEGER, "batch": _INTEGER, "mixing": _TEXT, "weights": _TEXT, "scope": _TEXT,
    "inner": _INTEGER, "neighbours": _INTEGER,
}
SCHEMA = pa.schema(
    {"id": _TEXT, "measured_at": pa.timestamp("us", tz="UTC")}
    | CASE_COLUMNS
    | {"status": _TEXT, "message": _TEXT, "machine": _TEXT, "identity": _TEXT}
    | {"samples": _NUMBERS, "latency_samples": _NUMBERS}
    | {name: pa.float64() for name in STORED}
    | {"other_metrics": pa.map_(_TEXT, pa.float64()), "environment": _TEXT}
)
_NO_METRIC = ({*SCHEMA.names} - {*STORED}) | {"n_samples", "process", "conditions", "findings", "remarks", *DERIVED}
_ID = re.compile(r"[0-9a-f]{32}")


def flatten(result: Result) -> dict[str, Any]:
    """The row of a result, by the names of SCHEMA. Raises Refused if a value cannot be kept as it is."""
    if not _ID.fullmatch(str(result.id)):
        raise Refused(f"id must be 32 hexadecimal digits, got {result.id!r:.80}")
    for name in ("samples", "latency_samples"):
        _check_finite(name, getattr(result, name))
    for name, value in result.metrics.items():
        _check_finite(f"metric {name}", (value,))
    case = result.case.to_json()
    row = {"id": result.id, "measured_at": parse_time("measured_at", result.measured_at)} | case
    row |= {"status": result.status, "message": result.message}
    for name in ("product", "variant", "message"):
        _check_text(name, row[name])
    compared = _identity(result.environment)
    row |= {"machine": compared["machine"], "identity": to_json("identity", compared, sort_keys=True)}
    row |= {"samples": list(result.samples), "latency_samples": list(result.latency_samples)}
    row |= {name: result.metrics.get(name) for name in STORED}
    row["other_metrics"] = [(name, value) for name, value in result.metrics.items() if name not in STORED]
    return row | {"environment": to_json("environment", dict(result.environment))}


def unflatten(row: Mapping[str, Any]) -> Result:
    """The result of a row. What follows from other columns is ignored; a column that is no field is a metric.
    A row without a value of SPREAD, from an older version, has the plain one.
    Raises SpecError or Refused if the row is not a result."""
    if missing := {"id", "measured_at", "status"} - set(row):
        raise Refused(f"a row must have {', '.join(sorted(missing))}, got {', '.join(row) or 'nothing'}")
    metrics = {name: value for name, value in row.items() if name not in _NO_METRIC and value is not None}
    absent = {name for name in SPREAD if row.get(name) in (None, "")}
    return Result.from_json({
        "case": {name: row[name] for name in CASE_COLUMNS if name in row and name not in absent},
        "status": row["status"],
        "message": row.get("message") or "",
        "samples": row.get("samples") or (),
        "latency_samples": row.get("latency_samples") or (),
        "metrics": metrics | dict(row.get("other_metrics") or ()),
        "environment": from_json("environment", row.get("environment") or "{}"),
        "measured_at": parse_time("measured_at", row["measured_at"]).isoformat(),
        "id": row["id"],
    })


def to_table(results: Iterable[Result]) -> pa.Table:
    """The results as an Arrow table of SCHEMA."""
    return pa.Table.from_pylist([flatten(result) for result in results], schema=SCHEMA)


def parse_time(name: str, value: str | datetime) -> datetime:
    """The time in UTC; one without a zone is UTC. Raises Refused if it is no time."""
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refused(f"{name} must be an ISO 8601 time, got {value!r:.80}") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def to_json(name: str, value: Any, *, sort_keys: bool = False) -> str:
    """The value as JSON text. Raises Refused where JSON has no such value, as NaN."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, sort_keys=sort_keys)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(f"{name} must be valid JSON: {error}") from None
    return _check_text(name, text)


def from_json(name: str, text: str | bytes) -> Any:
    """The value of JSON text. Raises Refused if it is not valid JSON."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(f"{name} must be valid JSON: {error}") from None


def _identity(environment: Mapping[str, Any]) -> dict[str, str]:
    try:
        return identity(environment)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refused(f"environment must describe machine, device and versions: {error}") from None


def _check_finite(name: str, values: Iterable[float]) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Refused(f"{name} must be finite numbers, got {value!r:.80}")


def _check_text(name: str, value: Any) -> str:
    try:
        value.encode()
    except (AttributeError, UnicodeEncodeError):
        raise Refused(f"{name} must be text, got {value!r:.80}") from None
    return value

