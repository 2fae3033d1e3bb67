package dev.chainrule.arima.ets;

import dev.chainrule.arima.ets.EtsForm.Component;
import dev.chainrule.arima.ets.EtsOptions.Region;
import dev.chainrule.arima.linear.BoxedGaussNewton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Maximises the likelihood of one model. Minus twice its logarithm, {@code n log sum e^2 + 2 sum
 * log |f|}, is least where the sum of squares of {@code e_t G} is, with G the geometric mean of the
 * one-step forecasts (1 for additive errors): least squares for all thirty models.
 *
 * <p>Coordinates are alpha, beta's and gamma's places between their bounds, phi, and the state in
 * units of the series' deviation.
 */
final class EtsSearch implements BoxedGaussNewton.Residuals {
  /** R's bounds of alpha, beta and gamma, and of phi. */
  private static final double LOWEST = 1e-4;

  private static final double HIGHEST = 0.9999;
  private static final double LEAST_PHI = 0.8;
  private static final double MOST_PHI = 0.98;
  private static final int MOST_STEPS = 200;
  private static final int EARLY_SEASONS = 4;

  private final EtsForm form;
  private final int period;
  private final Region region;
  private final EtsFilter filter;
  private final EtsLanes lanes;
  private final double[] y;
  private final double unit;
  private final EtsParameters start;

  /**
   * The same of the beginning of the series alone: seasons that grow with the level are far too
   * large for its first values.
   */
  private final EtsParameters early;

  private double alpha;
  private double beta;
  private double gamma;
  private double phi;

  /**
   * A search.
   *
   * @param y the series [n], missing values in it
   * @param filled the same without
   */
  EtsSearch(double[] y, double[] filled, EtsForm form, int period, Region region) {
    this.y = y;
    this.form = form;
    this.period = period;
    this.region = region;
    this.filter = new EtsFilter(y, period, form);
    this.lanes = new EtsLanes(y, period, form, filter.observed, form.parameterCount(period));
    this.start = EtsStart.of(filled, form, period);
    int first = Math.min(filled.length, EARLY_SEASONS * period);
    this.early =
        form.isSeasonal() ? EtsStart.of(Arrays.copyOf(filled, first), form, period) : start;
    double mean = Arrays.stream(filled).average().orElse(0);
    double squares = Arrays.stream(filled).map(v -> (v - mean) * (v - mean)).sum();
    this.unit = Math.max(Math.sqrt(squares / filled.length), Double.MIN_NORMAL);
  }

  /** The best parameters that are found from some starts. */
  EtsParameters best(double tolerance, List<Start> starts) {
    int k = form.parameterCount(period);
    double[] lower = new double[k];
    double[] upper = new double[k];
    box(lower, upper);
    BoxedGaussNewton search =
        new BoxedGaussNewton(this, y.length, lower, upper, tolerance, MOST_STEPS);
    BoxedGaussNewton.Minimum best = null;
    List<double[]> points = new ArrayList<>();
    starts.forEach(from -> points.add(coordinates(from, start)));
    if (form.isSeasonal()) {
      points.add(coordinates(starts.getFirst(), early));
    }
    for (double[] point : points) {
      BoxedGaussNewton.Minimum found = search.minimise(point);
      if (best == null || found.sumOfSquares() < best.sumOfSquares()) {
        best = found;
      }
    }
    if (best == null || !Double.isFinite(best.sumOfSquares())) {
      return start;
    }
    return parameters(best.point());
  }

  /**
   * Smoothing parameters to start from.
   *
   * @param beta share of the way from its lower bound to its upper one
   * @param gamma as well
   */
  record Start(double alpha, double beta, double gamma) {
    /** The usual one: a small alpha, where a season has to be learnt too. */
    static Start usual(EtsForm form, int period) {
      double alpha = LOWEST + 0.2 * (HIGHEST - LOWEST) / (form.isSeasonal() ? period : 1);
      return new Start(alpha, 0.1, 0.05);
    }
  }

  private void box(double[] lower, double[] upper) {
    Arrays.fill(lower, Double.NEGATIVE_INFINITY);
    Arrays.fill(upper, Double.POSITIVE_INFINITY);
    boolean wide = region == Region.ADMISSIBLE;
    int i = 0;
    lower[i] = wide ? 1e-10 : LOWEST;
    upper[i++] = wide ? 2 : HIGHEST;
    if (form.hasTrend()) {
      lower[i] = wide ? -1 : 0;
      upper[i++] = wide ? 4 : 1;
    }
    if (form.isSeasonal()) {
      lower[i] = 0;
      upper[i++] = wide ? 2 : 1;
    }
    if (form.damped()) {
      lower[i] = wide ? 1e-10 : LEAST_PHI;
      upper[i++] = wide ? 1 : MOST_PHI;
    }
    i++;
    if (form.hasTrend()) {
      lower[i] = form.trend() == Component.MULTIPLICATIVE ? 0 : lower[i];
      i++;
    }
    if (form.season() == Component.MULTIPLICATIVE) {
      Arrays.fill(lower, i, lower.length, 0);
    }
  }

