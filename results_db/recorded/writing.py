"""Makes a recorded set of results: those of one machine, described, hashed, as one small Parquet file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from backend.spec import Result, SpecError
from results_db.flat import flatten, to_table
from results_db.recorded.description import LICENCE, RecordedSet, content_sha256

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_ANSWERS = ("ok", "unsupported")


def newest_of_one_machine(results: Iterable[Result], machine: str = "") -> list[Result]:
    """Of each case what its newest environment gave, one result a process: times and refusals, no failures.

    Raises SpecError where there is nothing, or the results are of several machines and `machine` names none of them.
    """
    rows = [(flatten(result), result) for result in results if result.status in _ANSWERS]
    machines = sorted({row["machine"] for row, _ in rows})
    if not rows:
        raise SpecError("a recorded set must have results that are ok or unsupported, got none")
    if machine not in machines and (machine or len(machines) > 1):
        raise SpecError(f"machine must be one of {'; '.join(machines)}, got {machine or 'none: say --machine'}")
    rows = [pair for pair in rows if pair[0]["machine"] == (machine or machines[0])]
    rows.sort(key=lambda pair: pair[0]["measured_at"])
    newest = {row["key"]: row["identity"] for row, _ in rows}
    kept = {}
    for row, result in rows:
        if newest[row["key"]] == row["identity"]:
            kept[row["key"], result.environment.get("live", {}).get("process", result.id)] = result
    return list(kept.values())


def write_set(results: Iterable[Result], folder: Path, name: str, title: str) -> RecordedSet:
    """The set, written as folder/NAME.parquet in place of an older one of that name. Raises SpecError for a name that
    no file should have, and for results of several machines."""
    if not _NAME.fullmatch(name):
        raise SpecError(f"the name of a recorded set must be small letters, digits and hyphens, got {name!r:.80}")
    table = to_table(results)
    machines, times = set(table["machine"].to_pylist()), table["measured_at"].to_pylist()
    if len(machines) != 1:
        raise SpecError(f"a recorded set must be of one machine, got {'; '.join(sorted(machines)) or 'no result'}")
    said = RecordedSet(
        name, title, machines.pop(), tuple(sorted(set(table["device"].to_pylist()))), min(times).isoformat(),
        max(times).isoformat(), table.num_rows, LICENCE, content_sha256(table))
    partial = folder / f"{name}.partial"
    pq.write_table(table.replace_schema_metadata(said.to_metadata()), partial, compression="zstd", compression_level=19)
    partial.replace(folder / f"{name}.parquet")
    return said
