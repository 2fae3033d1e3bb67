package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.blas.Gemm;

/**
 * Causal self-attention in blocks of queries: a block of R queries needs the keys up to its last
 * query only, so that for long sequences nearly half of the square is never computed, and no more
 * than [R, T] of it exists at a time. The backward pass computes the probabilities again from the
 * saved logarithms of their sums (Dao et al. 2022). Scores are computed transposed, for {@link
 * AttentionScores}.
 */
final class CausalAttention {
  /** Queries in a block: large enough for the product to run at full speed. */
  static final int BLOCK = 64;

  private final Gemm gemm;
  private final int time;
  private final int heads;
  private final int headSize;
  private final int width;
  private final float scale;

  CausalAttention(Gemm gemm, int time, int heads, int headSize) {
    this.gemm = gemm;
    this.time = time;
    this.heads = heads;
    this.headSize = headSize;
    this.width = heads * headSize;
    this.scale = (float) (1 / Math.sqrt(headSize));
  }

  /** Bytes of scratch memory that both passes need. */
  static long scratchBytes(int time) {
    return 4L * AttentionScores.stride(Math.min(BLOCK, time)) * (2L * time + 2);
  }

  void forward(long y, long logSumExp, long qkv, int batch, long scratch) {
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        long q = qkv + 4L * ((long) b * time * 3 * width + (long) h * headSize);
        long out = y + 4L * ((long) b * time * width + (long) h * headSize);
        long lse = logSumExp + 4L * (((long) b * heads + h) * time);
        for (int from = 0; from < time; from += BLOCK) {
          int to = Math.min(from + BLOCK, time);
          long start = 4L * from * width;
          forwardBlock(out + start, lse + 4L * from, q, q + 3 * start, from, to, scratch);
        }
      }
    }
  }

  private void forwardBlock(
      long y, long logSumExp, long qkv, long q, int from, int to, long scratch) {
    long k = qkv + 4L * width;
    long v = qkv + 8L * width;
    int rows = to - from;
    int row3 = 3 * width;
    int stride = AttentionScores.stride(rows);
    long max = scratch;
    long sum = max + 4L * stride;
    long p = sum + 4L * stride;
    gemm.sgemm(false, true, to, rows, headSize, 1f, k, row3, q, row3, 0f, p, stride);
    AttentionScores.exponentials(p, max, sum, scale, from, to, stride);
    gemm.sgemm(true, false, rows, headSize, to, 1f, p, stride, v, row3, 0f, y, width);
    for (int r = 0; r < rows; r++) {
      float total = Memory.getFloat(sum + 4L * r);
      long yr = y + 4L * r * width;
      Softmax.scale(yr, yr, 1 / total, headSize);
      float lse = Memory.getFloat(max + 4L * r) + (float) Math.log(total);
      Memory.putFloat(logSumExp + 4L * r, lse);
    }
  }

  /** The last block comes first, because it reaches all keys: it writes what others add to. */
  void backward(
      long dQkv, boolean accumulate, long dY, long logSumExp, long qkv, int batch, long scratch) {
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        long at = 4L * ((long) b * time * 3 * width + (long) h * headSize);
        long out = dY + 4L * ((long) b * time * width + (long) h * headSize);
        long lse = logSumExp + 4L * (((long) b * heads + h) * time);
        int last = (time - 1) / BLOCK * BLOCK;
        for (int from = last; from >= 0; from -= BLOCK) {
          int to = Math.min(from + BLOCK, time);
          boolean add = accumulate || from < last;
          backwardBlock(dQkv + at, accumulate, add, out, lse, qkv + at, from, to, scratch);
        }
      }
    }
  }

  /**
   * One block.
   *
   * @param accumulate whether to add to dQ
   * @param add whether to add to dK and dV
   */
  private void backwardBlock(
      long dQkv,
      boolean accumulate,
      boolean add,
      long dOut,
      long logSumExp,
      long qkv,
      int from,
      int to,
      long scratch) {
    int rows = to - from;
    int row3 = 3 * width;
    int stride = AttentionScores.stride(rows);
    long k = qkv + 4L * width;
    long v = qkv + 8L * width;
    long q = qkv + 4L * from * row3;
    long dQ = dQkv + 4L * from * row3;
    long dK = dQkv + 4L * width;
    long dV = dQkv + 8L * width;
    long dY = dOut + 4L * from * width;
    long lse = scratch;
    long p = lse + 4L * stride;
    long dP = p + 4L * stride * to;
    Linear.copy(lse, logSumExp + 4L * from, rows);
    gemm.sgemm(false, true, to, rows, headSize, 1f, k, row3, q, row3, 0f, p, stride);
    gemm.sgemm(false, true, to, rows, headSize, 1f, v, row3, dY, width, 0f, dP, stride);
    AttentionScores.backward(p, dP, lse, scale, from, to, stride);
    float betaKv = add ? 1f : 0f;
    float betaQ = accumulate ? 1f : 0f;
    gemm.sgemm(false, false, to, headSize, rows, 1f, p, stride, dY, width, betaKv, dV, row3);
    gemm.sgemm(false, false, to, headSize, rows, 1f, dP, stride, q, row3, betaKv, dK, row3);
    gemm.sgemm(true, false, rows, headSize, to, 1f, dP, stride, k, row3, betaQ, dQ, row3);
  }
}
