package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;

/** Weights as float32. */
final class FloatMatrix extends PackedMatrix {
  FloatMatrix(Entries matrix, int outputs, int inputs) {
    super(matrix, outputs, inputs, 4);
  }

  @Override
  long packRow(long at, Entries matrix, int firstOutput, int vectors, int input) {
    for (int o = 0; o < vectors * WIDTH; o++) {
      Memory.putFloat(at, entry(matrix, firstOutput + o, input));
      at += 4;
    }
    return at;
  }

  @Override
  void addProduct(long y, long x) {
    long w = weights.address();
    for (int left = paddedOutputs / WIDTH; left > 0; ) {
      int vectors = tile(left);
      switch (vectors) {
        case 8 -> eight(y, x, w, inputs);
        case 4 -> four(y, x, w, inputs);
        default -> two(y, x, w, inputs);
      }
      left -= vectors;
      y += (long) vectors * BYTES;
      w += (long) vectors * BYTES * inputs;
    }
  }

  private static void eight(long y, long x, long w, int inputs) {
    FloatVector a0 = load(y);
    FloatVector a1 = load(y + BYTES);
    FloatVector a2 = load(y + 2L * BYTES);
    FloatVector a3 = load(y + 3L * BYTES);
    FloatVector a4 = load(y + 4L * BYTES);
    FloatVector a5 = load(y + 5L * BYTES);
    FloatVector a6 = load(y + 6L * BYTES);
    FloatVector a7 = load(y + 7L * BYTES);
    for (int i = 0; i < inputs; i++, w += 8L * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
      a2 = load(w + 2L * BYTES).fma(b, a2);
      a3 = load(w + 3L * BYTES).fma(b, a3);
      a4 = load(w + 4L * BYTES).fma(b, a4);
      a5 = load(w + 5L * BYTES).fma(b, a5);
      a6 = load(w + 6L * BYTES).fma(b, a6);
      a7 = load(w + 7L * BYTES).fma(b, a7);
    }
    store(a0, y);
    store(a1, y + BYTES);
    store(a2, y + 2L * BYTES);
    store(a3, y + 3L * BYTES);
    store(a4, y + 4L * BYTES);
    store(a5, y + 5L * BYTES);
    store(a6, y + 6L * BYTES);
    store(a7, y + 7L * BYTES);
  }

  private static void four(long y, long x, long w, int inputs) {
    FloatVector a0 = load(y);
    FloatVector a1 = load(y + BYTES);
    FloatVector a2 = load(y + 2L * BYTES);
    FloatVector a3 = load(y + 3L * BYTES);
    for (int i = 0; i < inputs; i++, w += 4L * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
      a2 = load(w + 2L * BYTES).fma(b, a2);
      a3 = load(w + 3L * BYTES).fma(b, a3);
    }
    store(a0, y);
    store(a1, y + BYTES);
    store(a2, y + 2L * BYTES);
    store(a3, y + 3L * BYTES);
  }

  private static void two(long y, long x, long w, int inputs) {
    FloatVector a0 = load(y);
    FloatVector a1 = load(y + BYTES);
    for (int i = 0; i < inputs; i++, w += 2L * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
    }
    store(a0, y);
    store(a1, y + BYTES);
  }

  @Override
  void addFourProducts(long y, long yStride, long x, long xStride) {
    long w = weights.address();
    for (int left = paddedOutputs / WIDTH; left > 0; ) {
      int vectors = tile(left);
      long row = (long) vectors * BYTES;
      for (int v = 0; v < vectors; v += 2) {
        twoByFour(y, yStride, x, xStride, w + (long) v * BYTES, row, inputs);
        y += 2L * BYTES;
      }
      left -= vectors;
      w += row * inputs;
    }
  }

  private static void twoByFour(
      long y, long yStride, long x, long xStride, long w, long row, int inputs) {
    FloatVector a00 = load(y);
    FloatVector a01 = load(y + BYTES);
    FloatVector a10 = load(y + yStride);
    FloatVector a11 = load(y + yStride + BYTES);
    FloatVector a20 = load(y + 2 * yStride);
    FloatVector a21 = load(y + 2 * yStride + BYTES);
    FloatVector a30 = load(y + 3 * yStride);
    FloatVector a31 = load(y + 3 * yStride + BYTES);
    for (int i = 0; i < inputs; i++, w += row, x += 4) {
      FloatVector w0 = load(w);
      FloatVector w1 = load(w + BYTES);
      FloatVector b0 = broadcast(Memory.getFloat(x));
      a00 = w0.fma(b0, a00);
      a01 = w1.fma(b0, a01);
      FloatVector b1 = broadcast(Memory.getFloat(x + xStride));
      a10 = w0.fma(b1, a10);
      a11 = w1.fma(b1, a11);
      FloatVector b2 = broadcast(Memory.getFloat(x + 2 * xStride));
      a20 = w0.fma(b2, a20);
      a21 = w1.fma(b2, a21);
      FloatVector b3 = broadcast(Memory.getFloat(x + 3 * xStride));
      a30 = w0.fma(b3, a30);
      a31 = w1.fma(b3, a31);
    }
    store(a00, y);
    store(a01, y + BYTES);
    store(a10, y + yStride);
    store(a11, y + yStride + BYTES);
    store(a20, y + 2 * yStride);
    store(a21, y + 2 * yStride + BYTES);
    store(a30, y + 3 * yStride);
    store(a31, y + 3 * yStride + BYTES);
  }
}
