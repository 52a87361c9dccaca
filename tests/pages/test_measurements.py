"""What the history knows of cases, and how pages say it."""

from dataclasses import replace

import pandas as pd
from made_results import made

from backend.catalogue import catalogue
from backend.execution.jobs import Job
from pages.components.history_csv import history_csv
from pages.components.question.selection import Question, View
from pages.components.rows.estimate import seconds_per_case
from pages.components.rows.groups import by_reason, degrees, products_and_degrees
from pages.components.rows.measurements import (
    ELSEWHERE,
    FAILED,
    MEASURED,
    MISSING,
    UNSUPPORTED,
    measurements,
    without_expressivity,
)
from pages.components.runs.job_words import asked_for, failures
from pages.components.runs.live import case_words


def states(store):
    frame = measurements(store, Question().cases())
    usual = [catalogue()[row.product].default_variant == row.variant for row in frame.itertuples()]
    return {(row.product, row.l_max): row for row in frame[usual].itertuples()}


def test_every_case_has_one_row_and_its_state(filled):
    rows = states(filled.store)
    assert rows["matrix", 2].state == MEASURED and rows["matrix", 2].throughput_time > 0
    assert rows["clebsch_gordan_dense", 1].state == ELSEWHERE and "0.0.1" in rows["clebsch_gordan_dense", 1].sentence
    assert rows["clebsch_gordan_sparse", 1].state == MISSING
    assert rows["clebsch_gordan_collapsed", 2].state == FAILED
    assert rows["clebsch_gordan_collapsed", 2].sentence == "failed: it broke"


def test_unsupported_is_an_answer(filled):
    frame = measurements(filled.store, Question().cases())
    found = frame[frame["state"] == UNSUPPORTED]
    assert set(found["l_max"]) == {1, 3} and set(found["product"]) == {"gaunt_grid"}


def test_a_failure_after_a_success_does_not_hide_it(here):
    case = Question().cases()[0]
    here.store.add(made(case))
    here.store.add(made(case, status="failed", message="it broke", minutes=5))
    assert measurements(here.store, [case])["state"].tolist() == [MEASURED]


def test_products_and_degrees_are_drawn_together():
    frame = pd.DataFrame({"label": ["A", "A", "A", "B"], "l_max": [1, 2, 4, 3], "inner": 0,
                          "why": ["x", "x", "y", "x"]})
    assert products_and_degrees(frame) == "A (L 1–2, 4), B (L 3)"
    assert by_reason(frame, "why") == [("A (L 1–2), B (L 3)", "x"), ("A (L 4)", "y")]
    assert degrees([3, 1, 2, 2]) == "1–3"


def test_the_pace_is_that_of_like_jobs():
    cases = Question(l_max=1).cases()
    job = Job.new(cases, options={}, requested_by="")
    ended = {"started_at": "2026-01-01T00:00:00+00:00", "finished_at": "2026-01-01T00:00:30+00:00", "done": 15}
    jobs = [job, Job(**{**job.__dict__, **ended})]
    assert seconds_per_case(jobs, "jax", "cpu") == 2.0
    assert seconds_per_case(jobs, "torch", "cpu") is None


def test_a_job_in_words(here):
    cases = Question(l_max=2).cases()[:4]
    job = Job.new(cases, options={}, requested_by="")
    assert asked_for(job).startswith("4 cases: ") and "MIMO" in asked_for(job)
    assert "batch 1,000 samples" in asked_for(job)
    here.store.add(made(cases[0], status="timed out", message="it took longer than 60 s"))
    began = {"started_at": "2026-01-01T00:00:00+00:00", "done": 1, "failed": 1}
    found = failures(here.store, Job(**{**job.__dict__, **began}))
    assert found == [f"{case_words(cases[0])}, timed out: it took longer than 60 s"]


def test_the_csv_has_a_command_a_row(filled):
    text = history_csv(filled.store.results())
    assert text.count("python -m backend run --product") == len(filled.store.results())


def test_what_reaches_nothing_says_why_it_has_no_point(here):
    first, second = Question().cases()[:2]
    empty = made(first)
    here.store.add_many([made(second), replace(empty, metrics=dict(empty.metrics) | {
        "degrees_of_freedom": 0.0, "interactable": 0.0})])
    frame = without_expressivity(measurements(here.store, [first, second]), View())
    assert list(frame["key"]) == [first.key]
    assert list(frame["why"]) == ["it reaches nothing here: every path of it vanishes"]
