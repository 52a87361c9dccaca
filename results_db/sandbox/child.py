"""The process that runs one statement: reads it from stdin, writes its rows as JSON to stdout, a sentence to stderr.

It is started by its path, and imports nothing of the project: half a second less, and less memory. Before the statement
is looked at, memory, time, files and the size of what is written are limited by the kernel, and DuckDB is locked.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from datetime import date
from datetime import time as clock_time
from typing import Any, TextIO

import duckdb

_LOCKED = {
    "enable_external_access": "false", "lock_configuration": "true", "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false", "allow_community_extensions": "false", "python_enable_replacements": "false",
    "threads": "1", "temp_directory": "",
}
_ROWS_AT_ONCE = 500
_LONGEST_SENTENCE = 1500


def main() -> int:
    """0, or 1 after a sentence that says why there is no answer."""
    path, text = sys.argv[1:]
    bounds = json.loads(text)
    _limit(bounds)
    try:
        sql = sys.stdin.buffer.read().decode()
        check_reads(sql)
        with duckdb.connect(path, read_only=True, config=_LOCKED | {"memory_limit": f"{bounds['memory']}B"}) as reader:
            _write(reader, sql, bounds, sys.stdout)
        sys.stdout.flush()
        return 0
    except (duckdb.OutOfMemoryException, MemoryError):
        said = f"the query must do with {bounds['memory'] // 10**6:,} MB of memory; ask for less at once"
    except duckdb.PermissionException as error:
        said = f"a query must read the tables of the history and nothing else: {error}"
    except duckdb.Error as error:
        said = f"the query failed: {error}"
    except OSError as error:
        said = f"the query must write at most {bounds['bytes'] // 10**6:,} MB of rows; add a LIMIT ({error.strerror})"
    except ValueError as error:
        said = str(error)
    sys.stderr.write(said[:_LONGEST_SENTENCE])
    return 1


def check_reads(sql: str) -> None:
    """Raises ValueError unless the text is one statement that reads."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise ValueError(f"the query failed: {error}") from error
    if len(statements) != 1:
        raise ValueError(f"a query must be one statement, got {len(statements)}")
    kind = statements[0].type
    if kind not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise ValueError(f"a query must be a SELECT, got {kind.name}")


def _limit(bounds: Mapping[str, int]) -> None:
    """What the kernel holds this process to, whatever the statement finds to do."""
    os.nice(10)   # what is measured beside it goes first
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)   # writing too much is an error, with a sentence
    seconds = math.ceil(bounds["seconds"])
    wanted = {resource.RLIMIT_DATA: 2 * bounds["memory"] + 2**28, resource.RLIMIT_CPU: seconds + 1,
              resource.RLIMIT_FSIZE: bounds["bytes"] + 2**16, resource.RLIMIT_CORE: 0}
    for name, value in wanted.items():
        _, hard = resource.getrlimit(name)   # which may be lower already, and can only be lowered
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))
    signal.alarm(seconds + 2)   # ends it where nobody is left who would


def _write(reader: duckdb.DuckDBPyConnection, sql: str, bounds: Mapping[str, int], file: TextIO) -> None:
    """An object with `columns`, `rows`, `truncated` (why the rows are not all, or empty) and `seconds`."""
    began = time.perf_counter()
    reader.execute("BEGIN TRANSACTION READ ONLY")
    answer = reader.execute(sql)
    file.write(f'{{"columns": {_json([name for name, *_ in answer.description])}, "rows": [')
    count = size = 0
    truncated = ""
    while not truncated and (rows := answer.fetchmany(_ROWS_AT_ONCE)):
        for row in rows:
            line = _line(row)
            size += len(line.encode())
            if count == bounds["rows"]:
                truncated = f"the first {count:,} rows; there are more"
            elif size > bounds["bytes"]:
                truncated = f"the first {count:,} rows; more than {bounds['bytes'] // 10**6:,} MB are not shown"
            if truncated:
                break
            file.write(f"{',' if count else ''}{line}")
            count += 1
    seconds = time.perf_counter() - began
    file.write(f'], "truncated": {_json(truncated)}, "seconds": {seconds:.6f}}}')


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_text)


def _line(row: tuple) -> str:
    """The row as a list; a number that JSON does not have is null."""
    try:
        return _json(row)
    except (ValueError, TypeError):   # not finite, or a key that is no text
        return _json(_plain(row))


def _plain(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(name): _plain(each) for name, each in value.items()}
        case _:
            return value


def _text(value: Any) -> str:
    """What JSON has no value for, as text: bytes in hexadecimal digits, times as ISO 8601."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date | clock_time) else str(value)


if __name__ == "__main__":
    sys.exit(main())
