package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Weights as pairs of bfloat16 in one int, taken apart by one shift. The loop over the inputs of
 * the widest tile is written so that the compiler does not unroll it, which would cost a third of
 * the speed: twice as many vectors do not fit the registers.
 */
final class BFloat16Tiles extends PackedTiles {
  private static final long BYTES = Lanes.BYTES;

  BFloat16Tiles(Place place, SampleKernels.Entries matrix, int outputs, int inputs) {
    super(place, WeightFormat.BFLOAT16, matrix, outputs, inputs);
  }

  @Override
  void packRow(long at, SampleKernels.Entries matrix, int firstOutput, int vectors, int input) {
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

  @Override
  long expand(long w, int count, long to) {
    long next = to;
    for (int i = 0; i < count; i++) {
      IntVector pair = IntVector.fromMemorySegment(INTS, ALL, w + BYTES * i, ORDER);
      pair.reinterpretAsFloats().intoMemorySegment(ALL, next, ORDER);
      pair.lanewise(LSHL, 16).reinterpretAsFloats().intoMemorySegment(ALL, next + BYTES, ORDER);
      next += PART * BYTES;
    }
    return to;
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
    long end = weights + (long) inputs * 4 * BYTES;
    for (int i = from; w != end; i++, w += 4 * BYTES) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[i]);
      IntVector p0 = IntVector.fromMemorySegment(INTS, ALL, w, ORDER);
      a0 = p0.reinterpretAsFloats().fma(b, a0);
      a1 = p0.lanewise(LSHL, 16).reinterpretAsFloats().fma(b, a1);
      IntVector p1 = IntVector.fromMemorySegment(INTS, ALL, w + BYTES, ORDER);
      a2 = p1.reinterpretAsFloats().fma(b, a2);
      a3 = p1.lanewise(LSHL, 16).reinterpretAsFloats().fma(b, a3);
      IntVector p2 = IntVector.fromMemorySegment(INTS, ALL, w + 2 * BYTES, ORDER);
      a4 = p2.reinterpretAsFloats().fma(b, a4);
      a5 = p2.lanewise(LSHL, 16).reinterpretAsFloats().fma(b, a5);
      IntVector p3 = IntVector.fromMemorySegment(INTS, ALL, w + 3 * BYTES, ORDER);
      a6 = p3.reinterpretAsFloats().fma(b, a6);
      a7 = p3.lanewise(LSHL, 16).reinterpretAsFloats().fma(b, a7);
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
    for (int i = 0; i < inputs; i++, w += 2 * BYTES) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      IntVector p0 = IntVector.fromMemorySegment(INTS, ALL, w, ORDER);
      a0 = p0.reinterpretAsFloats().fma(b, a0);
      a1 = p0.lanewise(LSHL, 16).reinterpretAsFloats().fma(b, a1);
      IntVector p1 = IntVector.fromMemorySegment(INTS, ALL, w + BYTES, ORDER);
      a2 = p1.reinterpretAsFloats().fma(b, a2);
      a3 = p1.lanewise(LSHL, 16).reinterpretAsFloats().fma(b, a3);
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
    for (int i = 0; i < inputs; i++, w += BYTES) {
      FloatVector b = FloatVector.broadcast(FLOATS, x[from + i]);
      IntVector p0 = IntVector.fromMemorySegment(INTS, ALL, w, ORDER);
      a0 = p0.reinterpretAsFloats().fma(b, a0);
      a1 = p0.lanewise(LSHL, 16).reinterpretAsFloats().fma(b, a1);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + WIDTH);
  }
}
