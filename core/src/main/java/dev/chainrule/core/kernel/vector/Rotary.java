package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZEROS;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Rotations of heads by the angles of their positions. */
final class Rotary {
  private Rotary() {}

  /**
   * All rows.
   *
   * @param y may be x
   * @param time positions of a sequence: row n is of position n mod time
   * @param sign of the sines, -1 to turn back
   */
  static void rotate(
      long y,
      boolean accumulate,
      long x,
      long cos,
      long sin,
      int rows,
      int time,
      int heads,
      int half,
      float sign) {
    for (int n = 0; n < rows; n++) {
      long angles = 4L * (n % time) * half;
      for (int h = 0; h < heads; h++) {
        long at = 8L * half * ((long) n * heads + h);
        head(y + at, accumulate, x + at, cos + angles, sin + angles, half, sign);
        if (half % WIDTH != 0) {
          rest(y + at, accumulate, x + at, cos + angles, sin + angles, half, sign);
        }
      }
    }
  }

  /** Whole vectors; both methods in one would be more than the compiler keeps in registers. */
  private static void head(
      long y, boolean accumulate, long x, long cos, long sin, int half, float sign) {
    FloatVector turn = FloatVector.broadcast(FLOATS, sign);
    long other = 4L * half;
    long before = accumulate ? y : ZEROS;
    long beforeOther = accumulate ? other : 0;
    int stride = accumulate ? 4 : 0;
    for (int i = 0; i <= half - WIDTH; i += WIDTH) {
      long at = 4L * i;
      FloatVector c = fromMemorySegment(FLOATS, ALL, cos + at, ORDER);
      FloatVector s = fromMemorySegment(FLOATS, ALL, sin + at, ORDER).mul(turn);
      FloatVector a = fromMemorySegment(FLOATS, ALL, x + at, ORDER);
      FloatVector b = fromMemorySegment(FLOATS, ALL, x + other + at, ORDER);
      long known = before + (long) stride * i;
      FloatVector knownA = fromMemorySegment(FLOATS, ALL, known, ORDER);
      FloatVector knownB = fromMemorySegment(FLOATS, ALL, known + beforeOther, ORDER);
      a.mul(c).sub(b.mul(s)).add(knownA).intoMemorySegment(ALL, y + at, ORDER);
      b.mul(c).add(a.mul(s)).add(knownB).intoMemorySegment(ALL, y + other + at, ORDER);
    }
  }

  /** What is left behind whole vectors. */
  private static void rest(
      long y, boolean accumulate, long x, long cos, long sin, int half, float sign) {
    int i = half / WIDTH * WIDTH;
    VectorMask<Float> mask = LANE.compare(LT, (float) (half - i));
    long at = 4L * i;
    long other = 4L * half + at;
    FloatVector c = fromMemorySegment(FLOATS, ALL, cos + at, ORDER, mask);
    FloatVector s = fromMemorySegment(FLOATS, ALL, sin + at, ORDER, mask).mul(sign);
    FloatVector a = fromMemorySegment(FLOATS, ALL, x + at, ORDER, mask);
    FloatVector b = fromMemorySegment(FLOATS, ALL, x + other, ORDER, mask);
    FloatVector knownA = fromMemorySegment(FLOATS, ALL, accumulate ? y + at : ZEROS, ORDER, mask);
    FloatVector knownB =
        fromMemorySegment(FLOATS, ALL, accumulate ? y + other : ZEROS, ORDER, mask);
    a.mul(c).sub(b.mul(s)).add(knownA).intoMemorySegment(ALL, y + at, ORDER, mask);
    b.mul(c).add(a.mul(s)).add(knownB).intoMemorySegment(ALL, y + other, ORDER, mask);
  }
}
