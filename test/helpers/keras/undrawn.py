"""Random initialisers give zeros: for scripts that give weights of their own, or none. JAX compiles a draw for each shape."""

import keras
import numpy as np

for kind in ("VarianceScaling", "RandomUniform", "RandomNormal", "TruncatedNormal", "Orthogonal"):
    getattr(keras.initializers, kind).__call__ = lambda self, shape, dtype=None, **_options: np.zeros(shape, "float32")
