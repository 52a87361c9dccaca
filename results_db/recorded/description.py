"""What a recorded set says of itself, in the metadata of its Parquet file, and the hash that holds it together."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import pyarrow as pa

from results_db.errors import StoreError

METADATA = b"tensor_product_explorer.recorded"
LICENCE = "MIT, as the program; measured by its authors"


@dataclass(frozen=True)
class RecordedSet:
    """A set of results of one machine: its name (that of its file), title, machine, when, how many, hash."""

    name: str
    title: str
    machine: str
    devices: tuple[str, ...]   # what it measured on: cpu, cuda
    measured_from: str         # ISO 8601, UTC
    measured_to: str
    results: int
    licence: str
    content_sha256: str

    @property
    def date(self) -> str:
        """The day or days of measuring: 2026-11-23, or 2026-11-23 to 2026-11-24."""
        days = dict.fromkeys(datetime.fromisoformat(each).date().isoformat()
                             for each in (self.measured_from, self.measured_to))
        return " to ".join(days)

    def to_metadata(self) -> dict[bytes, bytes]:
        return {METADATA: json.dumps(asdict(self), ensure_ascii=False).encode()}

    @classmethod
    def from_metadata(cls, table: pa.Table) -> RecordedSet:
        """What the file says of itself. Raises StoreError if it is no recorded set."""
        try:
            said: dict[str, Any] = json.loads((table.schema.metadata or {})[METADATA])
            return cls(**{each.name: said[each.name] for each in fields(cls)} | {"devices": tuple(said["devices"])})
        except (KeyError, ValueError, TypeError) as error:
            raise StoreError(f"it must describe itself as a recorded set, but lacks or garbles {error}") from None


def content_sha256(table: pa.Table) -> str:
    """The hash of every value in its rows, whatever the encoding of the file."""
    digest = hashlib.sha256()
    for row in table.to_pylist():
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False, default=datetime.isoformat).encode())
    return digest.hexdigest()
