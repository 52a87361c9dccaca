"""After how many calls compiling pays: the same case, on the same environment, measured eagerly and compiled."""

from __future__ import annotations

from collections.abc import Sequence

from results_db.flat import CASE_COLUMNS

_SAME = ", ".join(f'"{name}"' for name in (*CASE_COLUMNS, "identity") if name not in ("key", "compilation"))

BREAK_EVEN = "break-even"   # the word that stands for the query on the command line
BREAK_EVEN_MEANS = (
    "after how many calls compiling pays, for every case measured eagerly and compiled, from calls_low to calls_high "
    "(no calls_low: never; no calls_high alone: the intervals do not tell)")


def break_even_sql(keys: Sequence[str] = ()) -> str:
    """A SELECT over `results`: a row for each compiled mode of a case measured eagerly too, the newest of both.

    `calls` = compile time / (eager time - compiled time), with the interval that those of the times leave: `calls_low`
    and `calls_high`. Null `calls_low`: it never pays, even where both medians are at the better ends of their
    intervals; null `calls_high` alone: the intervals do not tell whether it ever does. `keys` are those of cases, all
    where there are none.
    """
    only = f"AND key IN ({', '.join(_quoted(key) for key in keys)})" if keys else ""
    return f"""
WITH newest AS (
  SELECT * FROM results WHERE status = 'ok' AND throughput_time IS NOT NULL {only}
  QUALIFY row_number() OVER (PARTITION BY key, identity ORDER BY measured_at DESC) = 1)
SELECT c.product, c.variant, c.framework, c.device, c.direction, c.setting, c.l_max, c.channels, c.batch, c.compilation,
  c.compile_time, e.throughput_time AS eager_time, c.throughput_time AS compiled_time,
  c.compile_time / nullif(greatest(e.throughput_time - c.throughput_time, 0), 0) AS calls,
  c.compile_time / nullif(greatest(e.throughput_time_high - c.throughput_time_low, 0), 0) AS calls_low,
  c.compile_time / nullif(greatest(e.throughput_time_low - c.throughput_time_high, 0), 0) AS calls_high,
  c.key, c.machine
FROM newest AS c JOIN newest AS e USING ({_SAME})
WHERE e.compilation = 'eager' AND c.compilation <> 'eager'
ORDER BY ALL"""


def in_full(sql: str) -> str:
    """The statement that the word stands for, or the text itself."""
    return break_even_sql() if sql == BREAK_EVEN else sql


def _quoted(key: str) -> str:
    if not key.isalnum():
        raise ValueError(f"a key must be letters and digits, got {key!r}")
    return f"'{key}'"
