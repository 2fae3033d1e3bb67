package dev.chainrule.arima.auto;

import dev.chainrule.arima.Arima;
import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.ArimaOrder;
import dev.chainrule.arima.ArimaSpec;
import dev.chainrule.arima.BoxCox;
import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.Regressors;
import dev.chainrule.arima.SeasonalOrder;
import dev.chainrule.arima.auto.AutoOptions.Limits;
import dev.chainrule.arima.linear.LeastSquares;
import dev.chainrule.arima.unitroot.Differencing;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the order of a seasonal ARIMA model and fits it.
 *
 * <p>Differs from forecast's {@code auto.arima}: candidates are compared by their exact likelihood
 * unless that is costly, where R falls back on an approximation for more than 150 observations; a
 * start of the optimiser that R gives up on ("non-stationary AR part from CSS") is never met; the
 * last model is refitted from several starts.
 */
public final class AutoArima {
  private static final long COSTLY = 20_000;
  private static final int SHORT = 10;
  private static final String ONE_VALUE =
      "one value does not say how far others may lie from it; the forecast repeats it, and its"
          + " intervals have no width";
  private static final int WIDE_ORDER = 4;
  private static final int TINY = 3;

  /** Differences that vary by less than this share of the series' magnitude do not vary. */
  private static final double ROUNDING = 1e-13;

  private AutoArima() {}

  /** Chooses and fits without regressors. */
  public static AutoResult fit(double[] y, AutoOptions options) {
    return fit(y, Regressors.NONE, options);
  }

  /**
   * Chooses and fits.
   *
   * @param y the series [n]; NaN is missing
   * @throws InputException if the series cannot be used at all, or its regressors depend on each
   *     other or are constant
   */
  public static AutoResult fit(double[] y, Regressors regressors, AutoOptions options) {
    Arima.checkSeries(y, regressors);
    int lead = 0;
    while (Double.isNaN(y[lead])) {
      lead++;
    }
    double[] x = Arrays.copyOfRange(y, lead, y.length);
    Regressors aligned = from(regressors, lead);
    double[] z = transformed(x, options.fit().boxCox());
    int observed = (int) Arrays.stream(x).filter(v -> !Double.isNaN(v)).count();
    if (Differencing.isConstant(z) && regressors.count() == 0) {
      return constant(x, options);
    }
    double[] basis = residuals(z, aligned);
    int seasonalD = seasonalDifferences(basis, aligned, options);
    int d = differences(basis, aligned, seasonalD, options);
    if (regressors.count() == 0 && d + seasonalD > 0) {
      double[] left = differenced(z, seasonalD, d, options.period());
      if (varyByRounding(left, z)) {
        return polynomial(x, left, seasonalD, d, options);
      }
    }
    boolean identified = d + seasonalD <= 1;
    boolean allowed = d + seasonalD == 0 ? options.constants().mean() : options.constants().drift();
    boolean constant = identified && allowed;
    AutoOptions bounded = bounded(options, observed);
    Limits limits = bounded.limits();
    long states =
        limits.p() + limits.q() + (long) options.period() * (limits.seasonalP() > 0 ? 2 : 0);
    boolean approximate =
        switch (options.approximation()) {
          case ON -> true;
          case OFF -> false;
          case AS_R -> observed > 150 || options.period() > 12;
          case WHERE_COSTLY -> observed * states > COSTLY;
        };
    CandidateFits fits = new CandidateFits(x, aligned, bounded, d, seasonalD, approximate);
    Stepwise search = new Stepwise(fits, limits, constant);
    boolean seasonal = options.period() > 1;
    if (options.search() == Search.FULL) {
      search.all(limits.order());
    } else {
      search.walk(observed < SHORT, options.search() == Search.WIDE);
      if (options.search() == Search.WIDE && !seasonal && !approximate) {
        search.all(WIDE_ORDER);
      }
    }
    ArimaFit best = fits.best();
    if (best != null) {
      return new AutoResult(best, fits.candidates(), null);
    }
    return fallback(x, aligned, options, fits);
  }

  private static double[] transformed(
      double[] x, @org.jspecify.annotations.Nullable BoxCox boxCox) {
    return boxCox == null ? x : boxCox.transform(x);
  }

