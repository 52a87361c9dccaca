"""Many cases in one query: the newest of each process and environment, and which triples a product reaches."""

from dataclasses import replace

from backend.spec import Problem
from results_db.known import MOST, beside_frame, newest_frame
from results_db.recorded import Recorded, write_set


def test_the_newest_of_each_process_and_environment(store, make_result, make_case, make_environment):
    first, second, other = make_case(1), make_case(2), make_case(3)
    live = {name: make_environment() | {"live": {"process": name}} for name in "ab"}
    old, new = (replace(make_result(first), environment=live["a"]) for _ in range(2))
    beside = replace(make_result(first), environment=live["b"])
    elsewhere = replace(make_result(second), environment=make_environment(machine="CPU B, 8 cores"))
    stopped = replace(make_result(first), status="cancelled", environment=live["b"])
    store.add_many([old, new, beside, elsewhere, make_result(other), stopped])
    found = store.known([first.key, second.key]).to_dict("records")
    assert [(row["id"], list(row["processes"])) for row in found] == [
        (elsewhere.id, [""]), (beside.id, ["b", "a", "a"])]
    assert "CPU B" in found[0]["identity"] and list(found[1]["middles"]) == [
        each.metrics["throughput_time"] for each in (beside, new, old)]
    assert store.known([]).empty


def test_why_there_is_no_time_is_said_where_there_is_none(store, make_result, make_case, make_environment):
    timed, never = make_case(1), make_case(2)
    failed = [replace(make_result(case), status="failed", message="no memory", metrics={}) for case in (timed, never)]
    store.add_many([make_result(timed), *failed])
    found = {row["key"]: (bool(row["timed"]), row["status"]) for row in store.known(
        [timed.key, never.key]).to_dict("records")}
    assert found == {timed.key: (True, "ok"), never.key: (False, "failed")}


def test_of_many_processes_the_newest_count(store, make_result, make_case, make_environment):
    case, environment = make_case(1), make_environment()
    named = [environment | {"live": {"process": f"p{number}"}} for number in range(MOST + 3)]
    many = [replace(make_result(case), environment=each) for each in named]
    failed = replace(make_result(case), status="failed", environment=environment)
    elsewhere = replace(make_result(case), environment=make_environment(machine="CPU B, 8 cores"))
    store.add_many([elsewhere, *many, failed])
    found = store.known([case.key])
    assert list(found["id"]) == [elsewhere.id, many[-1].id]
    assert list(found["processes"][1]) == [f"p{number}" for number in range(MOST + 2, 2, -1)]
    with store.cursor() as cursor:
        newest, beside = (read(cursor, [case.key, "not measured"], [many[-1].id])
                          for read in (newest_frame, beside_frame))
    assert list(newest["id"]) == [elsewhere.id, many[-1].id]
    assert list(beside["id"]) == [each.id for each in many[:2:-1]]


def test_a_recorded_set_is_asked_alike(store, make_result, make_case, tmp_path):
    result = make_result(make_case(1))
    write_set([result], tmp_path, "one", "One")
    store.add(result)
    assert Recorded(tmp_path).known([result.case.key]).equals(store.known([result.case.key]))


def test_triples_by_product_and_degrees(store):
    line = {"product": "gaunt_grid", "variant": "separable", "setting": "mimo", "parity": "both", "l_max": 1, "l1": 1,
            "l2": 1, "l_out": 2, "channels": 1, "interactable": 1, "degrees_of_freedom": 1, "paths": [[0, 0, 0, 1.0]]}
    store.add_expressivity(line)
    store.add_expressivity(line | {"channels": 8, "paths": [[0, 0, 0, 1.0], [1, 1, 2, 0.3], [1, 1, 2, 0.4]]})
    problems = [Problem.of("mimo", l) for l in (1, 2)]
    assert store.known_paths(problems) == {("gaunt_grid", "separable", 1, 1, 2): {(0, 0, 0), (1, 1, 2)}}
    assert store.known_paths([Problem.of("layer", 1)]) == {} == store.known_paths([])
