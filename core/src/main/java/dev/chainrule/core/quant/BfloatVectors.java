package dev.chainrule.core.quant;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Widens bfloat16 a vector at a time, which the compiler does not make of a loop by itself. */
final class BfloatVectors {
  /** Whether the program has the Vector API; without it this class must not be used. */
  static final boolean AVAILABLE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private BfloatVectors() {}

  /** Widens the first numbers, as many as make whole vectors, and returns how many those are. */
  static int widen(short[] from, float[] to, int at, int n) {
    VectorSpecies<Float> floats = FloatVector.SPECIES_PREFERRED;
    VectorSpecies<Integer> ints = IntVector.SPECIES_PREFERRED;
    // Half as wide: as many elements.
    VectorSpecies<Short> shorts =
        VectorSpecies.of(short.class, VectorShape.forBitSize(floats.vectorBitSize() / 2));
    int i = 0;
    for (; i <= n - floats.length(); i += floats.length()) {
      ((IntVector)
              ShortVector.fromArray(shorts, from, i).convertShape(VectorOperators.S2I, ints, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(to, at + i);
    }
    return i;
  }
}
