"""Writes golden.safetensors with the reference implementation: safetensors 0.8.0, numpy 2.4.6,
ml_dtypes 0.6.0. Run: python make.py FOLDER"""

import sys

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

tensors = {
    "weight.f32": np.array([[1.5, -2.25, 3e-45], [np.inf, -np.inf, np.nan]], np.float32),
    "half": np.array([1.0, -0.5, 6e-8, 65504, np.inf], np.float16),
    "brain": np.array([[1.0], [-3.140625], [1e38]], ml_dtypes.bfloat16),
    "byte": np.array([-128, 0, 127], np.int8),
    "unsigned": np.array([0, 128, 255], np.uint8),
    "flag": np.array([True, False, True]),
    "short": np.array([-32768, 32767], np.int16),
    "int": np.array([[-2147483648], [2147483647]], np.int32),
    "long": np.array([-(2**63), 2**63 - 1, 2**53 + 1], np.int64),
    "double": np.array([0.1, -1e300], np.float64),
    "scalar": np.array(42.0, np.float32),
    "empty": np.zeros((0, 7), np.float32),
    "naïve \"name\"": np.array([7], np.int32),
}
save_file(tensors, sys.argv[1] + "/golden.safetensors", metadata={"format": "chainrule"})
