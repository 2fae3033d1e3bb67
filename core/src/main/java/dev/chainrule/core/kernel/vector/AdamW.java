package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.kernel.AdamWStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** AdamW in one pass over parameters, gradients and both moments. */
final class AdamW {
  private AdamW() {}

  static void step(long p, long g, long m, long v, long n, AdamWStep s) {
    FloatVector gradientScale = FloatVector.broadcast(FLOATS, (float) s.gradientScale());
    FloatVector beta1 = FloatVector.broadcast(FLOATS, (float) s.beta1());
    FloatVector beta2 = FloatVector.broadcast(FLOATS, (float) s.beta2());
    FloatVector rest1 = FloatVector.broadcast(FLOATS, (float) (1 - s.beta1()));
    FloatVector rest2 = FloatVector.broadcast(FLOATS, (float) (1 - s.beta2()));
    FloatVector vScale = FloatVector.broadcast(FLOATS, (float) s.vScale());
    FloatVector epsilon = FloatVector.broadcast(FLOATS, (float) s.epsilon());
    FloatVector negativeStep = FloatVector.broadcast(FLOATS, (float) -s.stepSize());
    FloatVector keep = FloatVector.broadcast(FLOATS, (float) (1 - s.decay()));
    for (long i = 0; i < n; i += WIDTH) {
      long at = 4 * i;
      VectorMask<Float> mask = LANE.compare(LT, (float) ((int) Math.min(WIDTH, n - i) - 0));
      FloatVector gi = fromMemorySegment(FLOATS, ALL, g + at, ORDER, mask).mul(gradientScale);
      FloatVector mi =
          fromMemorySegment(FLOATS, ALL, m + at, ORDER, mask).mul(beta1).add(gi.mul(rest1));
      FloatVector vi =
          fromMemorySegment(FLOATS, ALL, v + at, ORDER, mask).mul(beta2).add(gi.mul(gi).mul(rest2));
      FloatVector direction = mi.div(vi.sqrt().fma(vScale, epsilon));
      FloatVector pi =
          fromMemorySegment(FLOATS, ALL, p + at, ORDER, mask)
              .mul(keep)
              .add(direction.mul(negativeStep));
      mi.intoMemorySegment(ALL, m + at, ORDER, mask);
      vi.intoMemorySegment(ALL, v + at, ORDER, mask);
      pi.intoMemorySegment(ALL, p + at, ORDER, mask);
    }
  }
}
