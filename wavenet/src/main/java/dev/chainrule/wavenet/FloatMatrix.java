package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import java.lang.foreign.SegmentAllocator;
import jdk.incubator.vector.FloatVector;

/** Weights as float32. */
final class FloatMatrix extends PackedMatrix {
  private static final long BYTES = Lanes.BYTES;

  FloatMatrix(SegmentAllocator memory, Entries matrix, int outputs, int inputs) {
    super(memory, Precision.FLOAT32, matrix, outputs, inputs);
  }

  @Override
  void packRow(long at, Entries matrix, int firstOutput, int vectors, int input) {
    for (int o = 0; o < vectors * WIDTH; o++) {
      Memory.putFloat(at + 4L * o, entry(matrix, firstOutput + o, input));
    }
  }

  @Override
  long expand(long w, long row, int count, long to) {
    return w;
  }

  @Override
  void tile(int vectors, long y, long init, long x, long w, int output) {
    switch (vectors) {
      case 8 -> eight(y, init, x, w, inputs);
      case 4 -> four(y, init, x, w, inputs);
      default -> two(y, init, x, w, inputs);
    }
  }

  private static void eight(long y, long init, long x, long w, int inputs) {
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + BYTES);
    FloatVector a2 = load(init + 2 * BYTES);
    FloatVector a3 = load(init + 3 * BYTES);
    FloatVector a4 = load(init + 4 * BYTES);
    FloatVector a5 = load(init + 5 * BYTES);
    FloatVector a6 = load(init + 6 * BYTES);
    FloatVector a7 = load(init + 7 * BYTES);
    for (int i = 0; i < inputs; i++, w += 8 * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
      a2 = load(w + 2 * BYTES).fma(b, a2);
      a3 = load(w + 3 * BYTES).fma(b, a3);
      a4 = load(w + 4 * BYTES).fma(b, a4);
      a5 = load(w + 5 * BYTES).fma(b, a5);
      a6 = load(w + 6 * BYTES).fma(b, a6);
      a7 = load(w + 7 * BYTES).fma(b, a7);
    }
    store(a0, y);
    store(a1, y + BYTES);
    store(a2, y + 2 * BYTES);
    store(a3, y + 3 * BYTES);
    store(a4, y + 4 * BYTES);
    store(a5, y + 5 * BYTES);
    store(a6, y + 6 * BYTES);
    store(a7, y + 7 * BYTES);
  }

  private static void four(long y, long init, long x, long w, int inputs) {
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + BYTES);
    FloatVector a2 = load(init + 2 * BYTES);
    FloatVector a3 = load(init + 3 * BYTES);
    for (int i = 0; i < inputs; i++, w += 4 * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
      a2 = load(w + 2 * BYTES).fma(b, a2);
      a3 = load(w + 3 * BYTES).fma(b, a3);
    }
    store(a0, y);
    store(a1, y + BYTES);
    store(a2, y + 2 * BYTES);
    store(a3, y + 3 * BYTES);
  }

  private static void two(long y, long init, long x, long w, int inputs) {
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + BYTES);
    for (int i = 0; i < inputs; i++, w += 2 * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      a0 = load(w).fma(b, a0);
      a1 = load(w + BYTES).fma(b, a1);
    }
    store(a0, y);
    store(a1, y + BYTES);
  }
}
