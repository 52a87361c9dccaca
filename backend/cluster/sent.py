"""A case on its way to a worker and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from distributed import Future

from backend.cluster.description import Worker
from backend.execution.outcome import made_result
from backend.spec import Case, Result, SpecError


@dataclass
class Sent:
    """Where a case was sent, the task that measures it, and, once it has begun there, in which environment."""

    case: Case
    worker: Worker
    future: Future
    environment: dict[str, Any] = field(default_factory=dict)

    @property
    def begun(self) -> bool:
        return bool(self.environment)

    def result(self, data: Any) -> Result:
        """What the worker measured, or that its answer is none."""
        try:
            result = Result.from_json(data)
            if not result.id or result.case != self.case:
                raise SpecError("it has no id, or is for another case")
        except (SpecError, TypeError) as error:
            return self.made("failed", f"{self.worker.words} gave a result that cannot be read: {error}")
        return result

    def made(self, status: str, message: str) -> Result:
        """A result that the worker did not give."""
        return made_result(self.case, status, message, there=self.environment)
