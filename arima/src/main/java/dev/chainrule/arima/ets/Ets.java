package dev.chainrule.arima.ets;

import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.ets.EtsSearch.Start;
import dev.chainrule.arima.smoothing.Observed;
import dev.chainrule.arima.unitroot.Interpolation;
import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fits exponential smoothing models and chooses among them, as R's {@code ets} does (Hyndman and
 * Khandakar 2008).
 *
 * <p><b>Differences:</b> R maximises the likelihood by one run of Nelder and Mead from one start
 * and stops short of its optimum; here it is least squares with bounds, from two starts for the
 * model that is chosen. R cuts a series to its longest stretch without missing values; here the
 * state goes on over them. R fits Holt's or simple smoothing by least squares to series of up to
 * six values; here the models without season that have few enough parameters are compared, and
 * below five values the last value goes on.
 */
public final class Ets {
  /** R's: seasons longer than this have more first states than a likelihood can tell apart. */
  public static final int LONGEST_PERIOD = 24;

  private static final double CANDIDATE = 1e-5;
  private static final double FINAL = 1e-9;
  private static final double NAIVE_ALPHA = 0.9999;
  private static final List<Start> OTHER_STARTS =
      List.of(
          new Start(0.8, 0.1, 0.05),
          new Start(0.3, 0.5, 0.9),
          new Start(0.1, 0.9, 0.3),
          new Start(0.5, 0.02, 0.5));

  private Ets() {}

  /** Chooses and fits by the defaults. */
  public static EtsFit fit(double[] y, int period) {
    return fit(y, period, EtsOptions.defaults());
  }

  /**
   * Chooses among models and fits the best.
   *
   * @param y the series [n] from its first value to its last; NaN is missing
   * @param period values in a season, 1 for none
   * @throws InputException if a series has too few values, all alike, or none of the models suits
   *     it
   */
  public static EtsFit fit(double[] y, int period, EtsOptions options) {
    double[] values = Observed.of(y).values();
    double[] filled = Interpolation.seasonal(values, Math.max(1, Math.min(period, values.length)));
    EtsFit best = null;
    boolean positive = Arrays.stream(filled).min().orElse(0) > 0;
    for (EtsForm form : options.forms()) {
      if (!suits(form, period, filled.length) || (form.needsPositive() && !positive)) {
        continue;
      }
      List<Start> usual =
          List.of(Start.usual(form, period), OTHER_STARTS.get(0), OTHER_STARTS.get(1));
      EtsFit fit = fit(values, filled, form, period, options, CANDIDATE, usual);
      if (fit != null
          && fit.criterion(options.criterion()) < criterion(best, options.criterion())) {
        best = fit;
      }
    }
    if (best == null) {
      return fallback(values, period, options, positive);
    }
    return polished(best, values, filled, options);
  }

  private static double criterion(@Nullable EtsFit fit, Criterion criterion) {
    return fit == null ? Double.POSITIVE_INFINITY : fit.criterion(criterion);
  }

  private static boolean suits(EtsForm form, int period, int n) {
    boolean season = period > 1 && period <= LONGEST_PERIOD && n > period;
    return (!form.isSeasonal() || season) && form.parameterCount(period) < n - 1;
  }

  private static @Nullable EtsFit fit(
      double[] y,
      double[] filled,
      EtsForm form,
      int period,
      EtsOptions options,
      double tolerance,
      List<Start> starts) {
    EtsSearch search = new EtsSearch(y, filled, form, period, options.region());
    EtsParameters found = search.best(tolerance, starts);
    return found.alpha() > 0 ? EtsFit.of(y, period, form, found, note(period)) : null;
  }

  private static @Nullable String note(int period) {
    return period > LONGEST_PERIOD
        ? "seasons of "
            + period
            + " are longer than the "
            + LONGEST_PERIOD
            + " that a model can have; the model has none"
        : null;
  }

  /** The chosen model once more, to the last digits and from another start. */
  private static EtsFit polished(EtsFit best, double[] y, double[] filled, EtsOptions options) {
    EtsForm form = best.form();
    int period = best.period();
    List<Start> starts = new ArrayList<>(OTHER_STARTS);
    starts.add(Start.usual(form, period));
    EtsFit again = fit(y, filled, form, period, options, FINAL, starts);
    boolean better = again != null && again.logLikelihood() > best.logLikelihood();
    return better && again != null ? again : best;
  }

  /** A series too short for any criterion: the last value goes on. */
  private static EtsFit fallback(double[] y, int period, EtsOptions options, boolean positive) {
    EtsForm naive = EtsForm.of("ANN");
    boolean refused = options.forms().stream().allMatch(EtsForm::needsPositive) && !positive;
    if (refused) {
      throw new InputException(
          options.forms().getFirst()
              + ": found values that are not above 0, which multiplicative models need.");
    }
    boolean allSeasonal = options.forms().stream().allMatch(EtsForm::isSeasonal);
    if (allSeasonal && (period < 2 || period > LONGEST_PERIOD)) {
      throw new InputException(
          "%s: found seasons of %d values, expected 2 to %d."
              .formatted(options.forms().getFirst(), period, LONGEST_PERIOD));
    }
    EtsParameters walk = new EtsParameters(NAIVE_ALPHA, 0, 0, 1, y[0], 0, new double[0]);
    String why =
        "no model could be fitted to " + y.length + " values; the forecast repeats the last value";
    return EtsFit.of(y, period, naive, walk, why);
  }

  /** The same model fitted to another series, for instance to a beginning of its own. */
  static EtsFit refit(EtsFit fit, double[] y) {
    double[] filled = Interpolation.seasonal(y, Math.min(fit.period(), y.length));
    EtsForm form = fit.form();
    boolean possible =
        suits(form, fit.period(), y.length)
            && (!form.needsPositive() || Arrays.stream(filled).min().orElse(0) > 0);
    EtsFit again =
        possible
            ? fit(
                y,
                filled,
                form,
                fit.period(),
                EtsOptions.defaults(),
                CANDIDATE,
                List.of(Start.usual(form, fit.period())))
            : null;
    if (again == null) {
      throw new InputException(
          form + ": found " + y.length + " values, expected more of them above 0.");
    }
    return again;
  }
}
