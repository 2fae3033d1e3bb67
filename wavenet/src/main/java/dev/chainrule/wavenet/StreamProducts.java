package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Products of one or two vectors of outputs with the inputs of several streams, whose eight sums
 * stay in registers. With more of them, which would need fewer loads, the compiler gives up keeping
 * vectors in registers at all.
 */
final class StreamProducts {
  private static final long BYTES = Lanes.BYTES;

  private StreamProducts() {}

  /**
   * One vector of outputs for eight streams.
   *
   * @param sums of a stream follow those of the one before after two vectors
   */
  static void oneByEight(long sums, long x, long xStride, long w, long row, int inputs) {
    FloatVector a0 = load(sums);
    FloatVector a1 = load(sums + 2 * BYTES);
    FloatVector a2 = load(sums + 4 * BYTES);
    FloatVector a3 = load(sums + 6 * BYTES);
    FloatVector a4 = load(sums + 8 * BYTES);
    FloatVector a5 = load(sums + 10 * BYTES);
    FloatVector a6 = load(sums + 12 * BYTES);
    FloatVector a7 = load(sums + 14 * BYTES);
    long x1 = x + xStride;
    long x2 = x1 + xStride;
    long x3 = x2 + xStride;
    long x4 = x3 + xStride;
    long x5 = x4 + xStride;
    long x6 = x5 + xStride;
    long x7 = x6 + xStride;
    for (int i = 0; i < inputs; i++, w += row) {
      long at = 4L * i;
      FloatVector v = load(w);
      a0 = v.fma(broadcast(Memory.getFloat(x + at)), a0);
      a1 = v.fma(broadcast(Memory.getFloat(x1 + at)), a1);
      a2 = v.fma(broadcast(Memory.getFloat(x2 + at)), a2);
      a3 = v.fma(broadcast(Memory.getFloat(x3 + at)), a3);
      a4 = v.fma(broadcast(Memory.getFloat(x4 + at)), a4);
      a5 = v.fma(broadcast(Memory.getFloat(x5 + at)), a5);
      a6 = v.fma(broadcast(Memory.getFloat(x6 + at)), a6);
      a7 = v.fma(broadcast(Memory.getFloat(x7 + at)), a7);
    }
    store(a0, sums);
    store(a1, sums + 2 * BYTES);
    store(a2, sums + 4 * BYTES);
    store(a3, sums + 6 * BYTES);
    store(a4, sums + 8 * BYTES);
    store(a5, sums + 10 * BYTES);
    store(a6, sums + 12 * BYTES);
    store(a7, sums + 14 * BYTES);
  }

  /** Two vectors of outputs for four streams. */
  static void twoByFour(long sums, long x, long xStride, long w, long row, int inputs) {
    FloatVector a00 = load(sums);
    FloatVector a01 = load(sums + BYTES);
    FloatVector a10 = load(sums + 2 * BYTES);
    FloatVector a11 = load(sums + 3 * BYTES);
    FloatVector a20 = load(sums + 4 * BYTES);
    FloatVector a21 = load(sums + 5 * BYTES);
    FloatVector a30 = load(sums + 6 * BYTES);
    FloatVector a31 = load(sums + 7 * BYTES);
    long x1 = x + xStride;
    long x2 = x1 + xStride;
    long x3 = x2 + xStride;
    for (int i = 0; i < inputs; i++, w += row) {
      long at = 4L * i;
      FloatVector w0 = load(w);
      FloatVector w1 = load(w + BYTES);
      FloatVector b0 = broadcast(Memory.getFloat(x + at));
      a00 = w0.fma(b0, a00);
      a01 = w1.fma(b0, a01);
      FloatVector b1 = broadcast(Memory.getFloat(x1 + at));
      a10 = w0.fma(b1, a10);
      a11 = w1.fma(b1, a11);
      FloatVector b2 = broadcast(Memory.getFloat(x2 + at));
      a20 = w0.fma(b2, a20);
      a21 = w1.fma(b2, a21);
      FloatVector b3 = broadcast(Memory.getFloat(x3 + at));
      a30 = w0.fma(b3, a30);
      a31 = w1.fma(b3, a31);
    }
    store(a00, sums);
    store(a01, sums + BYTES);
    store(a10, sums + 2 * BYTES);
    store(a11, sums + 3 * BYTES);
    store(a20, sums + 4 * BYTES);
    store(a21, sums + 5 * BYTES);
    store(a30, sums + 6 * BYTES);
    store(a31, sums + 7 * BYTES);
  }
}
