package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of this processor's width: loads, stores, and the functions kernels are made of. */
public final class Lanes {
  public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  public static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** Floats in a vector. */
  public static final int WIDTH = FLOATS.length();

  /** Bytes of a vector. */
  public static final int BYTES = 4 * WIDTH;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  // exp: 2^n e^r with |r| <= ln(2)/2, the polynomial of Cephes expf; 2 ulp.
  private static final float LOG2_E = 1.44269504088896341f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  // Adding 1.5 * 2^23 rounds to an integer that then stands in the low bits of the mantissa.
  private static final float ROUND = 12582912f;
  private static final float EXP_MIN = -87.3365447f;
  private static final float EXP_MAX = 88.3762626f;

  private Lanes() {}

  public static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(FLOATS, Memory.ALL, address, ORDER);
  }

  /** Loads the lanes of the mask, zero elsewhere. */
  public static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(FLOATS, Memory.ALL, address, ORDER, mask);
  }

  public static void store(FloatVector vector, long address) {
    vector.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  /** Stores the lanes of the mask. */
  public static void store(FloatVector vector, long address, VectorMask<Float> mask) {
    vector.intoMemorySegment(Memory.ALL, address, ORDER, mask);
  }

  /** The lanes below {@code n - i}: those left of n elements at element i. */
  public static VectorMask<Float> tail(int i, int n) {
    return FLOATS.indexInRange(i, n);
  }

  public static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  public static FloatVector zero() {
    return FloatVector.zero(FLOATS);
  }

  /** e^x, within 2 units in the last place; 0 below -87.34, and held at e^88.37 above. */
  public static FloatVector exp(FloatVector x) {
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, EXP_MIN);
    FloatVector y = x.min(EXP_MAX).max(EXP_MIN);
    FloatVector shifted = y.fma(broadcast(LOG2_E), broadcast(ROUND));
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(broadcast(-LN2_LOW), n.fma(broadcast(-LN2_HIGH), y));
    FloatVector p = broadcast(1.9875691500e-4f);
    p = p.fma(r, broadcast(1.3981999507e-3f));
    p = p.fma(r, broadcast(8.3334519073e-3f));
    p = p.fma(r, broadcast(4.1665795894e-2f));
    p = p.fma(r, broadcast(1.6666665459e-1f));
    p = p.fma(r, broadcast(5.0000001201e-1f));
    p = p.fma(r.mul(r), r.add(1f));
    IntVector scaled =
        p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23));
    return scaled.reinterpretAsFloats().blend(0f, tiny);
  }

  /** 1 / (1 + e^-x). */
  public static FloatVector sigmoid(FloatVector x) {
    return broadcast(1f).div(exp(x.neg()).add(1f));
  }

  /** The hyperbolic tangent, as 2 sigmoid(2x) - 1; absolute error below 2e-7. */
  public static FloatVector tanh(FloatVector x) {
    return sigmoid(x.add(x)).fma(broadcast(2f), broadcast(-1f));
  }
}
