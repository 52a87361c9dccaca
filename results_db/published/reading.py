"""Reads one of the paper's CSV files into points; a file with anything malformed gives none of its points."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from backend.spec import L_MAX_LIMIT, SpecError
from results_db.published.caveats import NO_NORMALISER, caveats, gaps, repeated
from results_db.published.freedom import PRODUCTS, SETTINGS, normalisers
from results_db.published.kinds import KINDS, NORMALISER, device_of, kind_of
from results_db.published.point import Point

_SHOWN = 5   # faults that an error lists
_Row = tuple[str, str, int, int]   # product as named, setting, L, batch


def read_points(file: BinaryIO, name: str, *, kind: str = "", device: str = "") -> tuple[Point, ...]:
    """Every number of the file as a point. Raises SpecError naming what is wrong, with line and value; a file that
    has a fault is refused as a whole, for then nothing in it can be trusted to be labelled rightly."""
    try:
        reader = csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline=""), strict=True)
        header, *rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)] or [(1, [])]
    except UnicodeDecodeError:
        raise SpecError(f"{name} must be text in UTF-8") from None
    except csv.Error as error:
        raise SpecError(f"{name}, line {reader.line_num}: the row must be valid CSV: {error}") from None
    columns = [column.strip() for column in header[1]]
    try:
        kind = kind_of(columns, name, kind)
        device = device_of(name, kind, device)
    except SpecError as error:
        raise SpecError(f"{name}: {error}") from None
    points, faults = [], []
    for line, cells in rows:
        try:
            points += _points(columns, cells, kind, device, name, line)
        except SpecError as error:
            faults.append(f"line {line}: {error}")
    if not rows:
        raise SpecError(f"{name} must have rows, got a header alone")
    if faults:
        more = f"; and {len(faults) - _SHOWN} more lines" if len(faults) > _SHOWN else ""
        raise SpecError(f"{name}, {'; '.join(faults[:_SHOWN])}{more}. Nothing of it was imported")
    return _with_what_the_file_tells(points)


def _points(columns: Sequence[str], cells: Sequence[str], kind: str, device: str, name: str, line: int) -> list[Point]:
    if [cell.strip() for cell in cells] == list(columns):
        raise SpecError("the header stands here again: two files in one cannot be told apart; import each alone")
    if len(cells) != len(columns):
        raise SpecError(f"a row must have {len(columns)} cells as the header, got {len(cells)}")
    row = dict(zip(columns, cells, strict=True))
    named, setting, l_max, batch = _case(row)
    divisor, is_what = _normaliser(row, (named, setting, l_max, batch), kind)
    said = caveats(kind, device, named, setting, l_max, batch)
    said += () if NORMALISER in row else (NO_NORMALISER,)
    return [
        Point(kind, device, named, setting, l_max, batch, quantity.name, _number(column, row[column]) * quantity.factor,
              quantity.unit, quantity.counted, divisor, is_what, said, name, line, PRODUCTS[named])
        for column, quantity in KINDS[kind].quantities.items()
    ]


def _case(row: Mapping[str, str]) -> _Row:
    named, setting = row["tensor_product_type"], row["irreps_type"]
    if named not in PRODUCTS:
        raise SpecError(f"tensor_product_type must be one of {', '.join(PRODUCTS)}, got {named!r:.40}")
    if setting not in SETTINGS:
        raise SpecError(f"irreps_type must be one of {', '.join(SETTINGS)}, got {setting!r:.40}")
    return named, SETTINGS[setting], _integer("lmax", row["lmax"], L_MAX_LIMIT), _integer("batch", row["batch"], 10**9)


def _normaliser(row: Mapping[str, str], case: _Row, kind: str) -> tuple[float | None, str]:
    """The file's normaliser and what it counts; a number that this kind cannot have means another kind of file."""
    if NORMALISER not in row:
        return None, "not in the file"
    named, setting, l_max, _ = case
    value, allowed = _number(NORMALISER, row[NORMALISER]), normalisers(named, setting, l_max, kind)
    if value not in allowed:
        raise SpecError(f"{NORMALISER} of {named}, {setting.upper()}, L = {l_max} must be "
                        f"{' or '.join(map(str, allowed))} in a file of kind {kind}, got {value:g}; is it of another?")
    return value, KINDS[kind].normaliser_is


def _integer(name: str, text: str, highest: int) -> int:
    if not text.strip().isdecimal() or not 1 <= int(text) <= highest:
        raise SpecError(f"{name} must be a whole number from 1 to {highest:,}, got {text!r:.40}")
    return int(text)


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise SpecError(f"{name} must be a finite number, not negative, got {text!r:.40}")
    return value


def _with_what_the_file_tells(points: list[Point]) -> tuple[Point, ...]:
    """The points with what only the whole file shows: cases that it has twice, series with gaps."""
    lines, degrees = defaultdict(set), defaultdict(set)
    for point in points:
        lines[_case_of(point)].add(point.line)
        degrees[_series_of(point)].add(point.l_max)
    said = []
    for point in points:
        twice, have = sorted(lines[_case_of(point)]), degrees[_series_of(point)]
        missing = sorted(set(range(1, max(have) + 1)) - have)
        more = [repeated(twice)] * (len(twice) > 1) + [gaps(missing)] * bool(missing)
        said.append(replace(point, caveats=(*point.caveats, *more)))
    return tuple(said)


def _case_of(point: Point) -> _Row:
    return point.named, point.setting, point.l_max, point.batch


def _series_of(point: Point) -> tuple[str, str, int]:
    return point.named, point.setting, point.batch
