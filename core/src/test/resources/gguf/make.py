"""Writes golden.gguf with the Python package gguf (0.19.0, numpy 2.4.6): every type of metadata,
and tensors of one to three dimensions.

    python make.py
"""
import numpy as np
from gguf import GGMLQuantizationType as T, GGUFValueType as V, GGUFWriter
from gguf.quants import quantize

writer = GGUFWriter("golden.gguf", "llama")
writer.add_string("a.string", "naïve 🙂")
writer.add_uint8("a.uint8", 200)
writer.add_int8("a.int8", -100)
writer.add_uint16("a.uint16", 60_000)
writer.add_int16("a.int16", -30_000)
writer.add_uint32("a.uint32", 4_000_000_000)
writer.add_int32("a.int32", -2_000_000_000)
writer.add_uint64("a.uint64", 2**63 - 1)
writer.add_int64("a.int64", -(2**62))
writer.add_float32("a.float32", 0.1)
writer.add_float64("a.float64", 1e300)
writer.add_bool("a.bool", True)
writer.add_array("strings", ["", "Ġthe", "日本"])
writer.add_array("integers", [1, -2, 3])
writer.add_array("floats", [0.5, -1.5])
writer.add_array("truths", [True, False])
writer.add_key_value("big", 2**64 - 1, V.UINT64)

values = np.arange(2 * 3 * 64, dtype=np.float32).reshape(2, 3, 64) / 7 - 20
writer.add_tensor("cube", values)
writer.add_tensor("half", values[0].astype(np.float16))
for kind in (T.BF16, T.Q8_0, T.Q4_1):
    writer.add_tensor(kind.name, quantize(values[1], kind), raw_dtype=kind)
writer.add_tensor("vector", np.array([1, -2.5, 3e-45], dtype=np.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
