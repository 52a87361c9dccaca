"""Whether a case is measured already: each kind of answer, its sentence, and which result it rests on."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.environment import identity


@pytest.fixture
def here(make_environment):
    return identity(make_environment())


def ago(**passed):
    return datetime.now(UTC) - timedelta(**passed)


def test_nothing_is_a_miss(store, make_case, here):
    verdict = store.lookup(make_case(), here)
    assert (verdict.kind, verdict.result_id, verdict.sentence) == ("miss", "", "Not measured yet")


def test_the_same_case_and_environment_is_a_hit_whatever_the_load(store, make_result, make_environment, here):
    old = make_result(at=ago(days=9))
    new = make_result(environment=make_environment(load=7.5), at=ago(days=3))
    store.add_many([new, old])
    verdict = store.lookup(new.case, here)
    assert (verdict.kind, verdict.result_id, verdict.differences) == ("hit", new.id, {})
    assert verdict.measured_at == new.measured_at
    assert verdict.sentence == "Measured 3 days ago on this machine with the same versions"


@pytest.mark.parametrize("status, kind", [
    ("ok", "hit"), ("unsupported", "hit"), ("failed", "miss"), ("out of memory", "miss"), ("timed out", "miss"),
    ("cancelled", "miss"), ("interrupted", "miss"),
])
def test_only_an_answer_is_a_hit(store, make_result, here, status, kind):
    result = make_result(status=status)
    store.add(result)
    assert store.lookup(result.case, here).kind == kind


def test_a_failure_after_a_hit_does_not_hide_it(store, make_result, here):
    good, failed = make_result(), make_result(status="failed")
    store.add_many([good, failed])
    assert store.lookup(good.case, here).result_id == good.id


@pytest.mark.parametrize("stored, differences, sentence", [
    ({"jax": "0.10.1"}, {"jax": ("0.10.1", "0.10.2")}, "Measured with jax 0.10.1; here is 0.10.2"),
    ({"source": "old"}, {"source": ("old", "abc")}, "Measured with another version of its source"),
    ({"jax": "0.9", "source": "old"}, {"jax": ("0.9", "0.10.2"), "source": ("old", "abc")},
     "Measured with jax 0.9; here is 0.10.2; with another version of its source"),
])
def test_another_version(store, make_result, make_environment, here, stored, differences, sentence):
    result = make_result(environment=make_environment(**stored))
    store.add(result)
    verdict = store.lookup(result.case, here)
    assert (verdict.kind, verdict.result_id) == ("other version", result.id)
    assert verdict.differences == differences
    assert verdict.sentence == sentence


def test_a_package_on_one_side_only(store, make_result, here):
    result = make_result()
    store.add(result)
    without = {name: value for name, value in here.items() if name != "jax"}
    assert store.lookup(result.case, without).sentence == "Measured with jax 0.10.2; here is none"
    assert store.lookup(result.case, here | {"jaxlib": "1"}).sentence == "Measured without jaxlib; here is 1"


def test_many_differences_are_counted(store, make_result, here):
    result = make_result()
    store.add(result)
    changed = here | {name: "0" for name in ("python", "jax", "a", "b", "c")}
    assert store.lookup(result.case, changed).sentence.endswith("; and 2 more")


@pytest.mark.parametrize("stored, sentence", [
    ({"machine": "CPU B, 8 cores"}, "Measured on another machine: CPU B, 8 cores, 2 h ago"),
    ({"device": "GPU B"}, "Measured on another device: GPU B, 2 h ago"),
    ({"machine": "CPU B, 8 cores", "jax": "0.1"}, "Measured on another machine: CPU B, 8 cores, 2 h ago"),
])
def test_another_machine(store, make_result, make_environment, here, stored, sentence):
    result = make_result(environment=make_environment(**stored), at=ago(hours=2))
    store.add(result)
    verdict = store.lookup(result.case, here)
    assert (verdict.kind, verdict.sentence) == ("other machine", sentence)


def test_this_machine_goes_before_another_and_then_the_newest(store, make_result, make_environment, here):
    version = make_result(environment=make_environment(jax="0.10.1"))
    newer = make_result(environment=make_environment(jax="0.10.0"))
    machine = make_result(environment=make_environment(machine="B"))
    store.add_many([newer, version, machine])
    assert store.lookup(version.case, here).result_id == newer.id


def test_many_cases_are_answered_each_by_its_own_key(store, make_result, make_case, make_environment, here):
    cases = [make_case(l_max) for l_max in range(1, 5)]
    store.add_many([
        make_result(cases[0]),
        make_result(cases[1], environment=make_environment(jax="0.1")),
        make_result(cases[2], environment=make_environment(machine="B")),
    ])
    verdicts = store.lookup_many(cases, {case.key: here for case in cases})
    assert [verdicts[case.key].kind for case in cases] == ["hit", "other version", "other machine", "miss"]
    assert store.lookup_many([], {}) == {}
