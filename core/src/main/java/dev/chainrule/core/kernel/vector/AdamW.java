package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;

import dev.chainrule.core.kernel.AdamWStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** AdamW in one pass over parameters, gradients and both moments. */
final class AdamW {
  private AdamW() {}

  static void step(long p, long g, long m, long v, long n, AdamWStep s) {
    FloatVector gradientScale = broadcast((float) s.gradientScale());
    FloatVector beta1 = broadcast((float) s.beta1());
    FloatVector beta2 = broadcast((float) s.beta2());
    FloatVector rest1 = broadcast((float) (1 - s.beta1()));
    FloatVector rest2 = broadcast((float) (1 - s.beta2()));
    FloatVector vScale = broadcast((float) s.vScale());
    FloatVector epsilon = broadcast((float) s.epsilon());
    FloatVector negativeStep = broadcast((float) -s.stepSize());
    FloatVector keep = broadcast((float) (1 - s.decay()));
    for (long i = 0; i < n; i += WIDTH) {
      long at = 4 * i;
      VectorMask<Float> mask = tail(0, (int) Math.min(WIDTH, n - i));
      FloatVector gi = load(g + at, mask).mul(gradientScale);
      FloatVector mi = load(m + at, mask).mul(beta1).add(gi.mul(rest1));
      FloatVector vi = load(v + at, mask).mul(beta2).add(gi.mul(gi).mul(rest2));
      FloatVector direction = mi.div(vi.sqrt().fma(vScale, epsilon));
      FloatVector pi = load(p + at, mask).mul(keep).add(direction.mul(negativeStep));
      store(mi, m + at, mask);
      store(vi, v + at, mask);
      store(pi, p + at, mask);
    }
  }
}
