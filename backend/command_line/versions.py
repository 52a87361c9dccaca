"""A plug-in under development in a folder of its own: the file as it is, and its last version under another key."""

from __future__ import annotations

import ast
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.catalogue import catalogue, plugin_faults
from backend.spec import SpecError


class Versions:
    """`take` reads the file; the version taken before becomes `last_key`."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path, self._folder = path, folder
        self._text = self._good = self._before = ""   # as read, the last that was a product, the one before it
        self.key = ""

    @property
    def last_key(self) -> str:
        """The key of the last version; empty while there was none."""
        return f"{self.key}_last" if self._before else ""

    def changed(self) -> bool:
        """Whether the file says something else than when it was taken."""
        try:
            return self._path.read_text() != self._text
        except OSError:   # an editor is replacing it
            return False

    def take(self) -> None:
        """Makes the file as it is now the product `key`. Raises SpecError where it is none."""
        self._text = text = self._path.read_text()
        key = _key(text)[0]
        if key != self.key:
            self._before = self._good = ""
        elif text != self._good:
            self._before = self._good
        self.key = key
        self._write("now.py", text)
        if self._before:
            self._write("last.py", _renamed(self._before, f"{key}_last"))
        else:
            (self._folder / "last.py").unlink(missing_ok=True)
        if faults := plugin_faults():
            raise SpecError(faults[0].replace("now.py", self._path.name))
        if key not in catalogue():
            raise SpecError(f"{self._path.name} is not in the catalogue")
        self._good = text

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)


@contextmanager
def versions(path: Path) -> Iterator[Versions]:
    """The versions of a file; PLUGINS names their folder meanwhile."""
    folder, before = Path(tempfile.mkdtemp(prefix="develop_")), os.environ.get("PLUGINS")
    os.environ["PLUGINS"] = str(folder)
    try:
        yield Versions(path, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if before is None:
            del os.environ["PLUGINS"]
        else:
            os.environ["PLUGINS"] = before


def _key(text: str) -> tuple[str, ast.Constant]:
    """The key that a plug-in's CATALOGUE gives, and where it stands. Raises SpecError where there is none."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise SpecError(f"line {error.lineno}: {error.msg}") from None
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CATALOGUE":
            for name, value in zip(getattr(node.value, "keys", ()), getattr(node.value, "values", ()), strict=True):
                if getattr(name, "value", "") == "key" and isinstance(value, ast.Constant):
                    return str(value.value), value
    raise SpecError('it must assign a literal with a "key" to CATALOGUE')


def _renamed(text: str, key: str) -> str:
    """The file with another key in its CATALOGUE."""
    place = _key(text)[1]
    lines = text.split("\n")
    line = lines[place.lineno - 1].encode()   # the places of a syntax tree count bytes
    lines[place.lineno - 1] = (line[: place.col_offset] + repr(key).encode() + line[place.end_col_offset:]).decode()
    return "\n".join(lines)
