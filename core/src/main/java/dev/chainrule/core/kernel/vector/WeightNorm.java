package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Weight normalisation of units that are rows, or columns, of a matrix. */
final class WeightNorm {
  private WeightNorm() {}

  static void rows(long w, long norms, long v, long gain, int units, int depth) {
    for (int o = 0; o < units; o++) {
      long at = 4L * depth * o;
      float norm = (float) Math.sqrt(dot(v + at, v + at, depth));
      Memory.putFloat(norms + 4L * o, norm);
      FloatVector factor = FloatVector.broadcast(FLOATS, Memory.getFloat(gain + 4L * o) / norm);
      for (int i = 0; i < depth; i += WIDTH) {
        VectorMask<Float> mask = LANE.compare(LT, (float) (depth - i));
        fromMemorySegment(FLOATS, ALL, v + at + 4L * i, ORDER, mask)
            .mul(factor)
            .intoMemorySegment(ALL, w + at + 4L * i, ORDER, mask);
      }
    }
  }

  static void rowsBackward(
      long dV, long dGain, long dW, long norms, long v, long gain, int units, int depth) {
    for (int o = 0; o < units; o++) {
      long at = 4L * depth * o;
      float norm = Memory.getFloat(norms + 4L * o);
      float slope = dot(dW + at, v + at, depth) / norm;
      Memory.putFloat(dGain + 4L * o, Memory.getFloat(dGain + 4L * o) + slope);
      FloatVector factor = FloatVector.broadcast(FLOATS, Memory.getFloat(gain + 4L * o) / norm);
      FloatVector along = FloatVector.broadcast(FLOATS, -slope / norm);
      for (int i = 0; i < depth; i += WIDTH) {
        VectorMask<Float> mask = LANE.compare(LT, (float) (depth - i));
        long here = at + 4L * i;
        FloatVector across =
            fromMemorySegment(FLOATS, ALL, v + here, ORDER, mask)
                .fma(along, fromMemorySegment(FLOATS, ALL, dW + here, ORDER, mask));
        across
            .fma(factor, fromMemorySegment(FLOATS, ALL, dV + here, ORDER, mask))
            .intoMemorySegment(ALL, dV + here, ORDER, mask);
      }
    }
  }

  private static float dot(long a, long b, int n) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      sum =
          fromMemorySegment(FLOATS, ALL, a + 4L * i, ORDER, mask)
              .fma(fromMemorySegment(FLOATS, ALL, b + 4L * i, ORDER, mask), sum);
    }
    long room = Pad.ofSum();
    sum.intoMemorySegment(ALL, room, ORDER);
    return Lanes.sumAt(room);
  }

  static void columns(long w, long norms, long v, long gain, int units, int depth) {
    for (int o = 0; o < units; o += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - o));
      FloatVector norm = columnDots(v + 4L * o, v + 4L * o, units, depth, mask).sqrt();
      norm.intoMemorySegment(ALL, norms + 4L * o, ORDER, mask);
      FloatVector factor = fromMemorySegment(FLOATS, ALL, gain + 4L * o, ORDER, mask).div(norm);
      for (int i = 0; i < depth; i++) {
        long at = 4L * ((long) i * units + o);
        fromMemorySegment(FLOATS, ALL, v + at, ORDER, mask)
            .mul(factor)
            .intoMemorySegment(ALL, w + at, ORDER, mask);
      }
    }
  }

  static void columnsBackward(
      long dV, long dGain, long dW, long norms, long v, long gain, int units, int depth) {
    for (int o = 0; o < units; o += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (units - o));
      long unit = 4L * o;
      FloatVector norm = fromMemorySegment(FLOATS, ALL, norms + unit, ORDER, mask);
      FloatVector slope = columnDots(dW + unit, v + unit, units, depth, mask).div(norm);
      fromMemorySegment(FLOATS, ALL, dGain + unit, ORDER, mask)
          .add(slope)
          .intoMemorySegment(ALL, dGain + unit, ORDER, mask);
      FloatVector factor = fromMemorySegment(FLOATS, ALL, gain + unit, ORDER, mask).div(norm);
      FloatVector along = slope.div(norm).neg();
      for (int i = 0; i < depth; i++) {
        long at = 4L * ((long) i * units + o);
        FloatVector across =
            fromMemorySegment(FLOATS, ALL, v + at, ORDER, mask)
                .fma(along, fromMemorySegment(FLOATS, ALL, dW + at, ORDER, mask));
        across
            .fma(factor, fromMemorySegment(FLOATS, ALL, dV + at, ORDER, mask))
            .intoMemorySegment(ALL, dV + at, ORDER, mask);
      }
    }
  }

  private static FloatVector columnDots(
      long a, long b, int units, int depth, VectorMask<Float> mask) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < depth; i++) {
      long at = 4L * i * units;
      sum =
          fromMemorySegment(FLOATS, ALL, a + at, ORDER, mask)
              .fma(fromMemorySegment(FLOATS, ALL, b + at, ORDER, mask), sum);
    }
    return sum;
  }
}
