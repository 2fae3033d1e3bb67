package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Weights as pairs of bfloat16 in one int, taken apart by one shift. */
final class BFloat16Matrix extends PackedMatrix {
  private static final long BYTES = Lanes.BYTES;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  BFloat16Matrix(SegmentAllocator memory, Entries matrix, int outputs, int inputs) {
    super(memory, Precision.BFLOAT16, matrix, outputs, inputs);
  }

  @Override
  void packRow(long at, Entries matrix, int firstOutput, int vectors, int input) {
    for (int v = 0; v < vectors; v += 2) {
      for (int lane = 0; lane < WIDTH; lane++) {
        float high = entry(matrix, firstOutput + v * WIDTH + lane, input);
        float low = entry(matrix, firstOutput + (v + 1) * WIDTH + lane, input);
        long to = at + 2L * v * WIDTH + 4L * lane;
        Memory.putFloat(to, Float.intBitsToFloat(pair(high, low)));
      }
    }
  }

  /**
   * Two weights in an int. The product takes the whole int for the upper one, so that no mask is
   * needed: its upper half is chosen so that the int is nearest to it whatever the lower half is.
   */
  static int pair(float high, float low) {
    int lower = round(Float.floatToRawIntBits(low)) >>> 16;
    int bits = Float.floatToRawIntBits(high);
    return (round(bits - lower) & 0xFFFF0000) | lower;
  }

  /** To the nearest multiple of 2^16. */
  private static int round(int bits) {
    return bits + 0x8000;
  }

  private static IntVector loadPair(long address) {
    return IntVector.fromMemorySegment(Lanes.INTS, Memory.ALL, address, ORDER);
  }

  private static FloatVector high(IntVector pair) {
    return pair.reinterpretAsFloats();
  }

  private static FloatVector low(IntVector pair) {
    return pair.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  @Override
  long expand(long w, long row, int count, long to) {
    long next = to;
    for (int i = 0; i < count; i++) {
      IntVector pair = loadPair(w + row * i);
      store(high(pair), next);
      store(low(pair), next + BYTES);
      next += PART * BYTES;
    }
    return to;
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
    for (int i = 0; i < inputs; i++, w += 4 * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      IntVector p0 = loadPair(w);
      a0 = high(p0).fma(b, a0);
      a1 = low(p0).fma(b, a1);
      IntVector p1 = loadPair(w + BYTES);
      a2 = high(p1).fma(b, a2);
      a3 = low(p1).fma(b, a3);
      IntVector p2 = loadPair(w + 2 * BYTES);
      a4 = high(p2).fma(b, a4);
      a5 = low(p2).fma(b, a5);
      IntVector p3 = loadPair(w + 3 * BYTES);
      a6 = high(p3).fma(b, a6);
      a7 = low(p3).fma(b, a7);
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
    for (int i = 0; i < inputs; i++, w += 2 * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      IntVector p0 = loadPair(w);
      a0 = high(p0).fma(b, a0);
      a1 = low(p0).fma(b, a1);
      IntVector p1 = loadPair(w + BYTES);
      a2 = high(p1).fma(b, a2);
      a3 = low(p1).fma(b, a3);
    }
    store(a0, y);
    store(a1, y + BYTES);
    store(a2, y + 2 * BYTES);
    store(a3, y + 3 * BYTES);
  }

  private static void two(long y, long init, long x, long w, int inputs) {
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + BYTES);
    for (int i = 0; i < inputs; i++, w += BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      IntVector p0 = loadPair(w);
      a0 = high(p0).fma(b, a0);
      a1 = low(p0).fma(b, a1);
    }
    store(a0, y);
    store(a1, y + BYTES);
  }
}
