"""Products to plant faults in, and what a certificate that fails says."""

DENSE = {"module": "clebsch_gordan_dense", "base": "ClebschGordanDense", "variant": "matrix", "coupling": "component"}
MATRIX = {"module": "matrix", "base": "Matrix", "variant": "matmul", "coupling": "matrix", "group": "SO3"}
VECTOR = {"module": "vector_gaunt", "base": "VectorGaunt", "coupling": "vector", "group": "SO3"}
FUSED = {"module": "matrix_fused", "base": "MatrixFused", "variant": "matmul", "coupling": "matrix"}


def assert_fails(found, *words):
    assert (found.status, found.passed, found.message) == ("fails", False, "")
    for word in words:
        assert any(word in sentence for sentence in found.failures), found.failures