  private static Regressors from(Regressors regressors, int lead) {
    double[][] columns = new double[regressors.count()][];
    for (int c = 0; c < columns.length; c++) {
      double[] column = regressors.columns()[c];
      columns[c] = Arrays.copyOfRange(column, Math.min(lead, column.length), column.length);
    }
    return new Regressors(regressors.names(), columns);
  }

  private static AutoResult constant(double[] x, AutoOptions options) {
    ArimaSpec spec = new ArimaSpec(new ArimaOrder(0, 0, 0), SeasonalOrder.NONE, true, false);
    double value = Arrays.stream(x).filter(v -> !Double.isNaN(v)).findFirst().orElse(0);
    BoxCox boxCox = options.fit().boxCox();
    double level = boxCox == null ? value : boxCox.transform(value);
    ArimaFit fit =
        Arima.fit(x, spec, Regressors.NONE, options.fit().withFixed(Map.of("intercept", level)));
    boolean one = Arrays.stream(x).filter(v -> !Double.isNaN(v)).count() == 1;
    return new AutoResult(fit, List.of(), one ? ONE_VALUE : null);
  }

  private static boolean varyByRounding(double[] differences, double[] z) {
    var size = Arrays.stream(z).filter(v -> !Double.isNaN(v)).map(Math::abs).summaryStatistics();
    var left = Arrays.stream(differences).filter(v -> !Double.isNaN(v)).summaryStatistics();
    return left.getCount() > 1 && left.getMax() - left.getMin() <= ROUNDING * size.getMax();
  }

  private static double[] differenced(double[] z, int seasonalD, int d, int period) {
    double[] x = z;
    for (int i = 0; i < seasonalD; i++) {
      x = Differencing.difference(x, period);
    }
    for (int i = 0; i < d; i++) {
      x = Differencing.difference(x, 1);
    }
    return x;
  }

  /**
   * A series that its differences explain wholly, such as a straight line: there is nothing to
   * choose, and it goes on as it did.
   */
  private static AutoResult polynomial(
      double[] x, double[] differences, int seasonalD, int d, AutoOptions options) {
    double left = Arrays.stream(differences).filter(v -> !Double.isNaN(v)).average().orElse(0);
    boolean drift = seasonalD + d == 1 && left != 0;
    int period = options.period();
    ArimaSpec spec =
        new ArimaSpec(
            new ArimaOrder(0, d, 0),
            seasonalD > 0 ? new SeasonalOrder(0, seasonalD, 0, period) : SeasonalOrder.NONE,
            false,
            drift);
    Map<String, Double> held =
        drift ? Map.of("drift", seasonalD > 0 ? left / period : left) : Map.of();
    ArimaFit fit = Arima.fit(x, spec, Regressors.NONE, options.fit().withFixed(held));
    return new AutoResult(fit, List.of(), null);
  }

