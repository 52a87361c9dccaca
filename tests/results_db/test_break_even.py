"""After how many calls compiling pays: the arithmetic, the pairs that count, and the words."""

from dataclasses import replace

import pytest

from backend.catalogue import make_case
from backend.spec import Problem, Result
from pages.components.cards.break_even import break_even_sentences
from results_db import Store
from results_db.__main__ import main
from results_db.break_even import break_even_sql

CASE = make_case("gaunt_grid", "", "torch", Problem.of("mimo", 2), compilation="eager")
HERE = {"machine": {"name": "here"}, "device": "here", "versions": {"torch": "2"}, "source": "s"}


def result(number, compilation, time, *, spread=0.1, compile_time=0.0, environment=HERE, minute=0, **changes):
    metrics = {"throughput_time": time, "throughput_time_low": time * (1 - spread), "compile_time": compile_time,
               "throughput_time_high": time * (1 + spread)}
    return Result(replace(CASE, compilation=compilation, **changes), "ok", metrics=metrics, environment=environment,
                  measured_at=f"2026-11-23T10:{minute:02}:00+00:00", id=f"{number:032x}")


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "history.duckdb") as opened:
        yield opened


def test_the_number_of_calls_and_its_interval(store):
    store.add_many([result(1, "eager", 1e-3), result(2, "compiled", 5e-4, compile_time=5.0)])
    (row,) = store.query(break_even_sql()).to_dict("records")
    assert row["calls"] == pytest.approx(5 / 5e-4)
    assert row["calls_low"] == pytest.approx(5 / (1.1e-3 - 4.5e-4))
    assert row["calls_high"] == pytest.approx(5 / (9e-4 - 5.5e-4))
    (sentence,) = break_even_sentences(store, CASE)
    assert sentence.startswith("**Compiling pays after about 10,000 calls** (7,700–14,000)")


def test_never_and_not_known_are_answers(store):
    store.add_many([result(1, "eager", 1e-3), result(2, "compiled", 2e-3, compile_time=5.0),
                    result(3, "graph", 0.95e-3, compile_time=0.1)])
    graph, compiled = sorted(store.query(break_even_sql()).to_dict("records"), key=lambda row: row["compile_time"])
    assert compiled["calls_low"] != compiled["calls_low"] and compiled["calls"] != compiled["calls"]
    assert graph["calls"] == pytest.approx(0.1 / 0.05e-3) and graph["calls_high"] != graph["calls_high"]
    said = " ".join(break_even_sentences(store, CASE))
    assert "Compiling never pays:** compiled took 5" in said
    assert "not known:** graph took 100" in said and "after 410 calls at the earliest" in said


def test_only_the_newest_of_the_same_case_on_the_same_environment_are_paired(store):
    elsewhere = HERE | {"machine": {"name": "elsewhere"}}
    store.add_many([
        result(1, "eager", 9e-3, minute=0), result(2, "eager", 1e-3, minute=5),
        result(3, "compiled", 5e-4, compile_time=5.0, minute=3),
        result(4, "compiled", 1e-5, compile_time=1.0, environment=elsewhere),
        result(5, "compiled", 1e-5, compile_time=1.0, dtype="float64")])
    (row,) = store.query(break_even_sql()).to_dict("records")
    assert (row["eager_time"], row["compiled_time"]) == (1e-3, 5e-4)
    assert break_even_sentences(store, replace(CASE, dtype="float64")) == []


def test_keys_are_no_place_for_sql():
    with pytest.raises(ValueError, match="letters and digits"):
        break_even_sql(["x' OR 1=1"])


def test_the_command_line_has_a_word_for_it(tmp_path, capsys):
    path = tmp_path / "history.duckdb"
    with Store(path) as opened:
        opened.add_many([result(1, "eager", 1e-3), result(2, "compiled", 5e-4, compile_time=5.0)])
    assert main(["query", "break-even", "--history", str(path)]) == 0
    assert "calls_high" in capsys.readouterr().out
