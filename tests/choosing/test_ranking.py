"""The ranking of planted rows: ties, lost paths, limits, provenances, places, and nothing at all."""

import pytest
from planted import DENSE, FULL, GAUNT, HERE, MATRIX, OTHER, PROBLEM, SPARSE, answer, names, row

from backend.choosing import FREE, Requirements, beyond, losses
from backend.choosing.requirements import Reason
from backend.needs import ALL, EVEN, natural
from backend.spec import Problem


def test_the_fastest_that_loses_nothing_is_first_and_the_faster_one_is_named():
    found = answer(DENSE, GAUNT, SPARSE)
    assert names(found.ranked) == ["clebsch_gordan_sparse", "clebsch_gordan_dense"]
    assert [each.rank for each in found.ranked] == [1, 2] and len(found.tied) == 1
    assert found.ranked[1].ratio.ratio == pytest.approx(2) and found.ranked[1].ratio.low > 1.9
    assert losses(found, found.ranked[0].candidate) == (frozenset(), 0)
    assert found.ruled_out[0].reasons == (Reason("needs", 14, (FREE,)),)
    assert found.forgone.candidate.product == "gaunt_grid"
    paths, freedom = losses(found, found.forgone.candidate)
    assert len(paths) == 14 and freedom == FULL - 104
    assert 1 / found.forgone.ratio.ratio == pytest.approx(2)


def test_a_tie_shares_its_rank_and_a_third_is_told_from_it():
    near = row("clebsch_gordan_dense", 1.01e-3)
    found = answer(SPARSE, near, row("e3nn_jax", 9e-3))
    assert [each.rank for each in found.ranked] == [1, 1, 3]
    assert found.ranked[1].ratio.verdict == "not distinguishable"
    assert names(found.tied) == ["clebsch_gordan_sparse", "clebsch_gordan_dense"]


def test_what_is_no_faster_by_its_interval_is_not_forgone():
    assert answer(SPARSE, row("gaunt_grid", 0.99e-3, freedom=104)).forgone is None


@pytest.mark.parametrize(("needs", "first"), [
    ((FREE,), "clebsch_gordan_sparse"), ((ALL,), "clebsch_gordan_collapsed"), ((EVEN, "dot"), "gaunt_grid"),
    (("pseudoscalar",), "clebsch_gordan_collapsed"), ((), "gaunt_grid"),
])
def test_needs_decide(needs, first):
    collapsed = row("clebsch_gordan_collapsed", 0.7e-3, freedom=144)
    found = answer(SPARSE, GAUNT, collapsed, needs=needs)
    assert names(found.ranked)[0] == first
    if needs == (FREE,):
        assert Reason("freedom", 144, FULL) in [each for ruled in found.ruled_out for each in ruled.reasons]


def test_what_the_problem_itself_lacks_is_told_apart():
    small = Problem.of("layer", 1, parity="natural")
    assert beyond(Requirements((FREE, "dot", "cross", "cross_terms_2_4")), small) == ("cross", "cross_terms_2_4")
    assert beyond(Requirements(("cross",)), PROBLEM) == ()


def test_symmetry_is_required_as_asked():
    approximate = row("cp", 0.1e-3, oracle_error=0.5, paths=natural(PROBLEM.paths))
    by_symmetry = {symmetry: answer(SPARSE, MATRIX, approximate, needs=(), symmetry=symmetry)
                   for symmetry in ("O3", "SO3", "approximate")}
    assert {symmetry: names(found.ranked)[0] for symmetry, found in by_symmetry.items()} == {
        "O3": "clebsch_gordan_sparse", "SO3": "matrix", "approximate": "cp"}
    assert by_symmetry["O3"].forgone.candidate.product == "matrix"   # what is approximate is not offered


def test_memory_and_errors_have_limits():
    large = row("clebsch_gordan_sparse", 1e-3, peak_memory=3e9)
    found = answer(large, DENSE, memory=1e9)
    assert names(found.ranked) == ["clebsch_gordan_dense"]
    assert found.ruled_out[0].reasons == (Reason("memory", 3e9, 1e9),)
    assert found.forgone is None   # more memory is nothing that one can do without
    wrong = row("clebsch_gordan_sparse", 1e-3, oracle_error=1e-3)
    assert answer(wrong, DENSE, error=1e-5).ruled_out[0].reasons == (Reason("error", 1e-3, 1e-5),)
    assert names(answer(MATRIX, needs=(), symmetry="SO3", error=1e-5).ranked) == ["matrix"]   # inversion is not asked


def test_only_predicted_is_ranked_and_says_so():
    found = answer(row("clebsch_gordan_sparse", 1e-3, state="predicted", width=0.3),
                   row("clebsch_gordan_dense", 1.2e-3, state="predicted", width=0.3))
    assert [each.rank for each in found.ranked] == [1, 1]
    assert all(each.candidate.is_predicted for each in found.ranked)


def test_nothing_measured():
    rows = [row("clebsch_gordan_sparse", state="missing", place=""), row("gaunt_grid", state="missing", place=""),
            row("matrix", state="unsupported", place="", message="it cannot")]
    found = answer(*rows)
    assert not found.ranked and found.forgone is None
    assert [each.product for each in found.untimed] == ["clebsch_gordan_sparse"]
    assert (Reason("cannot", "it cannot"),) in [each.reasons for each in found.ruled_out]
    assert answer().ranked == ()


def test_unknown_paths_are_a_reason_only_where_some_are_required():
    unknown = row("e3j", 1e-3, paths=None)
    assert answer(unknown).ruled_out[0].reasons == (Reason("paths"),)
    assert names(answer(unknown, needs=()).ranked) == ["e3j"]


def test_the_best_provenance_of_a_case_counts():
    rows = [row("clebsch_gordan_sparse", 3e-3, state="predicted"), row("clebsch_gordan_sparse", 1e-3), DENSE]
    found = answer(*rows)
    assert found.ranked[0].candidate.state == "measured" and len(found.ranked) == 2


def test_times_of_two_machines_are_never_compared():
    recorded = [row(product, time, state="recorded", place=OTHER)
                for product, time in (("clebsch_gordan_sparse", 1e-4), ("clebsch_gordan_dense", 2e-4), ("e3nn_jax", 1))]
    found = answer(*recorded, SPARSE, GAUNT)   # one here that does: too few to choose from
    assert found.place == OTHER and {each.candidate.state for each in found.ranked} == {"recorded"}
    found = answer(*recorded, SPARSE, DENSE)
    assert found.place == HERE and found.ranked[0].candidate.time == 1e-3
    assert [(each.product, each.state) for each in found.untimed] == [("e3nn_jax", "another place")]


def test_compiling_longer_is_repaid_after_so_many_calls():
    slow = row("clebsch_gordan_sparse", 1e-3, compile_time=10.1)
    assert answer(slow, DENSE).ranked[1].repaid == pytest.approx(10 / 1e-3)
    assert answer(SPARSE, DENSE).ranked[1].repaid is None
