"""What is known of candidates: a row for each case and provenance, with its time, its place and what it reaches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from backend.catalogue import available, entry, label
from backend.choosing import Candidate, Requirements, possible_paths, reach, reasons
from backend.environment import environment, identity
from backend.spec import Case
from backend.statistics import combined
from pages.components.rows.expressivity import Known, known_expressivity
from pages.components.rows.freedom import Freedom
from pages.components.rows.measurements import ELSEWHERE, FAILED, MEASURED, MISSING, UNSUPPORTED
from pages.components.rows.predictor import Made
from pages.components.rows.provenance import PREDICTED, RECORDED
from pages.components.rows.records import records
from results_db import Store
from results_db.recorded import Recorded
from results_db.verdict import same

_TIME = ("throughput_time", "throughput_time_low", "throughput_time_high")
_COPIED = ("id", "message", "peak_memory", "compile_time", "oracle_error", "equivariance_error_rotation",
           "equivariance_error_inversion", "interactable", "degrees_of_freedom")
Record = dict[str, Any]


def choice_rows(
    store: Store, recorded: Recorded, cases: Sequence[Case], place: Mapping[str, str], made: Made | None, *,
    only: Requirements | None = None,
) -> list[Record]:
    """The rows of these cases, of one setting and parity, in order: what was measured here or elsewhere and what is
    recorded, each place once, and where there is no time here what is predicted by the model that was `made`. With
    `only`, of what is known not to do what is required there are none. `place` are the parts of an environment's
    identity that are not of this machine."""
    if not cases:
        return []
    freedom = Freedom(_recorded_expressivity(recorded), made.expressivity if made else {})
    tables = store.known_paths({case.problem for case in cases})
    alike = {problem: replace(problem, batch=1) for problem in {case.problem for case in cases}}
    kinds: dict[tuple, Record | None] = {}   # no batch changes what is said; None of what does not do
    said = []
    for case in cases:
        kind = case.product, case.variant, case.framework, alike[case.problem]
        if kind not in kinds:
            known = _said(case, freedom, tables)
            kinds[kind] = known if only is None or known["paths"] is None or _does(known, case, only) else None
        if kinds[kind] is not None:
            said.append(kinds[kind] | {"case": case, "problem": case.problem, "key": case.key})
    keys = [each["key"] for each in said]
    own, others = (_by_key(records(found)) for found in (store.known(keys), recorded.known(keys)))
    here: dict[tuple[str, str], dict[str, str]] = {}
    found = []
    for each in said:
        case, known = each["case"], each["known"]
        pair = case.product, case.framework
        if pair not in here:
            here[pair] = identity(environment(case)) | dict(place)
        rows = [*_measured(own.get(each["key"], {}), here[pair]), *_recorded(others.get(each["key"], {}))]
        counts = [row["interactable"] for row in rows if row.get("interactable") is not None]
        if each["paths"] is None and counts:
            each["paths"] = reach(case.product, case.variant, case.problem, count=max(counts))
        if not any(row["place"] == place_of(here[pair]) for row in rows):
            rows += _predicted(case, made, known, place_of(here[pair])) if made else ()
        if not rows:
            missing = available(entry(case.product), case.framework)
            rows = [known | {"state": UNSUPPORTED if missing else MISSING, "place": "", "message": missing}]
        found += [each | row for row in rows]
    return found


def place_of(environment: Mapping[str, str]) -> str:
    """Whose times these are: the machine, or the accelerator in it."""
    machine, device = environment.get("machine", ""), environment.get("device", "")
    return machine if device in ("", machine) else f"{device} in {machine}"


def _by_key(rows: Sequence[Record]) -> dict[str, dict[str, Record]]:
    """The rows, the newest first, by key and then by the text of the environment."""
    found: dict[str, dict[str, Record]] = {}
    for row in rows:
        found.setdefault(row["key"], {})[row["identity"]] = row
    return found


def _measured(found: Mapping[str, Record], here: Mapping[str, str]) -> Iterator[Record]:
    """A row for each place: of this one what its versions say before what others did."""
    every = sorted(((_read(text), row) for text, row in found.items()), key=lambda each: not same(each[0], here))
    done = set()
    for stored, row in every:
        if (place := place_of(stored)) not in done:
            done.add(place)
            yield _row(row, MEASURED if same(stored, here) else ELSEWHERE, place)


def _recorded(found: Mapping[str, Record]) -> Iterator[Record]:
    """A row for each place, of the newest environment there."""
    newest: dict[str, Record] = {}
    for text, row in found.items():
        newest.setdefault(place_of(_read(text)), row)
    yield from (_row(row, RECORDED, place) for place, row in newest.items())


def _row(found: Record, state: str, place: str) -> Record:
    """What is known of a case in one environment: the times of all processes, else why there is none."""
    if not found["timed"]:
        failed = found["status"] != "unsupported"
        return {"state": FAILED if failed else UNSUPPORTED, "place": place, "id": found["id"],
                "message": f"{found['status']}: {found['message']}" if failed else found["message"]}
    every = zip(found["processes"], *(found[name].tolist() for name in ("middles", "lows", "highs")), strict=True)
    newest: dict[str, tuple[float, ...]] = {}
    for number, (process, *times) in enumerate(every):
        newest.setdefault(process or str(number), tuple(times))
    known = {name: None if pd.isna(found[name]) else found[name] for name in _COPIED}
    return dict(zip(_TIME, combined([*newest.values()]), strict=True)) | known | {"state": state, "place": place}


def _said(case: Case, freedom: Freedom, tables: Mapping[tuple, set]) -> Record:
    """What is known of a case, at whatever batch, without a result of it."""
    problem, known = case.problem, freedom.of(case)
    table = tables.get((case.product, case.variant, problem.l1, problem.l2, problem.l_out))
    return {
        "product": case.product, "variant": case.variant, "label": label(case.product, case.variant),
        "framework": case.framework, "known": known, "extrapolated": False, "less_free": freedom.is_less(case),
        "paths": reach(case.product, case.variant, problem, measured=table, count=known["interactable"])}


def _does(said: Record, case: Case, requirements: Requirements) -> bool:
    """Whether a case does what is required, by what `_said` knows of it."""
    known = entry(case.product)
    candidate = Candidate(
        **{name: said[name] for name in ("product", "variant", "label", "framework", "paths", "less_free")},
        key="", state=MISSING, group=known.group, approximate=known.approximate)
    return not reasons(candidate, requirements, possible_paths(case.problem), None)


def _predicted(case: Case, made: Made, known: Record, place: str) -> Iterator[Record]:
    found = made.model.predict(case)
    if found is not None:
        yield known | {
            "state": PREDICTED, "place": place, "peak_memory": found.memory, "extrapolated": found.extrapolated,
        } | dict(zip(_TIME, (found.time, found.low, found.high), strict=True))


@lru_cache(maxsize=4)
def _recorded_expressivity(recorded: Recorded) -> Known:
    return known_expressivity(recorded.results(status="ok"))


@lru_cache(maxsize=10_000)
def _read(identity: str) -> dict[str, str]:
    return json.loads(identity)
