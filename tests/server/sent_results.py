"""Results that tests send to a server."""

import json
import uuid

from backend.catalogue import make_case
from backend.environment import environment
from backend.spec import Problem, Result


def a_result(batch=1):
    """A result of its own, small."""
    case = make_case("matrix", "", "numpy", Problem.of("mimo", 1, batch=batch))
    return Result(case, "ok", "", (1e-3, 2e-3), (2e-3,), {"throughput_time": 1e-3}, environment(case),
                  "2026-01-01T00:00:00+00:00", uuid.uuid4().hex)


def line(result):
    return json.dumps(result.to_json())
