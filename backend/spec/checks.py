"""What is wrong with a value, in one sentence that names it and the cure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class SpecError(ValueError):
    """A problem or a case that does not exist; the message names the value and the cure."""


def check_choice(name: str, value: Any, choices: Iterable[str]) -> None:
    """Raises SpecError unless the value is one of the choices, which it lists."""
    choices = tuple(choices)
    if value not in choices:
        raise SpecError(f"{name} must be one of {', '.join(choices)}, got {value!r}")


def check_integer(name: str, value: Any, low: int, high: int) -> None:
    """Raises SpecError unless the value is an integer in [low, high]."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise SpecError(f"{name} must be an integer from {low} to {high:,}, got {value!r}")
