package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Incremental evaluation in an engine's own memory: what earlier elements left there is read and
 * written where arrays of integers say, so that a step calls the same operations on the same arrays
 * each time. On the CPU engines the reference's plain loops stand in: decoders in the processor's
 * memory have {@link RowKernels} and {@link SampleKernels}.
 */
public interface CacheKernels {
  /**
   * {@code table[ids[n]] = x[n]}; no number comes twice.
   *
   * @param table [V, C]
   * @param ids [N] int32
   * @param x [N, C]
   */
  void putRows(Tensor table, Tensor ids, Tensor x);

  /**
   * Stores the keys and values of all rows, then attends: a row sees the times of its stream up to
   * its own.
   *
   * @param y [N, NH HS]
   * @param keys [S, NKV, capacity, HS], with those of the earlier times
   * @param values as keys
   * @param q rows of NH HS
   * @param k rows of NKV HS
   * @param v rows of NKV HS
   * @param streams [N] int32
   * @param times [N] int32, below the capacity
   */
  void cachedAttention(
      Tensor y,
      Tensor keys,
      Tensor values,
      Rows q,
      Rows k,
      Rows v,
      Tensor streams,
      Tensor times,
      AttentionShape shape);
}
