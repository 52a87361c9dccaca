"""A problem: its paths, its degrees, its spread, and a sentence for every wrong value."""

import re

import pytest

from backend.spec import L_MAX_LIMIT, PARITIES, SETTINGS, Problem, SpecError


def all_paths(l_max):
    return (l_max + 1) * (2 * l_max**2 + 4 * l_max + 3) // 3


def natural_paths(l_max):
    return (l_max + 1) * (l_max + 2) * (2 * l_max + 3) // 6


def all_paths_layer(l_max):
    return (l_max + 1) * (l_max**2 + 2 * l_max + 2) // 2


def natural_paths_layer(l_max):
    return (all_paths_layer(l_max) + (3 * (l_max + 1) ** 2 + 3) // 4) // 2


def symmetric_paths(layer_paths, l_max):
    """Of the paths of a layer those with l1 < l2 are half of the rest; with l1 = l2 the even ones."""
    even = sum(min(2 * l, l_max) // 2 + 1 for l in range(l_max + 1))
    alike = even if layer_paths is natural_paths_layer else sum(min(2 * l, l_max) + 1 for l in range(l_max + 1))
    return (layer_paths(l_max) - alike) // 2 + even


CLOSED_FORMS = {
    ("mimo", "both"): all_paths,
    ("mimo", "natural"): natural_paths,
    ("layer", "both"): all_paths_layer,
    ("layer", "natural"): natural_paths_layer,
    ("edge", "both"): all_paths,           # l1 and l3 to L, l2 to 2L: the same triples in another order
    ("edge", "natural"): natural_paths,
    ("square", "both"): lambda l_max: symmetric_paths(all_paths_layer, l_max),
    ("square", "natural"): lambda l_max: symmetric_paths(natural_paths_layer, l_max),
    ("simo", "both"): lambda l_max: 2 * l_max + 1,
    ("simo", "natural"): lambda l_max: l_max + 1,
    ("siso", "both"): lambda l_max: 1,
    ("siso", "natural"): lambda l_max: 1 - l_max % 2,
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("parity", PARITIES)
@pytest.mark.parametrize("l_max", range(L_MAX_LIMIT + 1))
def test_the_number_of_paths_is_the_closed_form(setting, parity, l_max):
    paths = Problem.of(setting, l_max, parity=parity).paths
    assert len(paths) == len(set(paths)) == CLOSED_FORMS[setting, parity](l_max)


@pytest.mark.parametrize(
    ("degrees", "paths", "natural"),
    [((3, 3, 0), 4, 4), ((4, 2, 4), 33, 23)],
)
def test_the_number_of_paths_with_unequal_degrees(degrees, paths, natural):
    assert len(Problem("mimo", *degrees).paths) == paths
    assert len(Problem("mimo", *degrees, parity="natural").paths) == natural


def test_the_degrees_follow_from_the_setting():
    single = Problem("simo", 3, 1, 4)
    assert (single.degrees_in1, single.degrees_in2, single.degrees_out) == ((3,), (1,), (0, 1, 2, 3, 4))
    assert (single.dim_in1, single.dim_in2) == (7, 3)
    assert single.paths == ((3, 1, 2), (3, 1, 3), (3, 1, 4))
    many = Problem("layer", 2, 1, 2)
    assert (many.degrees_in1, many.degrees_in2, many.degrees_out) == ((0, 1, 2), (0, 1), (0, 1, 2))
    assert (many.dim_in1, many.dim_in2, many.l_max) == (9, 4, 2)


@pytest.mark.parametrize(("setting", "l_out"), [("siso", 3), ("layer", 3), ("simo", 6), ("mimo", 6)])
def test_a_setting_names_the_largest_output(setting, l_out):
    problem = Problem.of(setting, 3)
    assert (problem.l1, problem.l2, problem.l_out, problem.l_max) == (3, 3, l_out, 3)


# ------------------------------------------------------------------ channels and rows

@pytest.mark.parametrize(("spread", "sentence"), [
    ({"mixing": "uvw"}, "weights must be shared or per_sample where mixing is uvw"),
    ({"mixing": "all"}, "mixing must be one of uuu, uvu, uvw, got 'all'"),
    ({"inner": 3}, "inner must be an integer from 0 to 0, got 3"),
    ({"neighbours": -1}, "neighbours must be an integer from 0 to 1,024, got -1"),
])
def test_a_spread_that_does_not_exist_is_refused(spread, sentence):
    with pytest.raises(SpecError, match=re.escape(sentence)):
        Problem.of("mimo", 2, **spread)


def test_an_edge_convolution_has_its_own_weights():
    with pytest.raises(SpecError, match="an edge convolution has weights of its own"):
        Problem.of("edge", 2, mixing="uvu")


def test_a_message_counts_edges_and_has_a_row_for_each_node():
    problem = Problem.of("layer", 2, batch=100, neighbours=16)
    assert (problem.counts, problem.nodes) == ("edges", 7)
    plain = Problem.of("mimo", 3, batch=1000)
    assert (plain.counts, plain.nodes) == ("samples", 1000)


def test_a_layer_says_how_many_channels_are_inside():
    assert Problem.of("layer", 2, channels=8, scope="layer") == Problem.of(
        "layer", 2, channels=8, scope="layer", inner=8)


# ------------------------------------------------------------------ bad input

BAD_PROBLEMS = [
    ({"l_max": 99}, "l_max must be an integer from 0 to 12, got 99"),
    ({"l_max": -1}, "l_max must be an integer from 0 to 12, got -1"),
    ({"l_max": 2.0}, "l_max must be an integer from 0 to 12, got 2.0"),
    ({"l_max": "3"}, "l_max must be an integer from 0 to 12, got '3'"),
    ({"l_max": True}, "l_max must be an integer from 0 to 12, got True"),
    ({"batch": 0}, "batch must be an integer from 1 to 1,000,000,000, got 0"),
    ({"batch": None}, "batch must be an integer from 1 to 1,000,000,000, got None"),
    ({"channels": 0}, "channels must be an integer from 1 to 4,096, got 0"),
    ({"setting": "miso"}, "setting must be one of siso, simo, mimo, layer, edge, square, got 'miso'"),
    ({"parity": "even"}, "parity must be one of both, natural, got 'even'"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD_PROBLEMS)
def test_a_bad_problem_says_what_is_wrong(wrong, sentence):
    asked = {"setting": "mimo", "l_max": 3} | wrong
    with pytest.raises(SpecError, match=f"^{re.escape(sentence)}$"):
        Problem.of(asked.pop("setting"), asked.pop("l_max"), **asked)
