"""What the page Choose rests on: rows with their places, the picture of cells, the answer as a sentence."""

import json
from dataclasses import replace

import pytest
from made_choices import DENSE, FREE, SPARSE, result
from made_results import made

from backend.catalogue import entry, label
from backend.choosing import Candidate, Cell, Requirements, ranking
from backend.needs import ALL
from backend.spec import Problem
from pages.components.cards.choice_words import answer_sentence
from pages.components.charts.crossover_chart import crossover_chart
from pages.components.charts.crossover_chart import words as said_of_map
from pages.components.question.choosing import Asked
from pages.components.question.selection import Question
from pages.components.rows.choice_rows import choice_rows, place_of
from pages.components.rows.choices import map_of
from results_db import Store
from results_db.recorded import Recorded, write_set


def rows_of(here, asked, recorded=None):
    cases = asked.cases(asked.problem())
    return choice_rows(here.store, recorded or here.recorded, cases, {}, here.predictor.made(cases))


def test_rows_say_where_each_time_is_from(here, tmp_path):
    elsewhere = {"name": "CPU Z", "memory_bytes": 1, "system": "Linux"}
    sparse, dense = (result(product, FREE[product]) for product in ("clebsch_gordan_sparse", "clebsch_gordan_dense"))
    old = replace(dense, environment=dense.environment | {"versions": {"jax": "0.1"}})
    moved = replace(sparse, environment=sparse.environment | {"machine": elsewhere, "device": "CPU Z"})
    (tmp_path / "sets").mkdir()
    write_set([moved], tmp_path / "sets", "cpu-z", "One")
    recorded = Recorded(tmp_path / "sets")
    here.store.add(old)
    asked = Asked(Question(), Requirements())
    rows = rows_of(here, asked, recorded)
    found = {row["product"]: row for row in rows if "throughput_time" in row}
    assert {name: (row["state"], row["place"]) for name, row in found.items()} == {
        "clebsch_gordan_sparse": ("recorded", "CPU Z"),
        "clebsch_gordan_dense": ("elsewhere", dense.environment["machine"]["name"])}
    here.store.add(sparse)
    again = rows_of(here, asked, recorded)
    assert {row["state"] for row in again if row["key"] == sparse.case.key} == {"measured", "recorded"}
    assert place_of({"machine": "A", "device": "H100"}) == "H100 in A"


def test_what_failed_here_is_not_predicted_and_what_was_stopped_is(here):
    batches = (10, 100, 10_000, 100_000)
    here.store.add_many([result(product, FREE[product] * batch / 1000, batch=batch) for batch in batches
                         for product in ("clebsch_gordan_sparse", "clebsch_gordan_dense")])
    failed, stopped = (result(product, 1.0).case for product in ("clebsch_gordan_sparse", "clebsch_gordan_dense"))
    here.store.add_many([made(failed, status="timed out", message="too slow"), made(stopped, status="cancelled")])
    asked = Asked(Question(), Requirements())
    rows = rows_of(here, asked)
    found = {row["key"]: (row["state"], row.get("message", "")) for row in rows}
    assert found[failed.key] == ("failed", "timed out: too slow") and found[stopped.key] == ("predicted", "")


def test_processes_of_a_case_are_one_row(here):
    one = result("clebsch_gordan_sparse", 2e-3)
    other = replace(result("clebsch_gordan_sparse", 3e-3), id="f" * 32)
    live = [replace(each, environment=each.environment | {"live": {"process": name}})
            for each, name in ((one, "a"), (other, "b"))]
    here.store.add_many(live)
    asked = Asked(Question(), Requirements())
    rows = rows_of(here, asked)
    row = next(row for row in rows if row["key"] == one.case.key)
    assert row["throughput_time"] == pytest.approx(2.5e-3)
    assert row["throughput_time_low"] == pytest.approx(0.98 * 2e-3)
    assert row["throughput_time_high"] == pytest.approx(1.02 * 3e-3)


