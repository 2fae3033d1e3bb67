package dev.chainrule.arima.ces;

import dev.chainrule.arima.smoothing.Decomposition;
import java.util.Arrays;

/**
 * The recursion of complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022, equations 9
 * and 22 to 25), over the series, back, and forth again: what the last run starts from is what the
 * one before it ends with.
 *
 * <p>One object serves one thread.
 */
final class CesFilter {
  private static final double FIRST_POTENTIAL = 1.1;

  private final CesMethod.Season season;
  private final int n;
  private final int m;
  private final int lag;
  private final double[] forth;
  private final double[] back;
  private final double[] firstSeason;
  private final double[] l;
  private final double[] c;
  private final double[] s;
  private final double[] p;

  /** One-step errors [n]. */
  final double[] errors;

  CesFilter(double[] y, int period, CesMethod.Season season) {
    this.season = season;
    this.n = y.length;
    this.m = season == CesMethod.Season.NONE ? 1 : period;
    this.lag = season == CesMethod.Season.SIMPLE ? m : 1;
    this.forth = y;
    this.back = y.clone();
    reverse(back);
    this.errors = new double[n];
    this.l = new double[n + 2 * m];
    this.c = new double[n + 2 * m];
    this.s = new double[n + 2 * m];
    this.p = new double[n + 2 * m];
    this.firstSeason =
        season.hasPart() ? Decomposition.of(y, period, false).season() : new double[m];
  }

  /**
   * Runs over the series.
   *
   * @param x alpha's real and imaginary part, and beta's as far as there are some
   * @return false where numbers are not finite
   */
  boolean run(double[] x) {
    double mean = 0;
    int count = season == CesMethod.Season.NONE ? Math.min(Math.max(10, m), n) : m;
    for (int t = 0; t < count; t++) {
      mean += forth[t] / count;
    }
    for (int i = 0; i < m; i++) {
      l[i] = season == CesMethod.Season.SIMPLE ? forth[i] : mean;
      c[i] = l[i] / FIRST_POTENTIAL;
      s[i] = firstSeason[i];
      p[i] = s[i] / FIRST_POTENTIAL;
    }
    over(forth, x);
    turn();
    over(back, x);
    turn();
    return over(forth, x);
  }

  private boolean over(double[] y, double[] x) {
    for (int t = 0; t < n + m; t++) {
      int i = m + t;
      double f = forecast(i);
      double error = t < n ? y[t] - f : 0;
      if (t < n) {
        errors[t] = error;
      }
      update(i, error, x);
    }
    return Double.isFinite(l[n + m - 1]) && Double.isFinite(c[n + m - 1]);
  }

  private double forecast(int i) {
    return season.hasPart() ? l[i - lag] + s[i - m] : l[i - lag];
  }

  private void update(int i, double error, double[] x) {
    double level = l[i - lag];
    double potential = c[i - lag];
    l[i] = level - (1 - x[1]) * potential + (x[0] - x[1]) * error;
    c[i] = level + (1 - x[0]) * potential + (x[0] + x[1]) * error;
    if (season == CesMethod.Season.PARTIAL) {
      s[i] = s[i - m] + x[2] * error;
    } else if (season == CesMethod.Season.FULL) {
      double before = s[i - m];
      s[i] = before - (1 - x[3]) * p[i - m] + (x[2] - x[3]) * error;
      p[i] = before + (1 - x[2]) * p[i - m] + (x[2] + x[3]) * error;
    }
  }

  private void turn() {
    reverse(l);
    reverse(c);
    reverse(s);
    reverse(p);
  }

  private static void reverse(double[] x) {
    for (int i = 0, j = x.length - 1; i < j; i++, j--) {
      double swap = x[i];
      x[i] = x[j];
      x[j] = swap;
    }
  }

  /** What comes of errors after the series [horizon], after a run with the same numbers. */
  double[] path(double[] ahead, double[] x) {
    CesFilter future = new CesFilter(this, ahead.length);
    double[] result = new double[ahead.length];
    for (int h = 0; h < ahead.length; h++) {
      result[h] = future.forecast(m + h) + ahead[h];
      future.update(m + h, ahead[h], x);
    }
    return result;
  }

  /** The states after the series, with room for a horizon. */
  private CesFilter(CesFilter past, int horizon) {
    this.season = past.season;
    this.n = horizon;
    this.m = past.m;
    this.lag = past.lag;
    this.forth = past.forth;
    this.back = past.back;
    this.errors = past.errors;
    this.firstSeason = past.firstSeason;
    this.l = last(past.l, past.n, horizon);
    this.c = last(past.c, past.n, horizon);
    this.s = last(past.s, past.n, horizon);
    this.p = last(past.p, past.n, horizon);
  }

  private double[] last(double[] states, int length, int horizon) {
    return Arrays.copyOf(Arrays.copyOfRange(states, length, length + m), m + horizon);
  }
}