  /** What is left of the series after its regression, for the tests. */
  private static double[] residuals(double[] z, Regressors regressors) {
    int k = regressors.count();
    if (k == 0) {
      return z;
    }
    int[] rows =
        java.util.stream.IntStream.range(0, z.length)
            .filter(
                t ->
                    !Double.isNaN(z[t])
                        && Arrays.stream(regressors.columns()).noneMatch(c -> Double.isNaN(c[t])))
            .toArray();
    double[][] columns = new double[k + 1][rows.length];
    double[] present = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      present[i] = z[rows[i]];
      columns[0][i] = 1;
      for (int c = 0; c < k; c++) {
        columns[c + 1][i] = regressors.columns()[c][rows[i]];
      }
    }
    LeastSquares regression = LeastSquares.of(present, columns);
    for (int c = 0; c < k && rows.length > k + 1; c++) {
      if (Double.isNaN(regression.coefficients()[c + 1])) {
        throw new InputException(
            "regressor "
                + regressors.names().get(c)
                + ": it is constant or a linear combination of the ones before it, expected"
                + " independent columns.");
      }
    }
    double[] left = regression.residuals();
    double[] result = new double[z.length];
    Arrays.fill(result, Double.NaN);
    for (int i = 0; i < rows.length; i++) {
      result[rows[i]] = left[i];
    }
    return result;
  }

  private static int seasonalDifferences(double[] z, Regressors regressors, AutoOptions options) {
    int period = options.period();
    int held = options.differences().seasonalD().orElse(-1);
    if (period == 1) {
      return 0;
    }
    int chosen =
        held >= 0
            ? held
            : Differencing.seasonalCount(
                z,
                period,
                options.differences().seasonalTest(),
                options.differences().maxSeasonalD());
    while (held < 0 && chosen > 0 && vanishes(regressors, period, chosen)) {
      chosen--;
    }
    return chosen;
  }

  private static int differences(
      double[] z, Regressors regressors, int seasonalD, AutoOptions options) {
    int held = options.differences().d().orElse(-1);
    if (held >= 0) {
      return held;
    }
    double[] x = differenced(z, seasonalD, 0, options.period());
    Regressors moved = regressors;
    for (int i = 0; i < seasonalD; i++) {
      moved = difference(moved, options.period());
    }
    int chosen =
        Differencing.count(
            x,
            options.differences().test(),
            options.differences().alpha(),
            options.differences().maxD());
    while (chosen > 0 && vanishes(moved, 1, chosen)) {
      chosen--;
    }
    return chosen;
  }

  private static Regressors difference(Regressors regressors, int lag) {
    double[][] columns = new double[regressors.count()][];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = Differencing.difference(regressors.columns()[c], lag);
    }
    return new Regressors(regressors.names(), columns);
  }

  /** Whether so many differences leave a regressor constant. */
  private static boolean vanishes(Regressors regressors, int lag, int times) {
    Regressors moved = regressors;
    for (int i = 0; i < times; i++) {
      moved = difference(moved, lag);
    }
    for (double[] column : moved.columns()) {
      if (column.length == 0 || Differencing.isConstant(column)) {
        return true;
      }
    }
    return false;
  }

  private static AutoOptions bounded(AutoOptions options, int observed) {
    Limits limits = options.limits();
    int m = options.period();
    int third = observed / 3;
    int p = Math.min(limits.p(), third);
    int q = Math.min(limits.q(), third);
    int seasonalP = m > 1 ? Math.min(limits.seasonalP(), third / m) : 0;
    int seasonalQ = m > 1 ? Math.min(limits.seasonalQ(), third / m) : 0;
    if (m > 1 && seasonalP > 0) {
      p = Math.min(p, m - 1);
    }
    if (m > 1 && seasonalQ > 0) {
      q = Math.min(q, m - 1);
    }
    return new AutoOptions(
        m,
        new Limits(p, q, seasonalP, seasonalQ, limits.order()),
        options.differences(),
        observed <= TINY ? Criterion.AIC : options.criterion(),
        options.search(),
        options.approximation(),
        options.constants(),
        options.fit());
  }

  /**
   * The last season, the last value, or the mean goes on: the first of them that leaves errors, for
   * a series that varies is never forecast with certainty.
   */
  private static AutoResult fallback(
      double[] x, Regressors regressors, AutoOptions options, CandidateFits fits) {
    int m = options.period();
    Map<String, ArimaSpec> specs = new LinkedHashMap<>();
    if (m > 1 && x.length > m + 1) {
      SeasonalOrder seasonal = new SeasonalOrder(0, 1, 0, m);
      specs.put(
          "repeats the last season",
          new ArimaSpec(new ArimaOrder(0, 0, 0), seasonal, false, false));
    }
    specs.put(
        "repeats the last value",
        new ArimaSpec(new ArimaOrder(0, 1, 0), SeasonalOrder.NONE, false, false));
    specs.put(
        "is the mean", new ArimaSpec(new ArimaOrder(0, 0, 0), SeasonalOrder.NONE, true, false));
    String refused = "";
    for (Map.Entry<String, ArimaSpec> entry : specs.entrySet()) {
      try {
        ArimaFit fit = Arima.fit(x, entry.getValue(), Regressors.NONE, options.fit());
        if (fit.sigma2() > 0) {
          String reason =
              "no model of the search could be fitted to "
                  + x.length
                  + " observations"
                  + (regressors.count() > 0 ? " with their regressors" : "")
                  + "; the forecast "
                  + entry.getKey();
          return new AutoResult(fit, fits.candidates(), reason);
        }
      } catch (InputException e) {
        // Too few observations for this one.
        refused = e.getMessage();
      }
    }
    throw new InputException(
        "no model could be fitted to " + x.length + " observations: " + refused);
  }
}
