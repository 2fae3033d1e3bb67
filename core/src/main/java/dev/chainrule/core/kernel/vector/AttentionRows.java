package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The vector parts of attention on one row of scores. */
final class AttentionRows {
  private AttentionRows() {}

  static float dot(long a, long b, int n) {
    FloatVector sum = zero();
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      sum = load(a + 4L * i, mask).fma(load(b + 4L * i, mask), sum);
    }
    return Lanes.sum(sum);
  }

  /**
   * In place: scores s become probabilities {@code p = exp(scale * s - lse)}, and gradients of
   * probabilities become gradients of unscaled scores {@code scale * p * (dP - dot)}.
   */
  static void softmaxBackward(long s, long dP, float scale, float lse, float dot, int n) {
    FloatVector factor = broadcast(scale);
    FloatVector offset = broadcast(-lse);
    FloatVector mean = broadcast(dot);
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      FloatVector p = exp(load(s + 4L * i, mask).fma(factor, offset));
      store(p, s + 4L * i, mask);
      store(load(dP + 4L * i, mask).sub(mean).mul(p).mul(factor), dP + 4L * i, mask);
    }
  }
}
