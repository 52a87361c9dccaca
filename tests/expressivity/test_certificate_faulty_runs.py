"""Planted faults of how a product runs: in which dtype and framework, its gradient, its inputs, its rounding."""

import pytest
from planted_faults import DENSE, assert_fails


def test_a_map_that_is_wrong_in_float32_only(planted):
    body = """
        def constant(self, values):
            if self.framework.dtype == "float32":
                values = np.asarray(values * 2**9).round() / 2**9
            return super().constant(values)
    """
    assert_fails(planted(body, dtype="float32", **DENSE), "numpy in float32")
    assert planted(body, dtype="float64", **DENSE).passed


def test_a_map_that_is_wrong_in_one_framework_only(planted):
    body = """
        def __call__(self, x, y):
            return super().__call__(x, y * 1.001 if self.framework.name == "jax" else y)
    """
    found = planted(body, framework="jax", l_max=1)
    assert_fails(found, "jax in float32")
    assert found.bilinear and found.equivariance_error_rotation < found.tolerance
    assert planted(body, framework="torch", l_max=1).passed


def test_a_wrong_gradient(planted):
    found = planted("""
        def __call__(self, x, y):
            return super().__call__(x.detach(), y) if hasattr(x, "detach") else super().__call__(x, y)
    """, framework="torch")
    assert_fails(found, "the gradient")


@pytest.mark.parametrize(("body", "words"), [
    ("def __call__(self, x, y):\n    raise ZeroDivisionError('it broke')", "it broke"),
    ("def prepare(self):\n    raise KeyError('a table')", "a table"),
    ("def __call__(self, x, y):\n    return super().__call__(x, y)[..., :-1]", "shape"),
    ("def __call__(self, x, y):\n    return super().__call__(x, y).astype(np.float64)", "must be float32"),
    ("def __call__(self, x, y):\n    return super().__call__(x, y) * np.nan", "must be finite"),
])
def test_a_product_that_breaks_fails_with_its_words(planted, body, words):
    assert_fails(planted(body), words)


def test_an_unknown_law_is_named(planted):
    from backend.spec import SpecError

    with pytest.raises(SpecError, match="coupling of planted must be one of component"):
        planted("pass", coupling="nonsense")


@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_a_product_that_changes_its_inputs_or_keeps_a_state(planted, framework):
    words = "must give the same output again"
    assert_fails(planted("""
        def __call__(self, x, y):
            z = super().__call__(x, y)
            x[...] = 0
            return z
    """, framework=framework), words)
    assert_fails(planted("""
        calls = 0

        def __call__(self, x, y):
            self.calls += 1
            return super().__call__(x, y) * (1 + 0.01 * self.calls)
    """, framework=framework, coupling="none"), words)


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
def test_a_product_that_clips(planted, framework):
    assert_fails(planted("""
        def __call__(self, x, y):
            return super().__call__(x, y.clip(-50, 50))
    """, framework=framework), "must be bilinear")


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
@pytest.mark.parametrize("body", [
    "n = (x * x).sum(-1)[..., None]\n    with np.errstate(invalid='ignore'):\n        return z * (n / n)",
    "return z + 0.001", "return z[..., list(range(z.shape[-1]))[::-1]]",
    "return z + 0.001 * y.mean(1)[:, None, :1]"])
def test_wrong_outputs_in_every_framework(planted, framework, body):
    """Not a number on zeros, a constant, the components in reverse, a part of all channels."""
    found = planted(f"def __call__(self, x, y):\n    z = super().__call__(x, y)\n    {body}", framework=framework,
                    l_max=1)
    assert (found.status, found.passed) == ("fails", False) and found.failures


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
def test_a_product_that_rounds_inside(planted, framework):
    """It says float64 and multiplies in float32; a copy that is not contiguous is no fault."""
    single = """
        def __call__(self, x, y):
            import torch
            cast = (lambda a, to: a.to(getattr(torch, to))) if self.framework.name == "torch" else (
                lambda a, to: a.astype(to))
            return cast(cast(super().__call__(x, y), "float32"), "float64")
    """
    assert_fails(planted(single, framework=framework, dtype="float64"), "under rotations")
    assert planted("""
        def __call__(self, x, y):
            z = super().__call__(x, y)
            return z.swapaxes(0, 2).copy().swapaxes(0, 2) if self.framework.name == "numpy" else z.swapaxes(
                0, 2).swapaxes(0, 2)
    """, framework=framework).passed


def test_a_product_that_is_zero(planted):
    assert_fails(planted("""
        def __call__(self, x, y):
            return super().__call__(x, y) * 0
    """, coupling="none"), "must not be zero")
