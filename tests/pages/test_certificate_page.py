"""The certificate page: nothing yet, being made, holds, does not hold, cannot; the picture of G."""

import json
from pathlib import Path

import pytest

from backend.catalogue import make_case
from backend.execution.certifying import Question
from backend.expressivity.certificate import certify
from backend.spec import Problem
from pages.components.charts.coupling_chart import coupling_chart
from pages.components.services import provide

PAGE = Path(__file__).parents[2] / "pages" / "certificate.py"


def words(page):
    shown = [*page.markdown, *page.caption, *page.info, *page.success, *page.warning, *page.error]
    return "\n".join(element.value for element in shown)


def button(page, text):
    return next((each for each in page.button if text in each.label), None)


def question(key="gaunt_grid", setting="mimo", l_max=2, framework="numpy", **channels):
    return Question(make_case(key, "", framework, Problem.of(setting, l_max)), **channels)


def certificate(asked, **changes):
    found = certify(asked.case, inner=asked.inner, outer=asked.outer).to_json()
    return json.loads(json.dumps(found | {"source": asked.asked()["source"]} | changes))


@pytest.fixture
def opened(opened):
    """Of a small product, where the address does not say otherwise."""
    return lambda **address: opened(**{"framework": "NumPy", "l": "2"} | address)


def test_the_app_has_the_page(app, here):
    page = app("certificate")
    assert not page.exception and page.title[0].value == "Is it the product it claims to be?"


def test_an_empty_page_says_what_to_do(opened, here):
    page = opened()
    assert not page.exception and page.title[0].value == "Is it the product it claims to be?"
    assert "Press Certify" in words(page) and "not certified by this version" in words(page)
    assert page.code[0].value.startswith("python -m backend certify gaunt_grid:dense --framework numpy")


def test_certify_makes_it_in_a_process_and_shows_it(opened, here):
    page = opened()
    button(page, "Certify").click().run()
    assert not page.exception
    for thread in here.certifier._threads:
        thread.join(60)
    page.run()
    assert not page.exception and here.certifier.failure(question()) == ""
    assert "Yes, it holds." in words(page) and "certified just now" in words(page)
    assert [metric.value for metric in page.metric][:3] == ["14 of 19", "9", "9"]
    assert "antisymmetric (5)" in words(page) and button(page, "Certify again")


def test_a_stored_certificate_is_read(opened, here):
    here.store.add_certificate(certificate(question("matrix", inner=2)))
    page = opened(product="matrix", inner="2")
    assert not page.exception
    assert "Yes, it holds." in words(page) and "SO(3)" in words(page) and "not judged" in words(page)
    assert page.metric[2].label == "Jacobian rank, K = 2, C = 1" and page.metric[2].value == "17"
    errors = page.dataframe[0].value
    assert dict(zip(errors["Error"], errors["Verdict"], strict=True))["Equivariance, inversion"] == "not judged"


def test_an_edge_convolution_shows_its_weights(opened, here):
    asked = Question(make_case("so2", "m_max_2", "numpy", Problem.of("edge", 3)))
    here.store.add_certificate(certificate(asked))
    page = opened(product="so2:m_max_2", setting="edge", l="3")
    assert not page.exception and "Linear in x, of the direction of r alone" in words(page)
    assert [metric.value for metric in page.metric][:3] == ["44 of 44", "42 of 44", "42"]
    assert not any("untied" in metric.label for metric in page.metric)
    rows = dict(zip(page.dataframe[0].value["Error"], page.dataframe[0].value["Verdict"], strict=True))
    assert "Bilinearity" not in rows and rows["Linearity in x"] == rows["Length of r"] == "holds"
    assert "dropping |m| > 2" in words(page) and "At a pole" in words(page)


def test_a_product_that_mixes_offers_its_mixings(opened, here):
    page = opened(product="e3nn_tensor_product", mixing_uuu_uvu_uvw="uvw")
    assert not page.exception and "· uvw · weights shared ·" in words(page)
    assert "--mixing uvw --weights shared" in page.code[0].value
    assert page.selectbox(key="mixing_uuu_uvu_uvw").options == ["uuu", "uvu", "uvw"]
    assert "Its channels meet as uuu" in words(opened(product="allegro_coupled"))
    assert "mixing" not in opened(product="matrix").code[0].value
    page = opened(product="e3nn_tensor_product", mixing_uuu_uvu_uvw="vwu", path_weights="none")
    assert "mixing uuu uvu uvw must be one of uuu, uvu, uvw" in words(page)
    assert "path weights must be one of shared, per sample" in words(page) and "· uuu · weights shared ·" in words(page)


