"""Writes Tests/NeuralNetworksTests/Fixtures/reference.safetensors with the format's own library.

    python -m venv /tmp/safetensors && /tmp/safetensors/bin/pip install safetensors==0.8.0 numpy
    /tmp/safetensors/bin/python Tests/ReferenceImplementations/safetensors_file.py

With a path as argument, reads that file instead and prints what the library finds in it.
"""

import pathlib
import sys

import numpy as np
import safetensors
from safetensors.numpy import save_file

if len(sys.argv) > 1:
    with safetensors.safe_open(sys.argv[1], framework="numpy") as file:
        print(safetensors.__version__, file.metadata())
        for name in sorted(file.keys()):
            values = file.get_tensor(name)
            print(name, values.dtype, values.shape, float(np.sum(values, dtype=np.float64)))
else:
    path = pathlib.Path(__file__).parents[1] / "NeuralNetworksTests/Fixtures/reference.safetensors"
    tensors = {
        "lstm0.bias": np.arange(8, dtype=np.float32) / 8 - 0.5,
        "dense1.weights": np.array([[0.1, -2.5, 3e-20], [1e20, 0, -0.0]], dtype=np.float32),
        "residuals.scale": np.array([1 / 3, 2.5e-300, -1e300], dtype=np.float64),
        "empty": np.zeros((0, 3), dtype=np.float32),
        "scalar": np.array(7.25, dtype=np.float64),
    }
    save_file(tensors, path, metadata={"card": '{"name":"loss rates","note":"line\nbreak, tab\t, é, 😀, \\ \u0001"}'})
    print(path, path.stat().st_size, path.read_bytes()[8:])
