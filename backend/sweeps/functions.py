"""Who computes the same function: our products and the libraries'."""

FULL = "clebsch_gordan_dense:all,clebsch_gordan_sparse:all"
MIXING = "e3nn_tensor_product:all,cuequivariance_mixing"
FUNCTIONS = {   # what is computed: (ours, peers, setting, how channels meet)
    "Full Clebsch-Gordan": (FULL, "e3nn:all,e3nn_jax:all,cuequivariance,e3j:all", "mimo", {}),
    "Gaunt": ("gaunt_grid:all,gaunt_fourier:all", "e3nn_grid:all,e3nn_jax_grid:all,s2fft,torch_harmonics", "mimo", {}),
    "Channelwise (uvu), weights per sample": (FULL, MIXING, "layer", {"mixing": "uvu", "weights": "per_sample"}),
    "Fully connected (uvw), shared weights": ("clebsch_gordan_mixing", f"{MIXING},e3nn_jax_legacy", "layer",
                                              {"mixing": "uvw", "weights": "shared"}),
    "Collapsed": ("clebsch_gordan_collapsed:all", "allegro", "layer", {}),
    "Collapsed (uuu), shared weights": (
        "clebsch_gordan_collapsed:all", "e3x,allegro_coupled", "layer", {"mixing": "uuu", "weights": "shared"}),
    "Matrix product (uuu), shared weights": (
        "matrix_collapsed:all", "e3x_fused", "layer", {"mixing": "uuu", "weights": "shared"}),
    "Symmetric contraction of degree two": ("clebsch_gordan_symmetric", "cuequivariance_symmetric", "square", {}),
    "Edge convolution": ("so2,clebsch_gordan_edge:all", "e3nn_jax_edge", "edge", {}),
}
NOT_AS_MEANT = {("e3nn", "v2", "eager"), ("e3nn", "script", "compiled")}   # no author would run them so
