"""Certificates: the newest of each question is read; an unknown one is None."""

import pytest

from results_db import StoreError


@pytest.fixture
def certificate():
    return {
        "product": "gaunt_grid", "variant": "dense", "framework": "jax", "device": "cpu", "dtype": "float32",
        "layout": "batch_last", "compilation": "jit", "setting": "mimo", "parity": "both", "l1": 2, "l2": 2,
        "l_out": 4, "inner": 1, "outer": 1, "source": "abc", "status": "holds", "passed": True,
        "paths": [[0, 0, 0, 0.28]], "failures": [],
    }


def test_a_certificate_comes_back(store, certificate):
    before = store.data_version
    store.add_certificate(certificate)
    found = store.certificate(product="gaunt_grid", l1=2, inner=1, source="abc")
    assert {name: found[name] for name in certificate} == certificate
    assert found["added_at"].tzinfo and store.data_version > before


def test_the_newest_wins_and_another_question_has_none(store, certificate):
    store.add_certificate(certificate)
    store.add_certificate(certificate | {"status": "fails"})
    assert store.certificate(product="gaunt_grid")["status"] == "fails"
    for name, other in {"product": "matrix", "dtype": "float64", "l1": 3, "outer": 2, "source": "def"}.items():
        assert store.certificate(**{name: other}) is None
    assert store.query("SELECT count(*) AS n FROM certificates")["n"][0] == 2


def test_ways_of_mixing_do_not_collide(store, certificate):
    """What says nothing of its channels is the plain product."""
    mixed = certificate | {"mixing": "uvw", "mixing_weights": "shared", "status": "fails"}
    store.add_certificate(certificate)
    store.add_certificate(mixed)
    plain = store.certificate(product="gaunt_grid", mixing="uuu", mixing_weights="none")
    assert (plain["status"], plain["mixing"], plain["mixing_weights"]) == ("holds", "uuu", "none")
    assert store.certificate(mixing="uvw", mixing_weights="shared")["status"] == "fails"
    assert store.certificate(mixing="uvw", mixing_weights="per_sample") is None


def test_what_is_no_certificate_is_refused(store, certificate):
    with pytest.raises(StoreError, match="must have status"):
        store.add_certificate({name: value for name, value in certificate.items() if name != "status"})
    with pytest.raises(StoreError, match="no field colour"):
        store.certificate(colour="red")
