package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.blas.Gemm;

/**
 * Causal self-attention in blocks of queries: a block of R queries needs the keys from the first
 * that its first query sees up to its last query, so that for long sequences nearly half of the
 * square is never computed, with a window far more, and no more than [R, T] of it exists at a time.
 * The backward pass computes the probabilities again from the saved logarithms of their sums (Dao
 * et al. 2022). Scores are computed transposed, for {@link AttentionScores}.
 */
final class CausalAttention {
  /** Queries in a block: large enough for the product to run at full speed. */
  static final int BLOCK = 64;

  /**
   * How far apart the rows of two positions lie.
   *
   * @param q elements between queries, and between their gradients
   * @param kv between keys, values and their gradients
   * @param y between outputs, and between their gradients
   */
  record Strides(int q, int kv, int y) {}

  /**
   * Where arrays begin; 0 for what is not wanted.
   *
   * @param q [B, T, NH * HS]
   * @param k [B, T, NKV * HS]
   * @param v [B, T, NKV * HS]
   */
  record Places(long q, long k, long v) {
    private Places at(long qElements, long kvElements) {
      return new Places(
          q == 0 ? 0 : q + 4 * qElements,
          k == 0 ? 0 : k + 4 * kvElements,
          v == 0 ? 0 : v + 4 * kvElements);
    }
  }

  private final Gemm gemm;
  private final int time;
  private final int headSize;
  private final AttentionShape shape;
  private final Strides strides;
  private final float scale;

  CausalAttention(Gemm gemm, int time, int headSize, AttentionShape shape, Strides strides) {
    this.gemm = gemm;
    this.time = time;
    this.headSize = headSize;
    this.shape = shape;
    this.strides = strides;
    this.scale = (float) shape.scale();
  }

  /** Bytes of scratch memory that both passes need. */
  static long scratchBytes(int time) {
    return 4L * AttentionScores.stride(Math.min(BLOCK, time)) * (3L * time + 2);
  }

