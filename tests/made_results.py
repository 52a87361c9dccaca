"""Results for pages to show: made up, the same for the same case."""

import uuid
from datetime import UTC, datetime, timedelta

from backend.environment import environment
from backend.spec import Case, Result

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def made(case: Case, *, status: str = "ok", message: str = "", minutes: int = 0, **versions: str) -> Result:
    """A result of the case; `versions` replaces versions in its environment."""
    here = environment(case)
    here = here | {"versions": here["versions"] | versions}
    when = (NOON + timedelta(minutes=minutes)).isoformat()
    identity = uuid.uuid5(uuid.NAMESPACE_OID, f"{case.key} {status} {when} {versions}").hex
    if status != "ok":
        return Result(case, status, message, environment=here, measured_at=when, id=identity)
    l_max = case.problem.l_max
    seconds = 1e-5 * l_max**2 * (1 + len(case.product) / 10)
    samples = tuple(seconds * (1 + part / 100) for part in (0, 1, -1, 2, -2, 3, -3))
    metrics = {
        "throughput_time": seconds, "throughput_time_low": seconds * 0.98, "throughput_time_high": seconds * 1.02,
        "latency": 2 * seconds, "latency_low": 1.9 * seconds, "latency_high": 2.1 * seconds,
        "degrees_of_freedom": (4.0 * l_max + 1) * case.problem.channels, "interactable": 6.0 * l_max,
        "equivariance_error_rotation": 2e-7, "oracle_error": 1e-7, "peak_memory": 1e6,
    }
    return Result(case, "ok", "", samples, tuple(2 * each for each in samples), metrics, here, when, identity)
