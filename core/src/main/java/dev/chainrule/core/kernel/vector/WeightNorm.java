package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;

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
      FloatVector factor = broadcast(Memory.getFloat(gain + 4L * o) / norm);
      for (int i = 0; i < depth; i += WIDTH) {
        VectorMask<Float> mask = tail(i, depth);
        store(load(v + at + 4L * i, mask).mul(factor), w + at + 4L * i, mask);
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
      FloatVector factor = broadcast(Memory.getFloat(gain + 4L * o) / norm);
      FloatVector along = broadcast(-slope / norm);
      for (int i = 0; i < depth; i += WIDTH) {
        VectorMask<Float> mask = tail(i, depth);
        long here = at + 4L * i;
        FloatVector across = load(v + here, mask).fma(along, load(dW + here, mask));
        store(across.fma(factor, load(dV + here, mask)), dV + here, mask);
      }
    }
  }

  private static float dot(long a, long b, int n) {
    FloatVector sum = zero();
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      sum = load(a + 4L * i, mask).fma(load(b + 4L * i, mask), sum);
    }
    return Lanes.sum(sum);
  }

  static void columns(long w, long norms, long v, long gain, int units, int depth) {
    for (int o = 0; o < units; o += WIDTH) {
      VectorMask<Float> mask = tail(o, units);
      FloatVector norm = columnDots(v + 4L * o, v + 4L * o, units, depth, mask).sqrt();
      store(norm, norms + 4L * o, mask);
      FloatVector factor = load(gain + 4L * o, mask).div(norm);
      for (int i = 0; i < depth; i++) {
        long at = 4L * ((long) i * units + o);
        store(load(v + at, mask).mul(factor), w + at, mask);
      }
    }
  }

  static void columnsBackward(
      long dV, long dGain, long dW, long norms, long v, long gain, int units, int depth) {
    for (int o = 0; o < units; o += WIDTH) {
      VectorMask<Float> mask = tail(o, units);
      long unit = 4L * o;
      FloatVector norm = load(norms + unit, mask);
      FloatVector slope = columnDots(dW + unit, v + unit, units, depth, mask).div(norm);
      store(load(dGain + unit, mask).add(slope), dGain + unit, mask);
      FloatVector factor = load(gain + unit, mask).div(norm);
      FloatVector along = slope.div(norm).neg();
      for (int i = 0; i < depth; i++) {
        long at = 4L * ((long) i * units + o);
        FloatVector across = load(v + at, mask).fma(along, load(dW + at, mask));
        store(across.fma(factor, load(dV + at, mask)), dV + at, mask);
      }
    }
  }

  private static FloatVector columnDots(
      long a, long b, int units, int depth, VectorMask<Float> mask) {
    FloatVector sum = zero();
    for (int i = 0; i < depth; i++) {
      long at = 4L * i * units;
      sum = load(a + at, mask).fma(load(b + at, mask), sum);
    }
    return sum;
  }
}
