package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import jdk.incubator.vector.FloatVector;

/**
 * Products of two vectors of outputs with the inputs of several streams, whose sums stay in
 * registers: a weight that was loaded serves all of them. Inputs and sums are arrays, since the
 * compiler has fewer nodes to spend than sixteen sums in memory segments would take.
 */
final class StreamProducts {
  /** Bytes from the weights of an input to those of the next. */
  private static final long ROW = (long) PackedTiles.PART * BYTES;

  private StreamProducts() {}

  /**
   * Adds {@code W x} of two vectors of outputs to the sums of eight streams.
   *
   * @param at the first stream's sums in {@code sums}, the next ones' follow after {@code stride}
   * @param from the first stream's inputs in {@code x}
   * @param weights address of the first input's
   */
  static void eight(
      float[] sums,
      int at,
      int stride,
      float[] x,
      int from,
      int xStride,
      long weights,
      int inputs) {
    long w = weights;
    int y1 = at + stride;
    int y2 = y1 + stride;
    int y3 = y2 + stride;
    int y4 = y3 + stride;
    int y5 = y4 + stride;
    int y6 = y5 + stride;
    int y7 = y6 + stride;
    int x1 = from + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int x4 = x3 + xStride;
    int x5 = x4 + xStride;
    int x6 = x5 + xStride;
    int x7 = x6 + xStride;
    FloatVector a00 = fromArray(FLOATS, sums, at);
    FloatVector a01 = fromArray(FLOATS, sums, at + WIDTH);
    FloatVector a10 = fromArray(FLOATS, sums, y1);
    FloatVector a11 = fromArray(FLOATS, sums, y1 + WIDTH);
    FloatVector a20 = fromArray(FLOATS, sums, y2);
    FloatVector a21 = fromArray(FLOATS, sums, y2 + WIDTH);
    FloatVector a30 = fromArray(FLOATS, sums, y3);
    FloatVector a31 = fromArray(FLOATS, sums, y3 + WIDTH);
    FloatVector a40 = fromArray(FLOATS, sums, y4);
    FloatVector a41 = fromArray(FLOATS, sums, y4 + WIDTH);
    FloatVector a50 = fromArray(FLOATS, sums, y5);
    FloatVector a51 = fromArray(FLOATS, sums, y5 + WIDTH);
    FloatVector a60 = fromArray(FLOATS, sums, y6);
    FloatVector a61 = fromArray(FLOATS, sums, y6 + WIDTH);
    FloatVector a70 = fromArray(FLOATS, sums, y7);
    FloatVector a71 = fromArray(FLOATS, sums, y7 + WIDTH);
    for (int i = 0; i < inputs; i++, w += ROW) {
      FloatVector v0 = fromMemorySegment(FLOATS, ALL, w, ORDER);
      FloatVector v1 = fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER);
      FloatVector b0 = FloatVector.broadcast(FLOATS, x[from + i]);
      a00 = v0.fma(b0, a00);
      a01 = v1.fma(b0, a01);
      FloatVector b1 = FloatVector.broadcast(FLOATS, x[x1 + i]);
      a10 = v0.fma(b1, a10);
      a11 = v1.fma(b1, a11);
      FloatVector b2 = FloatVector.broadcast(FLOATS, x[x2 + i]);
      a20 = v0.fma(b2, a20);
      a21 = v1.fma(b2, a21);
      FloatVector b3 = FloatVector.broadcast(FLOATS, x[x3 + i]);
      a30 = v0.fma(b3, a30);
      a31 = v1.fma(b3, a31);
      FloatVector b4 = FloatVector.broadcast(FLOATS, x[x4 + i]);
      a40 = v0.fma(b4, a40);
      a41 = v1.fma(b4, a41);
      FloatVector b5 = FloatVector.broadcast(FLOATS, x[x5 + i]);
      a50 = v0.fma(b5, a50);
      a51 = v1.fma(b5, a51);
      FloatVector b6 = FloatVector.broadcast(FLOATS, x[x6 + i]);
      a60 = v0.fma(b6, a60);
      a61 = v1.fma(b6, a61);
      FloatVector b7 = FloatVector.broadcast(FLOATS, x[x7 + i]);
      a70 = v0.fma(b7, a70);
      a71 = v1.fma(b7, a71);
    }
    a00.intoArray(sums, at);
    a01.intoArray(sums, at + WIDTH);
    a10.intoArray(sums, y1);
    a11.intoArray(sums, y1 + WIDTH);
    a20.intoArray(sums, y2);
    a21.intoArray(sums, y2 + WIDTH);
    a30.intoArray(sums, y3);
    a31.intoArray(sums, y3 + WIDTH);
    a40.intoArray(sums, y4);
    a41.intoArray(sums, y4 + WIDTH);
    a50.intoArray(sums, y5);
    a51.intoArray(sums, y5 + WIDTH);
    a60.intoArray(sums, y6);
    a61.intoArray(sums, y6 + WIDTH);
    a70.intoArray(sums, y7);
    a71.intoArray(sums, y7 + WIDTH);
  }

  /** The same for one stream. */
  static void one(float[] sums, int at, float[] x, int from, long weights, int inputs) {
    long w = weights;
    FloatVector a0 = fromArray(FLOATS, sums, at);
    FloatVector a1 = fromArray(FLOATS, sums, at + WIDTH);
    for (int i = 0; i < inputs; i++, w += ROW) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      a0 = fromMemorySegment(FLOATS, ALL, w, ORDER).fma(b, a0);
      a1 = fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER).fma(b, a1);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
  }

  /** The same for four streams. */
  static void four(
      float[] sums,
      int at,
      int stride,
      float[] x,
      int from,
      int xStride,
      long weights,
      int inputs) {
    long w = weights;
    int y1 = at + stride;
    int y2 = y1 + stride;
    int y3 = y2 + stride;
    int x1 = from + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    FloatVector a00 = fromArray(FLOATS, sums, at);
    FloatVector a01 = fromArray(FLOATS, sums, at + WIDTH);
    FloatVector a10 = fromArray(FLOATS, sums, y1);
    FloatVector a11 = fromArray(FLOATS, sums, y1 + WIDTH);
    FloatVector a20 = fromArray(FLOATS, sums, y2);
    FloatVector a21 = fromArray(FLOATS, sums, y2 + WIDTH);
    FloatVector a30 = fromArray(FLOATS, sums, y3);
    FloatVector a31 = fromArray(FLOATS, sums, y3 + WIDTH);
    for (int i = 0; i < inputs; i++, w += ROW) {
      FloatVector v0 = fromMemorySegment(FLOATS, ALL, w, ORDER);
      FloatVector v1 = fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER);
      FloatVector b0 = FloatVector.broadcast(FLOATS, x[from + i]);
      a00 = v0.fma(b0, a00);
      a01 = v1.fma(b0, a01);
      FloatVector b1 = FloatVector.broadcast(FLOATS, x[x1 + i]);
      a10 = v0.fma(b1, a10);
      a11 = v1.fma(b1, a11);
      FloatVector b2 = FloatVector.broadcast(FLOATS, x[x2 + i]);
      a20 = v0.fma(b2, a20);
      a21 = v1.fma(b2, a21);
      FloatVector b3 = FloatVector.broadcast(FLOATS, x[x3 + i]);
      a30 = v0.fma(b3, a30);
      a31 = v1.fma(b3, a31);
    }
    a00.intoArray(sums, at);
    a01.intoArray(sums, at + WIDTH);
    a10.intoArray(sums, y1);
    a11.intoArray(sums, y1 + WIDTH);
    a20.intoArray(sums, y2);
    a21.intoArray(sums, y2 + WIDTH);
    a30.intoArray(sums, y3);
    a31.intoArray(sums, y3 + WIDTH);
  }
}
