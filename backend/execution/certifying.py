"""Certificates made beside the server: `python -m backend certify` as a supervised child, one at a time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.environment import certificate_source
from backend.execution.answers import Answers, answer
from backend.spec import Case

CERTIFY = (sys.executable, "-m", "backend", "certify")
SECONDS = 300.0   # that a certificate may take


@dataclass(frozen=True)
class Question:
    """A product on a problem in a mode, and the channels inside and outside of the family that is counted."""

    case: Case
    inner: int = 1
    outer: int = 1

    def arguments(self) -> tuple[str, ...]:
        """What to ask `certify` for."""
        case, problem = self.case, self.case.problem
        given = {
            "framework": case.framework, "setting": problem.setting, "parity": problem.parity, "l1": problem.l1,
            "l2": problem.l2, "l-out": problem.l_out, "dtype": case.dtype, "device": case.device,
            "layout": case.layout, "compilation": case.compilation, "inner": self.inner, "outer": self.outer,
        }
        if problem.spread:
            given |= {"mixing": problem.mixing, "weights": problem.weights}
        options = (part for name, value in given.items() for part in (f"--{name}", str(value)))
        return (f"{case.product}:{case.variant}", *options)

    def asked(self) -> dict[str, Any]:
        """What a stored certificate must have to be the answer, its sources and versions among it."""
        case, problem = self.case, self.case.problem
        return {
            "product": case.product, "variant": case.variant, "framework": case.framework, "device": case.device,
            "dtype": case.dtype, "layout": case.layout, "compilation": case.compilation, "setting": problem.setting,
            "parity": problem.parity, "l1": problem.l1, "l2": problem.l2, "l_out": problem.l_out,
            "mixing": problem.mixing, "mixing_weights": problem.weights, "inner": self.inner, "outer": self.outer,
            "source": certificate_source(case.product, case.framework),
        }


def certifier(command: Sequence[str] = CERTIFY, *, seconds: float = SECONDS) -> Answers:
    """Answers questions by certificates, one at a time."""
    return Answers(lambda question, cancelled: certificate(
        question, command=command, seconds=seconds, cancelled=cancelled))


def certificate(
    question: Question, *, cancelled: threading.Event, command: Sequence[str] = CERTIFY, seconds: float = SECONDS
) -> Mapping[str, Any]:
    """The certificate, from a process of its own. Raises NoAnswer where there is none, or Cancelled."""
    case = question.case
    return answer((*command, *question.arguments(), "--json"), "certificate",
                  key=(case.framework, case.device, case.threads), seconds=seconds, cancelled=cancelled)
