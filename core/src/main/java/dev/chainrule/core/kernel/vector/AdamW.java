package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.kernel.AdamWStep;
import jdk.incubator.vector.FloatVector;

/** AdamW in one pass over parameters, gradients and both moments. */
final class AdamW {
  private AdamW() {}

  static void step(long p, long g, long m, long v, long n, AdamWStep s) {
    long whole = n / WIDTH * WIDTH;
    steps(p, g, m, v, whole, s);
    if (whole < n) {
      int rest = (int) (n - whole);
      long at = 4 * whole;
      long pad = Pad.address();
      Pad.fill(pad, p + at, rest, 0);
      Pad.fill(pad + BYTES, g + at, rest, 0);
      Pad.fill(pad + 2L * BYTES, m + at, rest, 0);
      Pad.fill(pad + 3L * BYTES, v + at, rest, 0);
      steps(pad, pad + BYTES, pad + 2L * BYTES, pad + 3L * BYTES, WIDTH, s);
      Linear.copy(p + at, pad, rest);
      Linear.copy(m + at, pad + 2L * BYTES, rest);
      Linear.copy(v + at, pad + 3L * BYTES, rest);
    }
  }

  private static void steps(long p, long g, long m, long v, long n, AdamWStep s) {
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
      FloatVector gi = fromMemorySegment(FLOATS, ALL, g + at, ORDER).mul(gradientScale);
      FloatVector mi = fromMemorySegment(FLOATS, ALL, m + at, ORDER).mul(beta1).add(gi.mul(rest1));
      FloatVector vi =
          fromMemorySegment(FLOATS, ALL, v + at, ORDER).mul(beta2).add(gi.mul(gi).mul(rest2));
      FloatVector direction = mi.div(vi.sqrt().fma(vScale, epsilon));
      FloatVector pi =
          fromMemorySegment(FLOATS, ALL, p + at, ORDER).mul(keep).add(direction.mul(negativeStep));
      mi.intoMemorySegment(ALL, m + at, ORDER);
      vi.intoMemorySegment(ALL, v + at, ORDER);
      pi.intoMemorySegment(ALL, p + at, ORDER);
    }
  }
}
