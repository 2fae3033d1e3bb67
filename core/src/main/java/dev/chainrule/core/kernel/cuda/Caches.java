package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheKernels;
import dev.chainrule.core.kernel.Rows;
import java.util.HashMap;
import java.util.Map;

/** What decoders keep on the GPU; kernels of attention are compiled for each head size. */
final class Caches implements CacheKernels {
  private final Gpu gpu;
  private final Kernel putRows;
  private final Map<Integer, Kernel> put = new HashMap<>();
  private final Map<Integer, Kernel> attend = new HashMap<>();

  Caches(Gpu gpu) {
    this.gpu = gpu;
    putRows = new Kernel(gpu, "cache", "put_rows", 256);
  }

  @Override
  public void putRows(Tensor table, Tensor ids, Tensor x) {
    putRows
        .launch()
        .floats(table)
        .ints(ids)
        .floats(x)
        .integer(table.dim(-1))
        .wide(x.size())
        .each(x.size());
  }

  @Override
  public void cachedAttention(
      Tensor y,
      Tensor keys,
      Tensor values,
      Rows q,
      Rows k,
      Rows v,
      Tensor streams,
      Tensor times,
      AttentionShape shape) {
    int headSize = keys.dim(3);
    int rows = Math.toIntExact(streams.size());
    long count = (long) rows * shape.numKvHeads() * headSize;
    kernel(put, "cache_put", headSize)
        .launch()
        .floats(keys)
        .floats(values)
        .pointer(Steps.address(k))
        .wide(k.stride())
        .pointer(Steps.address(v))
        .wide(v.stride())
        .ints(streams)
        .ints(times)
        .integer(shape.numKvHeads())
        .integer(keys.dim(2))
        .wide(count)
        .each(count);
    kernel(attend, "cache_attend", headSize)
        .launch()
        .floats(y)
        .floats(keys)
        .floats(values)
        .pointer(Steps.address(q))
        .wide(q.stride())
        .ints(streams)
        .ints(times)
        .integer(shape.numHeads())
        .integer(shape.group())
        .integer(keys.dim(2))
        .integer(shape.window())
        .number(shape.scale())
        .number(shape.softcap())
        .groups(rows, shape.numHeads(), 1);
  }

  private Kernel kernel(Map<Integer, Kernel> bySize, String name, int headSize) {
    return bySize.computeIfAbsent(
        headSize, size -> new Kernel(gpu, "cache", name, 256, "-DHS=" + size));
  }
}
