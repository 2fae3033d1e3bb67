package dev.chainrule.wavenet;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Weights as pairs of bfloat16 in one int, taken apart by one shift. */
final class BFloat16Matrix extends PackedMatrix {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  BFloat16Matrix(Entries matrix, int outputs, int inputs) {
    super(matrix, outputs, inputs, 2);
  }

  @Override
  long packRow(long at, Entries matrix, int firstOutput, int vectors, int input) {
    for (int v = 0; v < vectors; v += 2) {
      for (int lane = 0; lane < WIDTH; lane++) {
        float high = entry(matrix, firstOutput + v * WIDTH + lane, input);
        float low = entry(matrix, firstOutput + (v + 1) * WIDTH + lane, input);
        Memory.putFloat(at, Float.intBitsToFloat(pair(high, low)));
        at += 4;
      }
    }
    return at;
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
      w += (long) vectors * (BYTES / 2) * inputs;
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
    for (int i = 0; i < inputs; i++, w += 4L * BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      IntVector p0 = loadPair(w);
      a0 = high(p0).fma(b, a0);
      a1 = low(p0).fma(b, a1);
      IntVector p1 = loadPair(w + BYTES);
      a2 = high(p1).fma(b, a2);
      a3 = low(p1).fma(b, a3);
      IntVector p2 = loadPair(w + 2L * BYTES);
      a4 = high(p2).fma(b, a4);
      a5 = low(p2).fma(b, a5);
      IntVector p3 = loadPair(w + 3L * BYTES);
      a6 = high(p3).fma(b, a6);
      a7 = low(p3).fma(b, a7);
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
    for (int i = 0; i < inputs; i++, w += 2L * BYTES) {
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
    store(a2, y + 2L * BYTES);
    store(a3, y + 3L * BYTES);
  }

  private static void two(long y, long x, long w, int inputs) {
    FloatVector a0 = load(y);
    FloatVector a1 = load(y + BYTES);
    for (int i = 0; i < inputs; i++, w += BYTES) {
      FloatVector b = broadcast(Memory.getFloat(x + 4L * i));
      IntVector p0 = loadPair(w);
      a0 = high(p0).fma(b, a0);
      a1 = low(p0).fma(b, a1);
    }
    store(a0, y);
    store(a1, y + BYTES);
  }

  @Override
  void addFourProducts(long y, long yStride, long x, long xStride) {
    long w = weights.address();
    for (int left = paddedOutputs / WIDTH; left > 0; ) {
      int vectors = tile(left);
      long row = (long) vectors * (BYTES / 2);
      for (int v = 0; v < vectors; v += 2) {
        twoByFour(y, yStride, x, xStride, w + (long) v * (BYTES / 2), row, inputs);
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
      IntVector p0 = loadPair(w);
      FloatVector w0 = high(p0);
      FloatVector w1 = low(p0);
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
