"""How numbers are written, for commands and pages alike: three digits with an SI prefix, durations, ages, counts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

NOTHING = "–"
_PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"),
             (1e-9, "n"), (1e-12, "p"))
_LARGEST_WITHOUT_PREFIX = {"s": 1.0}   # 4000 s stays 4,000 s: nobody reads kiloseconds


def quantity(value: float | None, unit: str) -> str:
    """The value with three significant digits and the prefix that suits it: 12.3 µs, 1.05 ms, 45 GB."""
    if _missing(value):
        return NOTHING
    if not unit:
        return number(value)
    scale, prefix = prefix_for([value], unit)
    return f"{_three_digits(value / scale)} {prefix}{unit}"


def time(value: float | None) -> str:
    """A time in seconds."""
    return quantity(value, "s")


def time_with_interval(value: float | None, low: float | None, high: float | None) -> str:
    """A time and the half-width of its interval: 1.05 ms ± 2 %."""
    if _missing(value) or _missing(low) or _missing(high) or not value:
        return time(value)
    return f"{time(value)} {plus_minus((high - low) / 2 / value)}"


def plus_minus(part: float | None) -> str:
    """Half an interval as a part of its middle: ± 2 %, ± 0.4 %."""
    if _missing(part):
        return NOTHING
    percent = 100 * part
    return f"± {percent:.1f} %" if percent < 1 else f"± {percent:.0f} %"


def ratio(value: float | None) -> str:
    """How many times: 2.1x, 35x."""
    return NOTHING if _missing(value) else f"{float(f'{value:.2g}'):,g}x"


def number(value: float | None) -> str:
    """A number: counts with separators, small ones as powers of ten."""
    if _missing(value):
        return NOTHING
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if 1e-3 <= abs(value) < 1e6:
        return _three_digits(value)
    return f"{value:.1e}"


def duration(seconds: float | None) -> str:
    """A time that people wait: 0.4 s, 4 s, 2 min, 1 h 5 min."""
    if _missing(seconds):
        return NOTHING
    if seconds < 1:
        return f"{max(seconds, 0.1):.1g} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def age(moment: datetime | None, now: datetime | None = None) -> str:
    """How long ago: just now, 5 min ago, 3 h ago, 12 days ago."""
    if moment is None or moment != moment:
        return NOTHING
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 48 * 3600:
        return f"{seconds // 3600:.0f} h ago"
    return f"{seconds // 86400:.0f} days ago"


def moment(when: datetime | None) -> str:
    """When, the same whenever it is asked: 2026-11-23 19:08 UTC."""
    if when is None or when != when:
        return NOTHING
    return f"{(when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)):%Y-%m-%d %H:%M} UTC"


def plural(count: int, noun: str) -> str:
    """The count with its noun: 1 case, 4 cases, 1,200 cases, 2 processes."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending}"


def prefix_for(values: Iterable[float], unit: str) -> tuple[float, str]:
    """The scale and the SI prefix that suit the middle of these values, for one axis or one number."""
    sizes = sorted(abs(value) for value in values if not _missing(value) and value != 0)
    if not unit or not sizes:
        return 1.0, ""
    middle = math.sqrt(sizes[0]) * math.sqrt(sizes[-1])
    limit = _LARGEST_WITHOUT_PREFIX.get(unit, math.inf)
    fitting = [(scale, prefix) for scale, prefix in _PREFIXES if scale <= limit]
    return next(((scale, prefix) for scale, prefix in fitting if middle >= scale * 0.9995), fitting[-1])


def _three_digits(value: float) -> str:
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    rounded = round(value, digits)
    return f"{rounded:,.{max(0, 2 - math.floor(math.log10(abs(rounded))) if rounded else 0)}f}"


def _missing(value: float | None) -> bool:
    return value is None or value != value or math.isinf(value)
