"""Keeps results in the history as they come: through the running server, or in the file between two results."""

from __future__ import annotations

import sys

from backend.spec import Result


class Storing:
    """The file is opened for each result, so that a server may start meanwhile; what could not be kept yet is tried
    again with the next. That nothing can be kept is said at the start already."""

    def __init__(self) -> None:
        from results_db import history_path

        self._path = history_path()
        self._waiting: list[Result] = []
        if error := self._try():
            print(f"warning: {error}; results will be tried again", file=sys.stderr)

    def add(self, result: Result) -> None:
        self._waiting.append(result)
        self._try()

    def close(self) -> bool:
        """Whether results were lost, after a last try; a sentence on the standard error says so."""
        error = self._try() if self._waiting else None
        if error:
            print(f"error: {len(self._waiting)} results are not in the history: {error}", file=sys.stderr)
        return bool(error)

    def _try(self) -> Exception | None:
        from results_db import StoreError
        from results_db.client import open_history

        try:
            with open_history(self._path, warn=lambda sentence: print(sentence, file=sys.stderr)) as history:
                history.add_many(self._waiting)
        except StoreError as error:
            return error
        self._waiting.clear()
        return None