def test_certificates_of_two_mixings_are_two(opened, here):
    problem = Problem.of("mimo", 2, mixing="uvw", weights="shared")
    here.store.add_certificate(certificate(Question(make_case("clebsch_gordan_mixing", "", "numpy", problem))))
    page = opened(product="clebsch_gordan_mixing")
    assert not page.exception
    for sentence in ("Bilinear, linear in each weight", "G is that of a weight of one"):
        assert sentence in words(page)
    assert [metric.value for metric in page.metric][:4] == ["19 of 19", "19", "152", "19"]
    assert "Cost of one row of 2 channels" in [each.value for each in page.subheader]
    rows = dict(zip(page.dataframe[0].value["Error"], page.dataframe[0].value["Verdict"], strict=True))
    assert rows["Linearity in each weight"] == "holds" and "Quadratic in x" not in rows
    assert "not certified by this version" in words(opened(product="clebsch_gordan_mixing", path_weights="per sample"))


def test_a_square_shows_that_it_is_quadratic(opened, here):
    asked = question("clebsch_gordan_dense", setting="square")
    here.store.add_certificate(certificate(asked))
    page = opened(product="clebsch_gordan_dense", setting="square")
    assert not page.exception and "Quadratic in x, linear in each weight" in words(page)
    rows = dict(zip(page.dataframe[0].value["Error"], page.dataframe[0].value["Verdict"], strict=True))
    assert rows["Quadratic in x"] == "holds" and "Bilinearity" not in rows


def test_another_version_is_not_shown(opened, here):
    here.store.add_certificate(certificate(question(), source="older"))
    assert "not certified by this version" in words(opened())


def test_a_certificate_that_does_not_hold_says_why(opened, here):
    here.store.add_certificate(certificate(
        question(), passed=False, status="fails", failures=["the map must be bilinear: the error is 0.3"],
        bilinear=False, bilinear_error=0.3))
    page = opened()
    assert "No, it does not hold." in page.error[0].value and "The map must be bilinear" in page.error[0].value
    assert "too large" in set(page.dataframe[0].value["Verdict"])


def test_a_certificate_of_a_broken_product_has_no_table(opened, here):
    blank = dict.fromkeys(("bilinear", "bilinear_error", "interactable", "oracle_error", "flops"), None)
    here.store.add_certificate(certificate(
        question(), passed=False, status="fails", failures=["the product: ValueError: it broke"], paths=[], **blank))
    page = opened()
    assert not page.exception and "it broke" in page.error[0].value and not page.metric


def test_what_it_cannot_do_is_an_answer(opened, here):
    here.store.add_certificate(certificate(question(setting="siso", l_max=3)))
    page = opened(setting="SISO", l="3")
    assert "It cannot do this problem." in words(page) and "antisymmetric" in words(page)


def test_a_failed_attempt_says_why(opened, here, monkeypatch):
    monkeypatch.setattr(here.certifier, "failure", lambda asked: "it took longer than 300 s and was stopped")
    assert "could not be made: it took longer" in words(opened())


def test_a_product_with_one_framework_has_no_choice(opened, here):
    page = opened(product="e3nn")
    assert "It runs in PyTorch alone" in words(page) and "--framework torch" in page.code[0].value


@pytest.mark.parametrize(("address", "sentence"), [
    ({"product": "nonsense"}, "product must be one of"), ({"setting": "tensor"}, "setting must be one of"),
    ({"l": "99"}, "l must be a whole number from 1 to 8"), ({"inner": "x"}, "inner must be a whole number")])
def test_a_bad_address_falls_back_with_a_word(opened, here, address, sentence):
    page = opened(**address)
    assert not page.exception and sentence in words(page)


@pytest.mark.parametrize(("key", "l_max"), [("gaunt_grid", 1), ("matrix", 5), ("vector_gaunt", 2), ("poisson", 3)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_has_every_path_once(key, l_max, theme):
    found = certificate(question(key, l_max=l_max))
    reached, lost = coupling_chart(found, theme).data
    assert (len(reached.x), len(lost.x)) == (found["interactable"], len(found["lost"]))
    places = list(zip((*reached.x, *lost.x), (*reached.y, *lost.y), strict=True))
    assert len(set(places)) == len(places) == found["cg_paths"]
    assert reached.marker.cmin == (-reached.marker.cmax if key == "matrix" else 0)


@pytest.fixture(autouse=True)
def no_services_left():
    yield
    provide(None)
