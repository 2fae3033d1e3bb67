package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** Weights as float32. */
final class FloatMatrix extends PackedMatrix {
  private static final long BYTES = Lanes.BYTES;

  FloatMatrix(Place place, Entries matrix, int outputs, int inputs) {
    super(place, Precision.FLOAT32, matrix, outputs, inputs);
  }

  @Override
  void packRow(long at, Entries matrix, int firstOutput, int vectors, int input) {
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
      FloatVector b = broadcast(x[from + i]);
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
      a2 = load(w + 2 * BYTES).fma(b, a2);
      a3 = load(w + 3 * BYTES).fma(b, a3);
      a4 = load(w + 4 * BYTES).fma(b, a4);
      a5 = load(w + 5 * BYTES).fma(b, a5);
      a6 = load(w + 6 * BYTES).fma(b, a6);
      a7 = load(w + 7 * BYTES).fma(b, a7);
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
      FloatVector b = broadcast(x[from + i]);
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
      a2 = load(w + 2 * BYTES).fma(b, a2);
      a3 = load(w + 3 * BYTES).fma(b, a3);
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
      FloatVector b = broadcast(x[from + i]);
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
  }
}
