package dev.chainrule.arima;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where to start the search for the coefficients of a mixed model, whose likelihood often has
 * several tops: four corners, and the most likely of points that Halton's sequence (1960) spreads
 * evenly over stationary and invertible models.
 *
 * @param free indices of the coefficients that are estimated
 */
@SuppressWarnings("ArrayRecordComponent")
record StartingPoints(ArmaLayout layout, int[] free) {
  private static final int SPREAD_POINTS = 64;
  private static final int KEPT = 4;

  /** The points' partial autocorrelations lie within tanh of this. */
  private static final double LARGEST_RAW = 1.2;

  private static final int[] PRIMES = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

  private record Start(double[] point, double value) {}

  List<double[]> all(Objective objective) {
    List<double[]> starts = new ArrayList<>();
    for (double ar : new double[] {0.8, -0.8}) {
      for (double ma : new double[] {0.6, -0.6}) {
        starts.add(corner(ar, ma));
      }
    }
    List<Start> spread = new ArrayList<>();
    for (int index = 1; index <= SPREAD_POINTS; index++) {
      double[] point = spread(index);
      spread.add(new Start(point, objective.value(point)));
    }
    spread.sort(Comparator.comparingDouble(Start::value));
    spread.stream().limit(KEPT).map(Start::point).forEach(starts::add);
    return starts;
  }

  /** The first number of each block, and zero for the others. */
  private double[] corner(double ar, double ma) {
    double[] point = new double[free.length];
    for (int i = 0; i < free.length; i++) {
      int at = free[i];
      if (at == 0 && layout.p() > 0) {
        point[i] = ar;
      } else if (at == layout.p() && layout.q() > 0) {
        point[i] = ma;
      } else if (at == layout.p() + layout.q() && layout.seasonalP() > 0) {
        point[i] = ar / 2;
      } else if (at == layout.p() + layout.q() + layout.seasonalP()) {
        point[i] = ma / 2;
      }
    }
    return point;
  }

  private double[] spread(int index) {
    double[] raw = new double[layout.count()];
    for (int i = 0; i < raw.length; i++) {
      double uniform = radicalInverse(index, PRIMES[i % PRIMES.length]);
      raw[i] = LARGEST_RAW * (2 * uniform - 1);
    }
    double[] all = layout.constrainAverages(raw);
    double[] point = new double[free.length];
    for (int i = 0; i < free.length; i++) {
      point[i] = all[free[i]];
    }
    return point;
  }

  /** Element of van der Corput's sequence: the digits of {@code index}, mirrored at the point. */
  private static double radicalInverse(int index, int base) {
    double result = 0;
    double digit = 1;
    for (int rest = index; rest > 0; rest /= base) {
      digit /= base;
      result += digit * (rest % base);
    }
    return result;
  }
}