def test_a_map_is_read_once_wherever_in_it_the_question_is(here, monkeypatch):
    here.store.add_many([result("clebsch_gordan_sparse", 2e-3, batch=batch) for batch in (100, 1000)])
    read, known = [], Store.known
    monkeypatch.setattr(Store, "known", lambda store, keys: read.append(len(keys)) or known(store, keys))
    asked = Asked(Question(), Requirements())
    first = map_of(here, asked)
    assert first.cells[100, 3].state == "measured" and len(read) == 1 and read[0] < 30 * 29   # not what does not do
    assert map_of(here, replace(asked, question=Question(l_max=2, batch=100))).cells == first.cells
    strict = replace(asked, requirements=Requirements(memory=1.0))
    assert {each.state for each in map_of(here, strict).cells.values()} == {"unknown"} and len(read) == 1
    wider = map_of(here, replace(asked, question=Question(batch=300)))
    assert len(wider.cells) == 35 and len(read) == 2


def _candidate(product, seconds, state="measured", width=0.02):
    variant = entry(product).default_variant
    return Candidate(product, product, variant, label(product, variant), "jax", state, time=seconds,
                     low=seconds * (1 - width), high=seconds * (1 + width))


def test_each_state_of_a_cell_looks_different():
    sparse, dense = _candidate("clebsch_gordan_sparse", 1e-3), _candidate("clebsch_gordan_dense", 1.01e-3)
    foreseen = _candidate("clebsch_gordan_dense", 1.01e-3, "predicted", 0.3)
    problem = Problem.of("mimo", 1)
    cells = {(1, 1): Cell(problem, "measured", (sparse,), (), 0),
             (10, 1): Cell(problem, "predicted", (foreseen,), (), 0),
             (1, 2): Cell(problem, "tie", (sparse, dense), (), 0), (1, 3): Cell(problem, "unknown", (), (), 3),
             (10, 2): Cell(problem, "undecided", (sparse, foreseen), (dense,), 2)}
    picture = json.loads(crossover_chart(cells, ("batch", "l_max"), (1, 1), "dark", frameworks=False).to_json())
    lines = [(each["line"].get("dash", "solid"), "fillcolor" in each) for each in picture["layout"]["shapes"]]
    assert lines == [("solid", True), ("solid", False), ("6px,4px", False), ("solid", True), ("solid", True),
                     ("solid", False), ("2px,3px", False)]
    texts = [each["text"] for each in picture["layout"]["annotations"]]
    assert texts[1:] == ["CG dense<br><b>≈ 1.01 ms</b>", "CG sparse<br>or CG dense<br><b>1.00 ms</b>", "not known",
                         "CG sparse<br>or CG dense?<br><b>1.00 ms</b>"]
    hovers = [each[0] for each in picture["data"][-1]["customdata"]]
    assert "undecided: the predictions overlap" in hovers[4]
    assert "CG dense: 1.01 ms (707 µs to 1.31 ms), predicted" in hovers[4]
    assert "2 others would do and have no time" in hovers[4]
    assert "Batch 1, L_max 3: nothing, unknown" in said_of_map(cells, ("batch", "l_max"), frameworks=False)


def test_a_tie_and_nothing_at_all_as_sentences(here):
    here.store.add_many([result("clebsch_gordan_sparse", 2e-3), result("clebsch_gordan_dense", 2.01e-3)])
    asked = Asked(Question(), Requirements())
    rows = rows_of(here, asked)
    place = next(row["place"] for row in rows if row["state"] == "measured")
    tied = answer_sentence(ranking(rows, place, asked.requirements, asked.problem()), frameworks=True)
    assert tied == (f"**{SPARSE} in JAX** (2.00 ms ± 2 %) or {DENSE} in JAX (2.01 ms ± 2 %): not distinguishable, each "
                    "loses nothing.")
    nothing = ranking(rows, place, Requirements((ALL,), memory=1.0), asked.problem())
    assert answer_sentence(replace(nothing, untimed=()), frameworks=False).startswith("No product here does all")
