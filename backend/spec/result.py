"""What came of a case: a status with a sentence, every raw sample, metrics by name, the environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from backend.spec.case import Case
from backend.spec.checks import SpecError, check_choice

STATUSES = ("ok", "unsupported", "failed", "out of memory", "timed out", "cancelled", "interrupted")


@dataclass(frozen=True)
class Result:
    """What came of a case: a status with a sentence, every raw sample, metrics by name, the environment."""

    case: Case
    status: str
    message: str = ""
    samples: tuple[float, ...] = ()            # seconds per call, n calls in flight, in the order taken
    latency_samples: tuple[float, ...] = ()    # seconds per call, each call synchronised, in the order taken
    metrics: Mapping[str, float] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    measured_at: str = ""                      # ISO 8601, UTC
    id: str = ""                               # 32 hexadecimal digits; one measurement

    def __post_init__(self) -> None:
        check_choice("status", self.status, STATUSES)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "case": self.case.to_json(),
            "status": self.status,
            "message": self.message,
            "samples": list(self.samples),
            "latency_samples": list(self.latency_samples),
            "metrics": dict(self.metrics),
            "environment": dict(self.environment),
            "measured_at": self.measured_at,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """The result that `to_json` described. Raises SpecError if it is not one."""
        if not isinstance(data, Mapping) or "case" not in data or "status" not in data:
            raise SpecError(f"a result must be a JSON object with case and status, got {data!r:.80}")
        known = {f.name for f in fields(cls)}
        if unknown := set(data) - known:
            raise SpecError(f"a result has no field {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
        rest = {name: value for name, value in data.items() if name != "case"}
        for name in ("samples", "latency_samples"):
            rest[name] = tuple(_numbers(name, rest.get(name, ())))
        for name in ("metrics", "environment"):
            if not isinstance(rest.get(name, {}), Mapping):
                raise SpecError(f"{name} must be a JSON object, got {rest[name]!r:.80}")
        metrics = rest.get("metrics", {})
        rest["metrics"] = dict(zip(metrics, _numbers("metrics", metrics.values()), strict=True))
        return cls(Case.from_json(data["case"]), **rest)


def _numbers(name: str, values: Iterable[Any]) -> list[float]:
    values = list(values)
    if bad := [value for value in values if not isinstance(value, int | float) or isinstance(value, bool)]:
        raise SpecError(f"{name} must hold numbers, got {bad[0]!r:.80}")
    return [float(value) for value in values]
