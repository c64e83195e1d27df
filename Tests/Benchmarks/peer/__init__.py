"""The Python peer of a whole run, in parts; see whole_run_peer.py."""

import os
import sys

for name, value in {
    "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
}.items():
    os.environ[name] = value
# Set on some machines for old BLAS builds; they slow a current numpy.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

try:
    import keras  # noqa: F401
    import numpy  # noqa: F401
    import safetensors  # noqa: F401
    import tensorflow  # noqa: F401
except ImportError as error:
    sys.exit(f"{error}: install with  pip install keras tensorflow-cpu numpy safetensors")