  void forward(long y, long logSumExp, Places in, int batch, long scratch) {
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < shape.numHeads(); h++) {
        Places head = head(in, b, h);
        long out = y + 4L * ((long) b * time * strides.y + (long) h * headSize);
        long lse = logSumExp + 4L * (((long) b * shape.numHeads() + h) * time);
        for (int from = 0; from < time; from += BLOCK) {
          int to = Math.min(from + BLOCK, time);
          long yFrom = out + 4L * from * strides.y;
          forwardBlock(yFrom, lse + 4L * from, head, from, to, scratch);
        }
      }
    }
  }

  private Places head(Places all, int b, int h) {
    long position = (long) b * time;
    return all.at(
        position * strides.q + (long) h * headSize,
        position * strides.kv + (long) (h / shape.group()) * headSize);
  }

  private void forwardBlock(long y, long logSumExp, Places in, int from, int to, long scratch) {
    int rows = to - from;
    int first = shape.first(from);
    int keys = to - first;
    int stride = AttentionScores.stride(rows);
    Places block = in.at((long) from * strides.q, (long) first * strides.kv);
    long max = scratch;
    long sum = max + 4L * stride;
    long p = sum + 4L * stride;
    scores(p, block, rows, keys, stride);
    float factor = capAndHide(p, 0, from, first, keys, rows, stride);
    AttentionScores.exponentials(p, max, sum, factor, from - first, keys, stride);
    gemm.sgemm(
        true, false, rows, headSize, keys, 1f, p, stride, block.v, strides.kv, 0f, y, strides.y);
    for (int r = 0; r < rows; r++) {
      float total = Memory.getFloat(sum + 4L * r);
      long yr = y + 4L * r * strides.y;
      Softmax.scale(yr, yr, 1 / total, headSize);
      float lse = Memory.getFloat(max + 4L * r) + (float) Math.log(total);
      Memory.putFloat(logSumExp + 4L * r, lse);
    }
  }

  private void scores(long p, Places block, int rows, int keys, int stride) {
    gemm.sgemm(
        false,
        true,
        keys,
        rows,
        headSize,
        1f,
        block.k,
        strides.kv,
        block.q,
        strides.q,
        0f,
        p,
        stride);
  }

  /**
   * Caps the scores [keys, stride], and hides from each query the keys before its window.
   *
   * @param slopes where what the cap's slope and scale come to is kept; 0 for nowhere
   * @return what the softmax is to multiply the scores with
   */
  private float capAndHide(
      long p, long slopes, int from, int first, int keys, int rows, int stride) {
    float cap = (float) shape.softcap();
    if (cap > 0) {
      SoftCap.forward(p, slopes, p, scale / cap, cap, Math.multiplyExact(keys, stride));
    }
    int window = shape.window();
    for (int key = 0; window > 0 && key < keys; key++) {
      int hiddenFrom = first + key + window - from;
      if (hiddenFrom >= rows) {
        break;
      }
      long at = p + 4L * ((long) key * stride + hiddenFrom);
      Elementwise.fill(at, Float.NEGATIVE_INFINITY, rows - hiddenFrom);
    }
    return cap > 0 ? 1f : scale;
  }

  /**
   * The last block comes first: without a window it reaches all keys, and writes what others add
   * to.
   */
  void backward(
      Places d, boolean accumulate, long dY, long logSumExp, Places in, int batch, long scratch) {
    int last = (time - 1) / BLOCK * BLOCK;
    boolean clears = !accumulate && shape.first(last) > 0;
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < shape.numHeads(); h++) {
        Places dHead = head(d, b, h);
        boolean later = accumulate || h % shape.group() > 0;
        if (clears && !later) {
          clear(dHead.k);
          clear(dHead.v);
        }
        long out = dY + 4L * ((long) b * time * strides.y + (long) h * headSize);
        long lse = logSumExp + 4L * (((long) b * shape.numHeads() + h) * time);
        for (int from = last; from >= 0; from -= BLOCK) {
          boolean add = later || clears || from < last;
          long dYFrom = out + 4L * from * strides.y;
          Places head = head(in, b, h);
          backwardBlock(dHead, accumulate, add, dYFrom, lse + 4L * from, head, from, scratch);
        }
      }
    }
  }

  /** Sets the gradients of a head's keys or values to zero. */
  private void clear(long d) {
    for (int t = 0; t < time && d != 0; t++) {
      Elementwise.fill(d + 4L * t * strides.kv, 0f, headSize);
    }
  }

  /**
   * One block.
   *
   * @param accumulate whether to add to dQ
   * @param add whether to add to dK and dV
   */
  private void backwardBlock(
      Places d,
      boolean accumulate,
      boolean add,
      long dY,
      long logSumExp,
      Places in,
      int from,
      long scratch) {
    int rows = Math.min(from + BLOCK, time) - from;
    int first = shape.first(from);
    int keys = from + rows - first;
    int stride = AttentionScores.stride(rows);
    Places block = in.at((long) from * strides.q, (long) first * strides.kv);
    Places to = d.at((long) from * strides.q, (long) first * strides.kv);
    long lse = scratch;
    long p = lse + 4L * stride;
    long dP = p + 4L * stride * keys;
    long slopes = dP + 4L * stride * keys;
    Linear.copy(lse, logSumExp, rows);
    scores(p, block, rows, keys, stride);
    float factor = capAndHide(p, slopes, from, first, keys, rows, stride);
    gemm.sgemm(
        false, true, keys, rows, headSize, 1f, block.v, strides.kv, dY, strides.y, 0f, dP, stride);
    AttentionScores.backward(p, dP, lse, factor, from - first, keys, stride);
    if (shape.softcap() > 0) {
      Activations.multiply(dP, false, dP, slopes, Math.multiplyExact(keys, stride));
    }
    float betaKv = add ? 1f : 0f;
    times(to.v, strides.kv, betaKv, false, p, stride, keys, dY, strides.y, rows);
    times(to.k, strides.kv, betaKv, false, dP, stride, keys, block.q, strides.q, rows);
    float betaQ = accumulate ? 1f : 0f;
    times(to.q, strides.q, betaQ, true, dP, stride, rows, block.k, strides.kv, keys);
  }

  /** A gradient [count, HS], if it is wanted: scores, or their transpose, times vectors. */
  private void times(
      long c,
      int rowC,
      float beta,
      boolean transpose,
      long scores,
      int stride,
      int count,
      long vectors,
      int row,
      int inner) {
    if (c != 0) {
      gemm.sgemm(
          transpose, false, count, headSize, inner, 1f, scores, stride, vectors, row, beta, c,
          rowC);
    }
  }
}
