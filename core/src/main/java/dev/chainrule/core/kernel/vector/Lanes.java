package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of this processor's width: loads, stores, and the functions kernels are made of. */
public final class Lanes {
  public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  public static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** Floats in a vector. */
  public static final int WIDTH = FLOATS.length();

  /** Bytes of a vector. */
  public static final int BYTES = 4 * WIDTH;

  /**
   * The number of each lane, from 0: {@code LANE.compare(LT, (float) (n - i))} are the lanes left
   * of n elements at element i. By a comparison, because {@code indexInRange} has several ways out
   * and the masks of each would have to be boxed.
   */
  public static final FloatVector LANE = FloatVector.zero(FLOATS).addIndex(1);

  /** The byte order of loads and stores. */
  public static final ByteOrder ORDER = ByteOrder.nativeOrder();

  // exp: 2^n e^r with |r| <= ln(2)/2, the polynomial of Cephes expf. It is doubled, and 2^(n-1)
  // multiplied with it, so that the largest results and infinity come out of the same product. The
  // constants are vectors, not numbers: each conversion would cost the compiler a hundred nodes of
  // its inlining budget.
  private static final FloatVector LOG2_E = broadcast(1.44269504088896341f);
  private static final FloatVector MINUS_LN2_HIGH = broadcast(-0.693359375f);
  private static final FloatVector MINUS_LN2_LOW = broadcast(2.12194440e-4f);
  // Adding 1.5 * 2^23 rounds to an integer that then stands in the low bits of the mantissa; 126
  // more makes it the biased exponent of 2^(n-1).
  private static final FloatVector ROUND = broadcast(12582912f + 126f);
  // At -126 ln(2) that exponent is 0 and so is the result; at 89 the result is infinite.
  private static final FloatVector EXP_MIN = broadcast(-87.3365447f);
  private static final FloatVector EXP_MAX = broadcast(89f);
  private static final FloatVector P5 = broadcast(2 * 1.9875691500e-4f);
  private static final FloatVector P4 = broadcast(2 * 1.3981999507e-3f);
  private static final FloatVector P3 = broadcast(2 * 8.3334519073e-3f);
  private static final FloatVector P2 = broadcast(2 * 4.1665795894e-2f);
  private static final FloatVector P1 = broadcast(2 * 1.6666665459e-1f);
  private static final FloatVector P0 = broadcast(2 * 5.0000001201e-1f);

  private static final MemorySegment ZEROS_MEMORY = Memory.allocate(BYTES);

  /**
   * Where a vector of zeros lies: loaded instead of what is not to be added to, since a vector that
   * depends on a condition would have to be boxed.
   */
  static final long ZEROS = ZEROS_MEMORY.address();

  /** Constants that kernels share. */
  public static final FloatVector ZERO = broadcast(0f);

  public static final FloatVector ONE = broadcast(1f);
  public static final FloatVector TWO = broadcast(2f);
  public static final FloatVector MINUS_ONE = broadcast(-1f);

  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private Lanes() {}

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  /**
   * The sum of the lanes of the vector at an address, always added in the same order. {@code
   * reduceLanes} promises no order: the interpreter and the compiler use different ones, so that a
   * result would depend on how warm the program is. The vector comes through memory since one that
   * is passed to a method becomes an object wherever the compiler does not inline the method.
   */
  public static float sumAt(long address) {
    FloatVector v = FloatVector.fromMemorySegment(FLOATS, Memory.ALL, address, ORDER);
    if (WIDTH >= 16) {
      v = v.add(v.rearrange(BY_8));
    }
    if (WIDTH >= 8) {
      v = v.add(v.rearrange(BY_4));
    }
    if (WIDTH >= 4) {
      v = v.add(v.rearrange(BY_2));
    }
    v = v.add(v.rearrange(BY_1));
    return v.lane(0);
  }

  private static VectorShuffle<Float> rotation(int lanes) {
    return VectorShuffle.fromOp(FLOATS, i -> (i + lanes) % WIDTH);
  }

  /**
   * e^x, within 2 units in the last place; 0 below -86.99, so that no result is subnormal, infinity
   * above 88.72, NaN for NaN.
   */
  public static FloatVector exp(FloatVector x) {
    // Comparisons with NaN are false, which lets NaN pass; min and max would cost more.
    FloatVector y = x.blend(EXP_MAX, x.compare(VectorOperators.GT, EXP_MAX));
    y = y.blend(EXP_MIN, y.compare(VectorOperators.LT, EXP_MIN));
    FloatVector shifted = y.fma(LOG2_E, ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, y));
    FloatVector p = P5.fma(r, P4).fma(r, P3).fma(r, P2).fma(r, P1).fma(r, P0);
    p = p.fma(r.mul(r), r.add(r).add(TWO));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.mul(exponent.reinterpretAsFloats());
  }

  /** 1 / (1 + e^-x). */
  public static FloatVector sigmoid(FloatVector x) {
    return ONE.div(exp(x.neg()).add(ONE));
  }

  /** The hyperbolic tangent, as 2 sigmoid(2x) - 1; absolute error below 2e-7. */
  public static FloatVector tanh(FloatVector x) {
    return sigmoid(x.add(x)).fma(TWO, MINUS_ONE);
  }
}
