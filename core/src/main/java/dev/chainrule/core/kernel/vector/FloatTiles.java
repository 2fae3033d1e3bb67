package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import jdk.incubator.vector.FloatVector;

/** Weights as float32. */
final class FloatTiles extends PackedTiles {
  private static final long BYTES = Lanes.BYTES;

  FloatTiles(Place place, SampleKernels.Entries matrix, int outputs, int inputs) {
    super(place, WeightFormat.FLOAT32, matrix, outputs, inputs);
  }

  @Override
  void packRow(long at, SampleKernels.Entries matrix, int firstOutput, int vectors, int input) {
    for (int o = 0; o < vectors * WIDTH; o++) {
      Memory.putFloat(at + 4L * o, entry(matrix, firstOutput + o, input));
    }
  }

  @Override
  long expand(long w, int count, long to) {
    return w;
  }

  @Override
  void tile(int vectors, float[] sums, int at, float[] x, int from, long w) {
    switch (vectors) {
      case 8 -> eight(sums, at, x, from, w, inputs);
      case 4 -> four(sums, at, x, from, w, inputs);
      default -> two(sums, at, x, from, w, inputs);
    }
  }

  private static void eight(float[] sums, int at, float[] x, int from, long weights, int inputs) {
    long w = weights;
    FloatVector a0 = fromArray(FLOATS, sums, at);
    FloatVector a1 = fromArray(FLOATS, sums, at + WIDTH);
    FloatVector a2 = fromArray(FLOATS, sums, at + 2 * WIDTH);
    FloatVector a3 = fromArray(FLOATS, sums, at + 3 * WIDTH);
    FloatVector a4 = fromArray(FLOATS, sums, at + 4 * WIDTH);
    FloatVector a5 = fromArray(FLOATS, sums, at + 5 * WIDTH);
    FloatVector a6 = fromArray(FLOATS, sums, at + 6 * WIDTH);
    FloatVector a7 = fromArray(FLOATS, sums, at + 7 * WIDTH);
    for (int i = 0; i < inputs; i++, w += 8 * BYTES) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      a0 = fromMemorySegment(FLOATS, ALL, w, ORDER).fma(b, a0);
      a1 = fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER).fma(b, a1);
      a2 = fromMemorySegment(FLOATS, ALL, w + 2 * BYTES, ORDER).fma(b, a2);
      a3 = fromMemorySegment(FLOATS, ALL, w + 3 * BYTES, ORDER).fma(b, a3);
      a4 = fromMemorySegment(FLOATS, ALL, w + 4 * BYTES, ORDER).fma(b, a4);
      a5 = fromMemorySegment(FLOATS, ALL, w + 5 * BYTES, ORDER).fma(b, a5);
      a6 = fromMemorySegment(FLOATS, ALL, w + 6 * BYTES, ORDER).fma(b, a6);
      a7 = fromMemorySegment(FLOATS, ALL, w + 7 * BYTES, ORDER).fma(b, a7);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
    a2.intoArray(sums, at + 2 * WIDTH);
    a3.intoArray(sums, at + 3 * WIDTH);
    a4.intoArray(sums, at + 4 * WIDTH);
    a5.intoArray(sums, at + 5 * WIDTH);
    a6.intoArray(sums, at + 6 * WIDTH);
    a7.intoArray(sums, at + 7 * WIDTH);
  }

  private static void four(float[] sums, int at, float[] x, int from, long weights, int inputs) {
    long w = weights;
    FloatVector a0 = fromArray(FLOATS, sums, at);
    FloatVector a1 = fromArray(FLOATS, sums, at + WIDTH);
    FloatVector a2 = fromArray(FLOATS, sums, at + 2 * WIDTH);
    FloatVector a3 = fromArray(FLOATS, sums, at + 3 * WIDTH);
    for (int i = 0; i < inputs; i++, w += 4 * BYTES) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      a0 = fromMemorySegment(FLOATS, ALL, w, ORDER).fma(b, a0);
      a1 = fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER).fma(b, a1);
      a2 = fromMemorySegment(FLOATS, ALL, w + 2 * BYTES, ORDER).fma(b, a2);
      a3 = fromMemorySegment(FLOATS, ALL, w + 3 * BYTES, ORDER).fma(b, a3);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
    a2.intoArray(sums, at + 2 * WIDTH);
    a3.intoArray(sums, at + 3 * WIDTH);
  }

  private static void two(float[] sums, int at, float[] x, int from, long weights, int inputs) {
    long w = weights;
    FloatVector a0 = fromArray(FLOATS, sums, at);
    FloatVector a1 = fromArray(FLOATS, sums, at + WIDTH);
    for (int i = 0; i < inputs; i++, w += 2 * BYTES) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      a0 = fromMemorySegment(FLOATS, ALL, w, ORDER).fma(b, a0);
      a1 = fromMemorySegment(FLOATS, ALL, w + BYTES, ORDER).fma(b, a1);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
  }
}
