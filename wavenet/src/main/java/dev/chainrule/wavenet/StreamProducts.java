package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Products of a few vectors of outputs with the inputs of four streams: every weight is loaded once
 * for four streams and every input once for all outputs, and all sums stay in registers.
 */
final class StreamProducts {
  private static final long BYTES = Lanes.BYTES;

  private StreamProducts() {}

  /** Four vectors of outputs. */
  static void fourByFour(long sums, long x, long xStride, long w, long row, int inputs) {
    FloatVector a00 = load(sums);
    FloatVector a01 = load(sums + BYTES);
    FloatVector a02 = load(sums + 2 * BYTES);
    FloatVector a03 = load(sums + 3 * BYTES);
    FloatVector a10 = load(sums + 4 * BYTES);
    FloatVector a11 = load(sums + 5 * BYTES);
    FloatVector a12 = load(sums + 6 * BYTES);
    FloatVector a13 = load(sums + 7 * BYTES);
    FloatVector a20 = load(sums + 8 * BYTES);
    FloatVector a21 = load(sums + 9 * BYTES);
    FloatVector a22 = load(sums + 10 * BYTES);
    FloatVector a23 = load(sums + 11 * BYTES);
    FloatVector a30 = load(sums + 12 * BYTES);
    FloatVector a31 = load(sums + 13 * BYTES);
    FloatVector a32 = load(sums + 14 * BYTES);
    FloatVector a33 = load(sums + 15 * BYTES);
    long x1 = x + xStride;
    long x2 = x1 + xStride;
    long x3 = x2 + xStride;
    for (int i = 0; i < inputs; i++, w += row) {
      long at = 4L * i;
      FloatVector w0 = load(w);
      FloatVector w1 = load(w + BYTES);
      FloatVector w2 = load(w + 2 * BYTES);
      FloatVector w3 = load(w + 3 * BYTES);
      FloatVector b0 = broadcast(Memory.getFloat(x + at));
      a00 = w0.fma(b0, a00);
      a01 = w1.fma(b0, a01);
      a02 = w2.fma(b0, a02);
      a03 = w3.fma(b0, a03);
      FloatVector b1 = broadcast(Memory.getFloat(x1 + at));
      a10 = w0.fma(b1, a10);
      a11 = w1.fma(b1, a11);
      a12 = w2.fma(b1, a12);
      a13 = w3.fma(b1, a13);
      FloatVector b2 = broadcast(Memory.getFloat(x2 + at));
      a20 = w0.fma(b2, a20);
      a21 = w1.fma(b2, a21);
      a22 = w2.fma(b2, a22);
      a23 = w3.fma(b2, a23);
      FloatVector b3 = broadcast(Memory.getFloat(x3 + at));
      a30 = w0.fma(b3, a30);
      a31 = w1.fma(b3, a31);
      a32 = w2.fma(b3, a32);
      a33 = w3.fma(b3, a33);
    }
    store(a00, sums);
    store(a01, sums + BYTES);
    store(a02, sums + 2 * BYTES);
    store(a03, sums + 3 * BYTES);
    store(a10, sums + 4 * BYTES);
    store(a11, sums + 5 * BYTES);
    store(a12, sums + 6 * BYTES);
    store(a13, sums + 7 * BYTES);
    store(a20, sums + 8 * BYTES);
    store(a21, sums + 9 * BYTES);
    store(a22, sums + 10 * BYTES);
    store(a23, sums + 11 * BYTES);
    store(a30, sums + 12 * BYTES);
    store(a31, sums + 13 * BYTES);
    store(a32, sums + 14 * BYTES);
    store(a33, sums + 15 * BYTES);
  }

  /** Two vectors of outputs. */
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
