package dev.chainrule.arima.auto;

import dev.chainrule.arima.Arima;
import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.ArimaOrder;
import dev.chainrule.arima.ArimaSpec;
import dev.chainrule.arima.BoxCox;
import dev.chainrule.arima.Regressors;
import dev.chainrule.arima.SeasonalOrder;
import dev.chainrule.arima.auto.AutoOptions.Limits;
import dev.chainrule.arima.linear.LeastSquares;
import dev.chainrule.arima.unitroot.Differencing;
import dev.chainrule.core.InputException;
import java.util.Arrays;

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
  private static final int WIDE_ORDER = 3;
  private static final int TINY = 3;

  private AutoArima() {}

  /** Chooses and fits without regressors. */
  public static AutoResult fit(double[] y, AutoOptions options) {
    return fit(y, Regressors.NONE, options);
  }

  /**
   * Chooses and fits.
   *
   * @param y the series [n]; NaN is missing
   * @throws InputException if the series cannot be used at all
   */
  public static AutoResult fit(double[] y, Regressors regressors, AutoOptions options) {
    Arima.checkSeries(y);
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
        Arima.fit(
            x,
            spec,
            Regressors.NONE,
            options.fit().withFixed(java.util.Map.of("intercept", level)));
    return new AutoResult(fit, java.util.List.of(), null);
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
      columns[k][i] = 1;
      for (int c = 0; c < k; c++) {
        columns[c][i] = regressors.columns()[c][rows[i]];
      }
    }
    double[] left = LeastSquares.of(present, columns).residuals();
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
    double[] x = z;
    Regressors moved = regressors;
    for (int i = 0; i < seasonalD; i++) {
      x = Differencing.difference(x, options.period());
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

  private static AutoResult fallback(
      double[] x, Regressors regressors, AutoOptions options, CandidateFits fits) {
    int m = options.period();
    boolean seasonal = m > 1 && x.length > m + 1;
    ArimaSpec spec =
        new ArimaSpec(
            new ArimaOrder(0, seasonal ? 0 : 1, 0),
            seasonal ? new SeasonalOrder(0, 1, 0, m) : SeasonalOrder.NONE,
            false,
            false);
    ArimaFit fit = Arima.fit(x, spec, Regressors.NONE, options.fit());
    String reason =
        "no model of the search could be fitted to "
            + x.length
            + " observations"
            + (regressors.count() > 0 ? " with their regressors" : "")
            + "; the forecast repeats the last "
            + (seasonal ? "season" : "value");
    return new AutoResult(fit, fits.candidates(), reason);
  }
}
