package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.ByteRows.HALVES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Floats rounded to bfloat16, to the even one of two as near. */
final class BFloats {
  /** Just less than half of the last place. */
  private static final int HALF = 0x7FFF;

  private BFloats() {}

  /**
   * Rounds numbers that follow each other.
   *
   * @param from address of n floats
   * @param to address of n shorts
   * @param n a multiple of the floats in a vector
   */
  static void round(long from, long to, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      IntVector bits = fromMemorySegment(FLOATS, ALL, from + 4L * i, ORDER).reinterpretAsInts();
      IntVector last = bits.lanewise(LSHR, 16).and(1);
      ((ShortVector) bits.add(last).add(HALF).lanewise(LSHR, 16).convertShape(I2S, HALVES, 0))
          .intoMemorySegment(ALL, to + 2L * i, ORDER);
    }
  }
}