  private double[] coordinates(Start from, EtsParameters state) {
    double[] x = new double[form.parameterCount(period)];
    boolean wide = region == Region.ADMISSIBLE;
    int i = 0;
    x[i++] = from.alpha();
    if (form.hasTrend()) {
      x[i++] = wide ? from.beta() * from.alpha() : from.beta();
    }
    if (form.isSeasonal()) {
      x[i++] = wide ? from.gamma() * Math.max(0, 1 - from.alpha()) : from.gamma();
    }
    if (form.damped()) {
      x[i++] = LEAST_PHI + 0.99 * (MOST_PHI - LEAST_PHI);
    }
    x[i++] = state.level() / unit;
    if (form.hasTrend()) {
      boolean sum = form.trend() == Component.ADDITIVE;
      x[i++] = sum ? state.growth() / unit : state.growth();
    }
    double seasonUnit = form.season() == Component.ADDITIVE ? unit : 1;
    // The last season that is used is what the others leave.
    for (int s = 0; i < x.length; s++) {
      x[i++] = state.seasons()[s] / seasonUnit;
    }
    return x;
  }

  /** Sets smoothing parameters and the filter's state; false outside of what is allowed. */
  private boolean set(double[] x) {
    return place(x)
        && (region == Region.USUAL
            || Admissible.contains(form, alpha, beta, gamma, phi, form.isSeasonal() ? period : 1));
  }

  /** The same without a look at the region of the smoothing parameters. */
  private boolean place(double[] x) {
    boolean wide = region == Region.ADMISSIBLE;
    int i = 0;
    alpha = x[i++];
    beta = 0;
    gamma = 0;
    phi = 1;
    if (form.hasTrend()) {
      double most = Math.min(alpha, HIGHEST);
      beta = wide ? x[i] : LOWEST + (most - LOWEST) * x[i];
      i++;
    }
    if (form.isSeasonal()) {
      double most = Math.min(1 - alpha, HIGHEST);
      gamma = wide ? x[i] : LOWEST + (most - LOWEST) * x[i];
      i++;
    }
    if (form.damped()) {
      phi = x[i++];
    }
    filter.level = x[i++] * unit;
    filter.growth = 0;
    if (form.hasTrend()) {
      filter.growth = form.trend() == Component.ADDITIVE ? x[i] * unit : x[i];
      i++;
    }
    if (form.isSeasonal()) {
      boolean factor = form.season() == Component.MULTIPLICATIVE;
      double sum = 0;
      for (int s = 0; s < period - 1; s++) {
        double season = factor ? x[i] : x[i] * unit;
        filter.seasons[s] = season;
        sum += season;
        i++;
      }
      double last = (factor ? period : 0) - sum;
      filter.seasons[period - 1] = last;
      if (factor && last < 0) {
        return false;
      }
    } else {
      filter.seasons[0] = 0;
    }
    return true;
  }

  @Override
  public boolean at(double[] point, double[] residuals) {
    if (!set(point) || !filter.run(alpha, beta, gamma, phi)) {
      return false;
    }
    double mean = form.relative() ? Math.exp(filter.logSize / filter.observed) : 1;
    for (int t = 0; t < residuals.length; t++) {
      residuals[t] = filter.errors[t] * mean;
    }
    return true;
  }

  @Override
  public void around(double[] point, double[] moved, double[][] residuals, boolean[] known) {
    for (int i = 0; i < point.length; i++) {
      double at = point[i];
      point[i] = moved[i];
      // Where the state alone moves, smoothing parameters stay where they are allowed.
      known[i] = i < form.smoothingCount() ? set(point) : place(point);
      lanes.set(i, alpha, beta, gamma, phi, filter);
      point[i] = at;
    }
    lanes.run();
    for (int i = 0; i < point.length; i++) {
      known[i] &= lanes.residuals(i, residuals[i]);
    }
  }

  private EtsParameters parameters(double[] x) {
    set(x);
    double[] seasons = form.isSeasonal() ? filter.seasons.clone() : new double[0];
    return new EtsParameters(alpha, beta, gamma, phi, filter.level, filter.growth, seasons);
  }
}
