package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;

/**
 * Layer normalisation; a row stays in the first-level cache between its passes. Whole vectors are
 * taken, and what is left of a row element by element: a vector that is needed in a loop and again
 * behind it may become an object.
 */
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
    long row = 4L * width;
    for (int n = 0; n < rows; n++) {
      float mu = sum(x, width) / width;
      float scale = (float) (1 / Math.sqrt(squaredDeviations(x, mu, width) / width + epsilon));
      if (mean != 0) {
        Memory.putFloat(mean + 4L * n, mu);
        Memory.putFloat(rstd + 4L * n, scale);
      }
      normalise(y, x, mu, scale, gain, bias, width);
      x += row;
      y += row;
    }
  }

  /** By the root of the mean square, which is the norm around zero. */
  static void rootMeanSquare(
      long y, long rootInverse, long x, long gain, int rows, int width, float epsilon) {
    long row = 4L * width;
    for (int n = 0; n < rows; n++) {
      float scale = (float) (1 / Math.sqrt(squaredDeviations(x, 0, width) / width + epsilon));
      if (rootInverse != 0) {
        Memory.putFloat(rootInverse + 4L * n, scale);
      }
      normalise(y, x, 0, scale, gain, 0, width);
      x += row;
      y += row;
    }
  }

  /** As {@link #backward} without the mean; a dX of 0 is not wanted. */
  static void rootMeanSquareBackward(
      long dX,
      boolean accumulate,
      long dGain,
      long dY,
      long rootInverse,
      long x,
      long gain,
      int rows,
      int width) {
    long row = 4L * width;
    for (int n = 0; n < rows; n++) {
      float scale = Memory.getFloat(rootInverse + 4L * n);
      float meanGn = addGain(dGain, dY, 0, scale, x, gain, width) / width;
      if (dX != 0) {
        backwardRow(dX + n * row, accumulate, dY, 0, scale, 0, meanGn, x, gain, width);
      }
      dY += row;
      x += row;
    }
  }

  /** The sum of the elements of a row. */
  static float sum(long x, int width) {
    FloatVector s = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      s = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER).add(s);
    }
    long room = Pad.ofSum();
    s.intoMemorySegment(ALL, room, ORDER);
    float rest = 0;
    for (; i < width; i++) {
      rest += Memory.getFloat(x + 4L * i);
    }
    return Lanes.sumAt(room) + rest;
  }

  private static float squaredDeviations(long x, float mu, int width) {
    FloatVector mean = broadcast(FLOATS, mu);
    FloatVector s = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      FloatVector d = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER).sub(mean);
      s = d.fma(d, s);
    }
    long room = Pad.ofSum();
    s.intoMemorySegment(ALL, room, ORDER);
    float rest = 0;
    for (; i < width; i++) {
      float d = Memory.getFloat(x + 4L * i) - mu;
      rest = Math.fma(d, d, rest);
    }
    return Lanes.sumAt(room) + rest;
  }

  private static void normalise(
      long y, long x, float mu, float scale, long gain, long bias, int width) {
    FloatVector mean = broadcast(FLOATS, mu);
    FloatVector rstd = broadcast(FLOATS, scale);
    int stride = bias == 0 ? 0 : 4;
    long shift = bias == 0 ? Lanes.ZEROS : bias;
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      long at = 4L * i;
      FloatVector normal = fromMemorySegment(FLOATS, ALL, x + at, ORDER).sub(mean).mul(rstd);
      FloatVector b = fromMemorySegment(FLOATS, ALL, shift + (long) stride * i, ORDER);
      FloatVector g = fromMemorySegment(FLOATS, ALL, gain + at, ORDER);
      normal.fma(g, b).intoMemorySegment(ALL, y + at, ORDER);
    }
    for (; i < width; i++) {
      long at = 4L * i;
      float normal = (Memory.getFloat(x + at) - mu) * scale;
      float b = Memory.getFloat(shift + (long) stride * i);
      Memory.putFloat(y + at, Math.fma(normal, Memory.getFloat(gain + at), b));
    }
  }

  /**
   * With g = dY * gain and n the normalised x: {@code dX = rstd (g - mean(g) - n mean(g n))}. First
   * the gradients of gain and bias, and the means; then the gradient of x.
   */
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
    long row = 4L * width;
    for (int n = 0; n < rows; n++) {
      float mu = Memory.getFloat(mean + 4L * n);
      float scale = Memory.getFloat(rstd + 4L * n);
      if (dBias != 0) {
        Elementwise.add(dBias, dBias, dY, width);
      }
      float meanG = dot(dY, gain, width) / width;
      float meanGn = addGain(dGain, dY, mu, scale, x, gain, width) / width;
      backwardRow(dX, accumulate, dY, mu, scale, meanG, meanGn, x, gain, width);
      dX += row;
      dY += row;
      x += row;
    }
  }

  private static float dot(long a, long b, int width) {
    FloatVector sum = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      FloatVector v = fromMemorySegment(FLOATS, ALL, a + 4L * i, ORDER);
      sum = v.fma(fromMemorySegment(FLOATS, ALL, b + 4L * i, ORDER), sum);
    }
    long room = Pad.ofSum();
    sum.intoMemorySegment(ALL, room, ORDER);
    float rest = 0;
    for (; i < width; i++) {
      rest = Math.fma(Memory.getFloat(a + 4L * i), Memory.getFloat(b + 4L * i), rest);
    }
    return Lanes.sumAt(room) + rest;
  }

  /** Adds dY n to dGain, and returns the sum of g n. */
  private static float addGain(
      long dGain, long dY, float mu, float scale, long x, long gain, int width) {
    FloatVector mean = broadcast(FLOATS, mu);
    FloatVector rstd = broadcast(FLOATS, scale);
    FloatVector sum = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      long at = 4L * i;
      FloatVector normal = fromMemorySegment(FLOATS, ALL, x + at, ORDER).sub(mean).mul(rstd);
      FloatVector dn = fromMemorySegment(FLOATS, ALL, dY + at, ORDER).mul(normal);
      FloatVector before = fromMemorySegment(FLOATS, ALL, dGain + at, ORDER);
      before.add(dn).intoMemorySegment(ALL, dGain + at, ORDER);
      sum = dn.fma(fromMemorySegment(FLOATS, ALL, gain + at, ORDER), sum);
    }
    long room = Pad.ofSum();
    sum.intoMemorySegment(ALL, room, ORDER);
    float rest = 0;
    for (; i < width; i++) {
      long at = 4L * i;
      float dn = Memory.getFloat(dY + at) * ((Memory.getFloat(x + at) - mu) * scale);
      Memory.putFloat(dGain + at, Memory.getFloat(dGain + at) + dn);
      rest = Math.fma(dn, Memory.getFloat(gain + at), rest);
    }
    return Lanes.sumAt(room) + rest;
  }

  private static void backwardRow(
      long dX,
      boolean accumulate,
      long dY,
      float mu,
      float scale,
      float meanG,
      float meanGn,
      long x,
      long gain,
      int width) {
    FloatVector mean = broadcast(FLOATS, mu);
    FloatVector rstd = broadcast(FLOATS, scale);
    FloatVector g0 = broadcast(FLOATS, meanG);
    FloatVector gn0 = broadcast(FLOATS, -meanGn);
    int stride = accumulate ? 4 : 0;
    long known = accumulate ? dX : Lanes.ZEROS;
    int i = 0;
    for (; i <= width - WIDTH; i += WIDTH) {
      long at = 4L * i;
      FloatVector normal = fromMemorySegment(FLOATS, ALL, x + at, ORDER).sub(mean).mul(rstd);
      FloatVector g = fromMemorySegment(FLOATS, ALL, gain + at, ORDER);
      g = fromMemorySegment(FLOATS, ALL, dY + at, ORDER).mul(g);
      FloatVector d = normal.fma(gn0, g.sub(g0));
      FloatVector before = fromMemorySegment(FLOATS, ALL, known + (long) stride * i, ORDER);
      d.fma(rstd, before).intoMemorySegment(ALL, dX + at, ORDER);
    }
    for (; i < width; i++) {
      long at = 4L * i;
      float normal = (Memory.getFloat(x + at) - mu) * scale;
      float g = Memory.getFloat(dY + at) * Memory.getFloat(gain + at);
      float d = Math.fma(normal, -meanGn, g - meanG);
      float before = Memory.getFloat(known + (long) stride * i);
      Memory.putFloat(dX + at, Math.fma(d, scale, before));
    }
  }
}
