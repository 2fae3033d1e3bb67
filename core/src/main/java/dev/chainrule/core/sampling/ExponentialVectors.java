package dev.chainrule.core.sampling;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link Exponentials} a vector at a time; for programs that have the Vector API. */
final class ExponentialVectors {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

  private ExponentialVectors() {}

  /** The first ones, as many as make whole vectors; returns how many those are. */
  static int of(double[] y, float[] x, int n, float max) {
    double[] series = Exponentials.SERIES;
    int end = n - n % DOUBLES.length();
    for (int i = 0; i < end; i += DOUBLES.length()) {
      DoubleVector d =
          ((DoubleVector)
                  FloatVector.fromArray(FLOATS, x, i).convertShape(VectorOperators.F2D, DOUBLES, 0))
              .sub((double) max);
      DoubleVector shifted =
          d.fma(
              DoubleVector.broadcast(DOUBLES, Exponentials.LOG2_E),
              DoubleVector.broadcast(DOUBLES, Exponentials.ROUND));
      DoubleVector whole = shifted.sub(Exponentials.ROUND);
      DoubleVector r =
          whole.fma(
              DoubleVector.broadcast(DOUBLES, -Exponentials.LN2_LOW),
              whole.fma(DoubleVector.broadcast(DOUBLES, -Exponentials.LN2_HIGH), d));
      DoubleVector p =
          DoubleVector.broadcast(DOUBLES, series[0])
              .fma(r, DoubleVector.broadcast(DOUBLES, series[1]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[2]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[3]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[4]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[5]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[6]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[7]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[8]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[9]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[10]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[11]))
              .fma(r, DoubleVector.broadcast(DOUBLES, series[12]));
      p.reinterpretAsLongs()
          .add(shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52))
          .reinterpretAsDoubles()
          .blend(0, d.compare(VectorOperators.LT, Exponentials.LEAST))
          .intoArray(y, i);
    }
    return end;
  }
}
