package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.ByteRows.SHORTS;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.INTS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Sums of codes times rounded inputs, exact in 16 bits, for a group of outputs: of each part a
 * vector, in each half lane the even or the odd inputs of its output. Sums begin where {@link
 * ByteRows#start} says, and go to memory.
 */
final class CodeSums {
  private CodeSums() {}

  /** One row, codes of 5 or 6 bits: adds the low bits' sums to what the high bits' are. */
  static void more(
      long weights, CodeLayout layout, int blocks, ByteRows x, int pair, int part, long sums) {
    long skip = layout.scaleBytes();
    int parts = layout.parts();
    int vectors = layout.lowVectors();
    boolean ones = layout.highBits == 1;
    float[] low = x.low;
    long w = weights;
    long to = sums;
    int i = pair;
    int start = part;
    for (int b = 0; b < blocks; b++) {
      for (int p = 0; p < parts; p++) {
        long upper = w + (long) vectors * BYTES;
        if (ones) {
          ones(upper, x.high, i, x.start[start], to);
        } else {
          twos(upper, x.high, i, x.start[start], to);
        }
        ShortVector sum = ShortVector.fromMemorySegment(SHORTS, ALL, to, ORDER);
        for (; w < upper; w += BYTES) {
          ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, w, ORDER);
          sum = v.mul(FloatVector.broadcast(FLOATS, low[i]).reinterpretAsShorts()).add(sum);
          sum =
              v.lanewise(LSHR, 4)
                  .mul(FloatVector.broadcast(FLOATS, low[i + 1]).reinterpretAsShorts())
                  .add(sum);
          sum =
              v.lanewise(LSHR, 8)
                  .mul(FloatVector.broadcast(FLOATS, low[i + 2]).reinterpretAsShorts())
                  .add(sum);
          sum =
              v.lanewise(LSHR, 12)
                  .mul(FloatVector.broadcast(FLOATS, low[i + 3]).reinterpretAsShorts())
                  .add(sum);
          i += 4;
        }
        sum.intoMemorySegment(ALL, to, ORDER);
        to += BYTES;
        w += BYTES;
        start++;
      }
      w += skip;
    }
  }

  /** The sums of the fifth bits, sixteen inputs of each half lane. */
  private static void ones(long bits, float[] x, int at, int start, long to) {
    ShortVector sum = IntVector.broadcast(INTS, start).reinterpretAsShorts();
    for (int j = 0; j < 16; j += 4) {
      int i = at + j;
      ShortVector v = ShortVector.fromMemorySegment(SHORTS, ALL, bits, ORDER).lanewise(LSHR, j);
      sum = v.mul(FloatVector.broadcast(FLOATS, x[i]).reinterpretAsShorts()).add(sum);
      sum =
          v.lanewise(LSHR, 1)
              .mul(FloatVector.broadcast(FLOATS, x[i + 1]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 2)
              .mul(FloatVector.broadcast(FLOATS, x[i + 2]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 3)
              .mul(FloatVector.broadcast(FLOATS, x[i + 3]).reinterpretAsShorts())
              .add(sum);
    }
    sum.intoMemorySegment(ALL, to, ORDER);
  }

  /** The sums of the fifth and sixth bits, eight inputs of each half lane. */
  private static void twos(long bits, float[] x, int at, int start, long to) {
    ShortVector sum = IntVector.broadcast(INTS, start).reinterpretAsShorts();
    for (int j = 0; j < 8; j += 4) {
      int i = at + j;
      ShortVector v =
          ShortVector.fromMemorySegment(SHORTS, ALL, bits, ORDER).lanewise(LSHR, 2L * j);
      sum = v.mul(FloatVector.broadcast(FLOATS, x[i]).reinterpretAsShorts()).add(sum);
      sum =
          v.lanewise(LSHR, 2)
              .mul(FloatVector.broadcast(FLOATS, x[i + 1]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 4)
              .mul(FloatVector.broadcast(FLOATS, x[i + 2]).reinterpretAsShorts())
              .add(sum);
      sum =
          v.lanewise(LSHR, 6)
              .mul(FloatVector.broadcast(FLOATS, x[i + 3]).reinterpretAsShorts())
              .add(sum);
    }
    sum.intoMemorySegment(ALL, to, ORDER);
  }
}
