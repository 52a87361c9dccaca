"""A pasted configuration (YAML, JSON, a Python literal, or options of a command line) as plain data; never run."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from backend.spec import SpecError

LIMIT = 20_000   # characters: a second to read
_INTERPOLATED = re.compile(r"\$\{([\w.]+)\}")


class _Loader(yaml.SafeLoader):
    """Plain data alone; a tuple, as NequIP's files write it, is a list."""


_Loader.add_constructor("tag:yaml.org,2002:python/tuple", yaml.SafeLoader.construct_yaml_seq)


class Config:
    """The values of a configuration by key, wherever in it they stand; `${a.b}` is what the file has there."""

    def __init__(self, root: Mapping[Any, Any]) -> None:
        self._root = root
        self._maps = list(_mappings(root))

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    @property
    def keys(self) -> list[str]:
        """Every key, in the order in which they are met."""
        return list(dict.fromkeys(str(key) for each in self._maps for key in each))

    def get(self, key: str) -> Any:
        """The value nearest to the top; None where there is none, or one that only a program could work out."""
        return next((found for each in self._maps if key in each
                     if (found := self._resolved(each[key])) is not None), None)

    def integer(self, key: str, low: int, high: int) -> int | None:
        """The whole number under a key. Raises SpecError where something else stands there."""
        value = self.get(key)
        if isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}\s*", value):
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high):
            raise SpecError(f"{key} must be a whole number from {low} to {high:,}, got {value!r:.60}")
        return value

    def flag(self, key: str) -> bool | None:
        """The truth under a key. Raises SpecError where something else stands there."""
        value = self.get(key)
        said = {"true": True, "false": False}.get(str(value).casefold())
        if value is not None and said is None:
            raise SpecError(f"{key} must be true or false, got {value!r:.60}")
        return said

    def _resolved(self, value: Any) -> Any:
        for _ in range(5):
            found = _INTERPOLATED.fullmatch(value) if isinstance(value, str) else None
            if not found:
                break
            value = self._root
            for part in found[1].split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
        return None if isinstance(value, str) and "${" in value else value


def read(text: str) -> Config:
    """The configuration in a text. Raises SpecError where it is none, or too long."""
    if len(text) > LIMIT:
        raise SpecError(f"a configuration must have at most {LIMIT:,} characters, got {len(text):,}: paste the part "
                        "that describes the model")
    try:
        found = _parsed(text.strip())
    except (RecursionError, MemoryError):
        raise SpecError("a configuration must not be nested so deeply: paste the part that describes the model"
                        ) from None
    if not isinstance(found, Mapping):
        raise SpecError(f"a configuration must have keys and values, as YAML, JSON or a Python dict, got {text!r:.60}")
    return Config(found)


def _parsed(text: str) -> Any:
    if text.startswith("--") or re.match(r"[\w./-]+(\s+[\w./-]+)*\s+--\w", text):
        return _options(text)
    for parse, wrong in ((json.loads, ValueError), (ast.literal_eval, (ValueError, SyntaxError, TypeError))):
        try:
            return parse(text)
        except wrong:
            continue
    try:
        return yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError) as error:   # ValueError: a date or a number that there is not
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        what = " ".join(str(getattr(error, "problem", None) or error).split())
        raise SpecError(f"a configuration must be YAML, JSON or a Python dict; as YAML{where}: {what:.120}") from None


def _options(text: str) -> dict[str, str | bool]:
    """What a command line says: --key=value, --key value, or --key alone. Raises SpecError for a quote left open."""
    try:
        words = shlex.split(text.replace("\\\n", " "), comments=True)
    except ValueError as error:
        raise SpecError(f"the options of a command line must be quoted in pairs: {error}") from None
    found: dict[str, str | bool] = {}
    for at, word in enumerate(words):
        if word.startswith("--"):
            key, equals, value = word[2:].partition("=")
            following = words[at + 1] if at + 1 < len(words) else "--"
            found[key] = value if equals else True if following.startswith("--") else following
    return found


def _mappings(root: Mapping[Any, Any]) -> Iterator[Mapping[Any, Any]]:
    """The mapping and every one in it, nearest to the top first, each once: an alias may lead back."""
    waiting, seen = [root], set()
    while waiting:
        found = waiting.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, Mapping):
            yield found
            waiting += [each for each in found.values() if isinstance(each, Mapping | list | tuple)]
        else:
            waiting += [each for each in found if isinstance(each, Mapping | list | tuple)]
