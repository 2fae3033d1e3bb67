package dev.chainrule.arima.forecast;

import dev.chainrule.base.series.Series;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Values that are so far from all around them that no model of the others can have meant them: a
 * misplaced decimal point, a test booking. One of them would decide the variance of every model. A
 * value is far if it lies {@value #FURTHEST} deviations or more from the median of those around it,
 * the deviation being that of all such distances, told by their median; where all values are
 * positive also by their logarithms, as what spreads over orders of magnitude has such values. Two
 * values or more must follow, or else it may be a new level, and at most one in a hundred may be
 * far, or else they are usual.
 */
final class FarValues {
  static final double FURTHEST = 20;
  private static final double FURTHEST_LOG = 8;
  private static final int AROUND = 5;
  private static final int FEWEST = 12;
  private static final int FOLLOWING = 2;
  private static final double MOST = 0.01;

  /** A normal deviation by the median of absolute errors. */
  private static final double BY_MEDIAN = 1.4826;

  private FarValues() {}

  /** Indices of the far values of a series, rising. */
  static int[] of(double[] y) {
    int[] there = IntStream.range(0, y.length).filter(t -> !Double.isNaN(y[t])).toArray();
    if (there.length < FEWEST) {
      return new int[0];
    }
    double[] values = Arrays.stream(there).mapToDouble(t -> y[t]).toArray();
    boolean[] far = far(values, FURTHEST);
    if (Arrays.stream(values).allMatch(v -> v > 0)) {
      boolean[] alsoFar = far(Arrays.stream(values).map(Math::log).toArray(), FURTHEST_LOG);
      for (int i = 0; i < far.length; i++) {
        far[i] &= alsoFar[i];
      }
    }
    int[] found =
        IntStream.range(0, there.length - FOLLOWING)
            .filter(i -> far[i])
            .map(i -> there[i])
            .toArray();
    return found.length <= Math.max(1, MOST * there.length) ? found : new int[0];
  }

  /** A series without them. */
  static Series without(Series series) {
    int[] far = of(series.values());
    if (far.length == 0) {
      return series;
    }
    double[] values = series.values().clone();
    for (int t : far) {
      values[t] = Double.NaN;
    }
    return series.withValues(values);
  }

  private static boolean[] far(double[] values, double furthest) {
    Median median = new Median();
    double[] distances = new double[values.length];
    for (int i = 0; i < distances.length; i++) {
      int from = Math.clamp(i - AROUND, 0, Math.max(0, values.length - 2 * AROUND - 1));
      int to = Math.min(values.length, from + 2 * AROUND + 1);
      distances[i] = Math.abs(values[i] - median.evaluate(values, from, to - from));
    }
    double deviation = BY_MEDIAN * median.evaluate(distances);
    boolean[] far = new boolean[values.length];
    for (int i = 0; i < far.length; i++) {
      far[i] = deviation > 0 && distances[i] >= furthest * deviation;
    }
    return far;
  }
}
