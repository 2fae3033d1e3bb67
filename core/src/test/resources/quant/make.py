"""Writes blocks.safetensors with the Python package gguf (0.19.0, numpy 2.4.6): for each format
some blocks of random bytes and the numbers in them, and where gguf rounds to the format, numbers
and their blocks. With a path to llama.cpp's libggml-base.so as the second argument, the blocks of
Q4_K, Q5_K and Q6_K are those of ggml_quantize_chunk.

    python make.py [BLOCKS [LIBGGML]]
"""
import ctypes
import json
import struct
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as T
from gguf.quants import dequantize, quantize

rng = np.random.default_rng(20261128)
count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
FORMATS = "F32 F16 BF16 Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q3_K Q4_K Q5_K Q6_K".split()
# Where a block keeps numbers in half precision.
HALVES = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q2_K": [80, 82],
          "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
tensors = {}


def halves(n):
    values = (rng.standard_normal(n) * 10.0 ** rng.integers(-8, 3, n)).astype(np.float16)
    values[rng.random(n) < 0.1] = 0
    return values


def random_blocks(name):
    size, length = GGML_QUANT_SIZES[T[name]]
    if size == 1:
        n = 33 * count
        values = (rng.standard_normal(n) * 10.0 ** rng.integers(-9, 4, n)).astype(np.float32)
        return quantize(values, T[name]).view(np.uint8)
    blocks = rng.integers(0, 256, (count, length), dtype=np.uint8)
    for at in HALVES[name]:
        blocks[:, at:at + 2] = halves(count).view(np.uint8).reshape(count, 2)
    return blocks


def numbers(size):
    """Weights as they are, with outliers, and groups that are zero, constant or of one sign."""
    rows = rng.standard_normal((count + 4, size)) * 10.0 ** rng.integers(-4, 2, (count + 4, 1))
    rows[0] = 0
    rows[1] = rng.standard_normal()
    rows[2] = abs(rows[2])
    rows[3, rng.integers(size)] *= 30
    return rows.astype(np.float32)


def chunk_by_ggml(library, name, rows):
    size, length = GGML_QUANT_SIZES[T[name]]
    out = np.zeros((rows.shape[0], length), dtype=np.uint8)
    ggml = ctypes.CDLL(library)
    ggml.ggml_quantize_chunk.restype = ctypes.c_size_t
    ggml.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
                                         ctypes.c_int64, ctypes.c_int64, ctypes.c_int64,
                                         ctypes.c_void_p]
    written = ggml.ggml_quantize_chunk(int(T[name]), rows.ctypes.data, out.ctypes.data, 0,
                                       rows.shape[0], size, None)
    assert written == out.size, (written, out.size)
    return out


for name in FORMATS:
    size, _ = GGML_QUANT_SIZES[T[name]]
    blocks = random_blocks(name)
    tensors[name + ".blocks"] = blocks.reshape(-1)
    tensors[name + ".values"] = dequantize(blocks, T[name]).reshape(-1).astype(np.float32)
    rows = numbers(max(size, 32))
    if name in ("Q4_K", "Q5_K", "Q6_K"):
        if len(sys.argv) > 2:
            tensors[name + ".numbers"] = rows.reshape(-1)
            tensors[name + ".rounded"] = chunk_by_ggml(sys.argv[2], name, rows).reshape(-1)
    elif name not in ("F32", "Q2_K", "Q3_K"):
        tensors[name + ".numbers"] = rows.reshape(-1)
        tensors[name + ".rounded"] = quantize(rows, T[name]).view(np.uint8).reshape(-1)

header, data = {}, b""
ordered = sorted(tensors.items(), key=lambda item: (item[1].dtype == np.uint8, item[0]))
for name, values in ordered:
    kind = "U8" if values.dtype == np.uint8 else "F32"
    raw = values.tobytes()
    header[name] = {"dtype": kind, "shape": [int(values.size)],
                    "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open("blocks.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
