package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.blas.Gemm;

/**
 * Causal self-attention in blocks of queries: a block of R queries needs the keys up to its last
 * query only, so that for long sequences nearly half of the square is never computed, and no more
 * than [R, T] of it exists at a time. The backward pass computes the probabilities again from the
 * saved logarithms of their sums (Dao et al. 2022).
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
    return 4L * (2L * Math.min(BLOCK, time) * time + BLOCK);
  }

  void forward(long y, long logSumExp, long qkv, int batch, long scratch) {
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        long q = qkv + 4L * ((long) b * time * 3 * width + (long) h * headSize);
        long out = y + 4L * ((long) b * time * width + (long) h * headSize);
        long lse = logSumExp + 4L * (((long) b * heads + h) * time);
        for (int from = 0; from < time; from += BLOCK) {
          forwardBlock(out, lse, q, from, Math.min(from + BLOCK, time), scratch);
        }
      }
    }
  }

  private void forwardBlock(long y, long logSumExp, long q, int from, int to, long p) {
    long k = q + 4L * width;
    long v = q + 8L * width;
    int rows = to - from;
    int row3 = 3 * width;
    gemm.sgemm(false, true, rows, to, headSize, 1f, q + 4L * from * row3, row3, k, row3, 0f, p, to);
    for (int r = 0; r < rows; r++) {
      long pr = p + 4L * r * to;
      int visible = from + r + 1;
      float max = Softmax.max(pr, visible) * scale;
      float sum = Softmax.expAndSum(pr, pr, scale, max, visible);
      Softmax.scale(pr, pr, 1 / sum, visible);
      Elementwise.fill(pr + 4L * visible, 0, to - visible);
      Memory.putFloat(logSumExp + 4L * (from + r), max + (float) Math.log(sum));
    }
    gemm.sgemm(
        false, false, rows, headSize, to, 1f, p, to, v, row3, 0f, y + 4L * from * width, width);
  }

  void backward(long dQkv, long dY, long y, long logSumExp, long qkv, int batch, long scratch) {
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        long at = 4L * ((long) b * time * 3 * width + (long) h * headSize);
        long outAt = 4L * ((long) b * time * width + (long) h * headSize);
        long lse = logSumExp + 4L * (((long) b * heads + h) * time);
        for (int from = 0; from < time; from += BLOCK) {
          int to = Math.min(from + BLOCK, time);
          backwardBlock(dQkv + at, dY + outAt, y + outAt, lse, qkv + at, from, to, scratch);
        }
      }
    }
  }

  /** Adds to all of dQ, dK and dV. */
  private void backwardBlock(
      long dQ, long dY, long y, long logSumExp, long q, int from, int to, long scratch) {
    int rows = to - from;
    int row3 = 3 * width;
    long k = q + 4L * width;
    long v = q + 8L * width;
    long p = scratch;
    long dP = scratch + 4L * rows * to;
    long qFrom = q + 4L * from * row3;
    long dQFrom = dQ + 4L * from * row3;
    long dYFrom = dY + 4L * from * width;
    gemm.sgemm(false, true, rows, to, headSize, 1f, qFrom, row3, k, row3, 0f, p, to);
    gemm.sgemm(false, true, rows, to, headSize, 1f, dYFrom, width, v, row3, 0f, dP, to);
    for (int r = 0; r < rows; r++) {
      int visible = from + r + 1;
      float lse = Memory.getFloat(logSumExp + 4L * (from + r));
      long rowAt = 4L * (from + r) * width;
      float dot = AttentionRows.dot(dY + rowAt, y + rowAt, headSize);
      long pr = p + 4L * r * to;
      long dPr = dP + 4L * r * to;
      AttentionRows.softmaxBackward(pr, dPr, scale, lse, dot, visible);
      Elementwise.fill(pr + 4L * visible, 0, to - visible);
      Elementwise.fill(dPr + 4L * visible, 0, to - visible);
    }
    long dK = dQ + 4L * width;
    long dV = dQ + 8L * width;
    gemm.sgemm(true, false, to, headSize, rows, 1f, p, to, dYFrom, width, 1f, dV, row3);
    gemm.sgemm(false, false, rows, headSize, to, 1f, dP, to, k, row3, 1f, dQFrom, row3);
    gemm.sgemm(true, false, to, headSize, rows, 1f, dP, to, qFrom, row3, 1f, dK, row3);
  }
}
