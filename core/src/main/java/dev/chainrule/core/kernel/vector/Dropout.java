package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.base.random.CounterRandom;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inverted dropout. {@link CounterRandom#bits} is computed for a vector of longs at a time, and
 * floats are taken in vectors of as many lanes, half as wide.
 */
final class Dropout {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));
  private static final int WIDTH = LONGS.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Dropout() {}

  static void forward(long y, boolean accumulate, long x, double probability, long key, int n) {
    FloatVector factor = FloatVector.broadcast(FLOATS, (float) (1 / (1 - probability)));
    // The upper 53 bits, as a fraction of 2^53, are at least the probability.
    long threshold = (long) Math.ceil(probability * 0x1p53);
    LongVector counter =
        LongVector.zero(LONGS).addIndex(1).add(1).mul(CounterRandom.GOLDEN).add(key);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += 4L * WIDTH, y += 4L * WIDTH) {
      VectorMask<Float> kept = kept(counter, threshold);
      FloatVector value = fromMemorySegment(FLOATS, ALL, x, ORDER).mul(factor);
      FloatVector before =
          accumulate ? fromMemorySegment(FLOATS, ALL, y, ORDER) : FloatVector.zero(FLOATS);
      before.lanewise(VectorOperators.ADD, value, kept).intoMemorySegment(ALL, y, ORDER);
      counter = counter.add(CounterRandom.GOLDEN * WIDTH);
    }
    if (i < n) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, n);
      VectorMask<Float> kept = kept(counter, threshold);
      FloatVector value = fromMemorySegment(FLOATS, ALL, x, ORDER, tail).mul(factor);
      FloatVector before =
          accumulate ? fromMemorySegment(FLOATS, ALL, y, ORDER, tail) : FloatVector.zero(FLOATS);
      before.lanewise(VectorOperators.ADD, value, kept).intoMemorySegment(ALL, y, ORDER, tail);
    }
  }

  private static VectorMask<Float> kept(LongVector counter, long threshold) {
    return mix(counter)
        .lanewise(VectorOperators.LSHR, 11)
        .compare(VectorOperators.GE, threshold)
        .cast(FLOATS);
  }

  /** The mixing function of {@link CounterRandom#bits}. */
  private static LongVector mix(LongVector z) {
    z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 30));
    z = z.mul(0xBF58476D1CE4E5B9L);
    z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 27));
    z = z.mul(0x94D049BB133111EBL);
    return z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 31));
  }
}
