"""Needs as readers write them, against the triples that they are and the coupling tables of products."""

import pytest

from backend.expressivity import coupling_table
from backend.frameworks import framework_class
from backend.needs import NEEDS
from backend.spec import Problem, SpecError
from backend.written_needs import triples_of, why_not_asked, written

MIMO = Problem.of("mimo", 4)


def reached(key, problem):
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    return {(each.l1, each.l2, each.l3) for each in coupling_table(key, problem, numpy)}


@pytest.mark.parametrize(("need", "gaunt", "poisson"), [
    ("dot", True, False), ("cross", False, True), ("traceless", True, False), ("pseudoscalar", False, False),
    ("invariants", True, False), ("commutator", False, True), ("anticommutator", True, False), ("block", False, False),
    ("highest", True, False), ("odd", False, True), ("all", False, False)])
def test_what_the_sphere_can_do(need, gaunt, poisson):
    """Products on the sphere have even l1 + l2 + l3, brackets odd: that decides what they can do."""
    problem = Problem.of("mimo", 3)
    asked = set(triples_of(NEEDS[need], problem))
    assert asked and all(not why_not_asked(path, problem) for path in asked)
    assert (asked <= reached("gaunt_grid", problem), asked <= reached("poisson", problem)) == (gaunt, poisson)


def test_degrees_are_read_with_parities_or_without():
    for text, paths in (("1o x 1o -> 1e", [(1, 1, 1)]), ("2e×4e→5", [(2, 4, 5)]), ("1x2->3", [(1, 2, 3)]),
                        ("1 x 2 -> all, 1e x 1o -> 0o", [(1, 1, 0), (1, 2, 1), (1, 2, 2), (1, 2, 3)])):
        assert triples_of(written(text), MIMO) == tuple(paths)
    assert written(" 1o  x 1o -> 1e ").label == "1o x 1o -> 1e"


@pytest.mark.parametrize(("text", "sentence"), [
    ("1o x 1o -> 1o", "must end in parity e, got 1o"), ("1e x 1o -> 0e", "must end in parity o"),
    ("2 x 4 -> 1", "must end in a degree from 2 to 6, got 1"), ("chirality", "must be written like"),
    ("1 x 1", "must be written like"), ("", "must be written like")])
def test_what_is_no_map_is_refused(text, sentence):
    with pytest.raises(SpecError, match=sentence):
        written(text)


@pytest.mark.parametrize(("problem", "path", "sentence"), [
    (Problem.of("mimo", 3), (2, 4, 3), "y has no degree 4"), (Problem.of("layer", 2), (2, 2, 4), "z has no degree 4"),
    (Problem.of("mimo", 2, parity="natural"), (1, 1, 1), "parity natural"),
    (Problem.of("square", 2), (1, 1, 1), "no antisymmetric part"), (Problem.of("mimo", 1), (1, 1, 1), "")])
def test_what_a_question_leaves_out_is_said(problem, path, sentence):
    assert sentence in why_not_asked(path, problem) and bool(sentence) == (path not in problem.paths)


def test_a_square_has_its_paths_in_order():
    square = Problem.of("square", 2)
    assert triples_of(NEEDS["tensor_vector"], square) == ((1, 2, 1),)
    assert set(triples_of(NEEDS["all"], square)) == set(square.paths)
