package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

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
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      s = s.add(load(x + 4L * i));
    }
    if (i < width) {
      s = s.add(load(x + 4L * i, tail(i, width)));
    }
    return s.reduceLanes(VectorOperators.ADD);
  }

  private static float squaredDeviations(long x, float mu, int width) {
    FloatVector s = zero();
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      FloatVector d = load(x + 4L * i).sub(mu);
      s = d.fma(d, s);
    }
    if (i < width) {
      VectorMask<Float> mask = tail(i, width);
      FloatVector d = load(x + 4L * i, mask).sub(mu, mask);
      s = d.fma(d, s);
    }
    return s.reduceLanes(VectorOperators.ADD);
  }

  private static void normalise(
      long y, long x, float mu, float scale, long gain, long bias, int width) {
    for (int i = 0; i < width; i += WIDTH) {
      long at = 4L * i;
      if (i <= width - WIDTH) {
        FloatVector normal = load(x + at).sub(mu).mul(scale);
        FloatVector b = bias == 0 ? zero() : load(bias + at);
        store(normal.fma(load(gain + at), b), y + at);
      } else {
        VectorMask<Float> mask = tail(i, width);
        FloatVector normal = load(x + at, mask).sub(mu).mul(scale);
        FloatVector b = bias == 0 ? zero() : load(bias + at, mask);
        store(normal.fma(load(gain + at, mask), b), y + at, mask);
      }
    }
  }

  /** With g = dY * gain and n the normalised x: {@code dX = rstd (g - mean(g) - n mean(g n))}. */
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
    FloatVector sumG = zero();
    FloatVector sumGn = zero();
    for (int i = 0; i < width; i += WIDTH) {
      long at = 4L * i;
      if (i <= width - WIDTH) {
        FloatVector d = load(dY + at);
        FloatVector normal = load(x + at).sub(mu).mul(scale);
        FloatVector g = d.mul(load(gain + at));
        store(d.fma(normal, load(dGain + at)), dGain + at);
        if (dBias != 0) {
          store(load(dBias + at).add(d), dBias + at);
        }
        sumG = sumG.add(g);
        sumGn = g.fma(normal, sumGn);
      } else {
        VectorMask<Float> mask = tail(i, width);
        FloatVector d = load(dY + at, mask);
        FloatVector normal = load(x + at, mask).sub(mu).mul(scale);
        FloatVector g = d.mul(load(gain + at, mask));
        store(d.fma(normal, load(dGain + at, mask)), dGain + at, mask);
        if (dBias != 0) {
          store(load(dBias + at, mask).add(d), dBias + at, mask);
        }
        sumG = sumG.add(g);
        sumGn = g.fma(normal, sumGn);
      }
    }
    float meanG = sumG.reduceLanes(VectorOperators.ADD) / width;
    float meanGn = sumGn.reduceLanes(VectorOperators.ADD) / width;
    for (int i = 0; i < width; i += WIDTH) {
      long at = 4L * i;
      VectorMask<Float> mask = tail(i, width);
      FloatVector normal = load(x + at, mask).sub(mu).mul(scale);
      FloatVector g = load(dY + at, mask).mul(load(gain + at, mask));
      FloatVector d = g.sub(meanG).sub(normal.mul(meanGn)).mul(scale);
      store(accumulate ? d.add(load(dX + at, mask)) : d, dX + at, mask);
    }
  }
}
