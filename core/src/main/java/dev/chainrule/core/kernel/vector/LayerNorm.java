package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZERO;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Layer normalisation; a row stays in the first-level cache between its passes. */
final class LayerNorm {
  private LayerNorm() {}

  static void forward(
      long y,
      long mean,
      long rstd,
      long x,
      long gain,
      long bias,
      int rows,
      int width,
      float epsilon) {
    for (int n = 0; n < rows; n++) {
      long xn = x + 4L * n * width;
      float mu = sum(xn, width) / width;
      float variance = squaredDeviations(xn, mu, width) / width;
      float scale = (float) (1 / Math.sqrt(variance + epsilon));
      if (mean != 0) {
        Memory.putFloat(mean + 4L * n, mu);
        Memory.putFloat(rstd + 4L * n, scale);
      }
      normalise(y + 4L * n * width, xn, mu, scale, gain, bias, width);
    }
  }

  static void backward(
      long dX,
      boolean accumulate,
      long dGain,
      long dBias,
      long dY,
      long mean,
      long rstd,
      long x,
      long gain,
      int rows,
      int width) {
    for (int n = 0; n < rows; n++) {
      long offset = 4L * n * width;
      float mu = Memory.getFloat(mean + 4L * n);
      float scale = Memory.getFloat(rstd + 4L * n);
      backwardRow(
          dX + offset, accumulate, dGain, dBias, dY + offset, mu, scale, x + offset, gain, width);
    }
  }

  private static float sum(long x, int width) {
    FloatVector s = zero();
    for (int i = 0; i < width; i += WIDTH) {
      s = s.add(load(x + 4L * i, tail(i, width)));
    }
    return Lanes.sum(s);
  }

  private static float squaredDeviations(long x, float mu, int width) {
    FloatVector mean = broadcast(mu);
    FloatVector s = zero();
    for (int i = 0; i < width; i += WIDTH) {
      VectorMask<Float> mask = tail(i, width);
      FloatVector d = ZERO.blend(load(x + 4L * i, mask).sub(mean), mask);
      s = d.fma(d, s);
    }
    return Lanes.sum(s);
  }

  private static void normalise(
      long y, long x, float mu, float scale, long gain, long bias, int width) {
    FloatVector mean = broadcast(mu);
    FloatVector rstd = broadcast(scale);
    int known = bias == 0 ? 0 : width;
    for (int i = 0; i < width; i += WIDTH) {
      long at = 4L * i;
      VectorMask<Float> mask = tail(i, width);
      FloatVector normal = load(x + at, mask).sub(mean).mul(rstd);
      FloatVector b = load(bias + at, tail(i, known));
      store(normal.fma(load(gain + at, mask), b), y + at, mask);
    }
  }

  /**
   * With g = dY * gain and n the normalised x: {@code dX = rstd (g - mean(g) - n mean(g n))}. First
   * the gradient of the gain, and the second mean; then the gradient of x.
   */
  private static void backwardRow(
      long dX,
      boolean accumulate,
      long dGain,
      long dBias,
      long dY,
      float mu,
      float scale,
      long x,
      long gain,
      int width) {
    if (dBias != 0) {
      Elementwise.add(dBias, dBias, dY, width);
    }
    float meanG = AttentionRows.dot(dY, gain, width) / width;
    float meanGn = addGain(dGain, dY, mu, scale, x, gain, width) / width;
    FloatVector mean = broadcast(mu);
    FloatVector rstd = broadcast(scale);
    FloatVector g0 = broadcast(meanG);
    FloatVector gn0 = broadcast(-meanGn);
    int known = accumulate ? width : 0;
    for (int i = 0; i < width; i += WIDTH) {
      long at = 4L * i;
      VectorMask<Float> mask = tail(i, width);
      FloatVector normal = load(x + at, mask).sub(mean).mul(rstd);
      FloatVector g = load(dY + at, mask).mul(load(gain + at, mask));
      FloatVector d = normal.fma(gn0, g.sub(g0));
      store(d.fma(rstd, load(dX + at, tail(i, known))), dX + at, mask);
    }
  }

  /** Adds dY n to dGain, and returns the sum of g n. */
  private static float addGain(
      long dGain, long dY, float mu, float scale, long x, long gain, int width) {
    FloatVector mean = broadcast(mu);
    FloatVector rstd = broadcast(scale);
    FloatVector sum = zero();
    for (int i = 0; i < width; i += WIDTH) {
      long at = 4L * i;
      VectorMask<Float> mask = tail(i, width);
      FloatVector normal = load(x + at, mask).sub(mean).mul(rstd);
      FloatVector dn = load(dY + at, mask).mul(normal);
      store(dn.add(load(dGain + at, mask)), dGain + at, mask);
      sum = dn.fma(load(gain + at, mask), sum);
    }
    return Lanes.sum(sum);
  }
}
