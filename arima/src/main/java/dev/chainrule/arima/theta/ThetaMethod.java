package dev.chainrule.arima.theta;

import dev.chainrule.arima.linear.BoxedGaussNewton;
import dev.chainrule.arima.smoothing.LinearPaths;
import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.Resolution;
import dev.chainrule.arima.smoothing.SeasonalAdjustment;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.arima.unitroot.Interpolation;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.NormalForecast;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Theta models of one series at a time: without its season, where it has one, half a line and half
 * exponential smoothing, or other shares than these.
 *
 * @param forms that are tried; the one with the least squares of one-step errors is taken
 */
public record ThetaMethod(List<Form> forms) implements SeriesMethod {
  /** Errors before this time say what the start is, and do not count (Fiorucci et al. 2016). */
  private static final int WARM = 3;

  private static final double LEAST_ALPHA = 0.1;
  private static final double MOST_ALPHA = 0.99;
  private static final double MOST_OMEGA = 0.9999;

  /** Which model. */
  public enum Form {
    /** The standard one: theta is 2. */
    STM(false, false),
    /** With a theta of its own. */
    OTM(true, false),
    /** The standard one with a line that is fitted to the past of each time. */
    DSTM(false, true),
    /** That with a theta of its own. */
    DOTM(true, true);

    private final boolean free;
    private final boolean dynamic;

    Form(boolean free, boolean dynamic) {
      this.free = free;
      this.dynamic = dynamic;
    }
  }

  /** Copies the list. */
  public ThetaMethod {
    forms = List.copyOf(forms);
    if (forms.isEmpty()) {
      throw new IllegalArgumentException("forms: found none, expected one at least");
    }
  }

  /** All four. */
  public static ThetaMethod automatic() {
    return new ThetaMethod(List.of(Form.values()));
  }

  @Override
  public String name() {
    return "theta";
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    double[] filled = Interpolation.seasonal(y, Math.max(1, Math.min(period, y.length)));
    SeasonalAdjustment adjustment = SeasonalAdjustment.of(filled, period);
    Model best = null;
    for (Form form : forms) {
      if (adjustment.adjusted().length >= fewest(form)) {
        Model model = estimate(y, period, adjustment, form);
        best = best == null || model.squares < best.squares ? model : best;
      }
    }
    if (best == null) {
      throw tooFew(y.length, forms.stream().mapToInt(ThetaMethod::fewest).min().orElse(0));
    }
    return best;
  }

  /** Values that leave an error after those that start and as many as are estimated. */
  private static int fewest(Form form) {
    return WARM + (form.free ? 3 : 2) + 1;
  }

  private static InputException tooFew(int found, int expected) {
    return new InputException(
        "found %d values, expected %d at least, so that an error is left to know the width of intervals by."
            .formatted(found, expected));
  }

  private static Model estimate(double[] y, int period, SeasonalAdjustment adjustment, Form form) {
    double[] x = adjustment.adjusted();
    if (x.length < fewest(form)) {
      throw tooFew(x.length, fewest(form));
    }
    int skipped = WARM;
    ThetaFilter filter = new ThetaFilter(x, form.dynamic);
    double unit = Math.max(Arrays.stream(x).map(Math::abs).max().orElse(1), Double.MIN_NORMAL);
    int k = form.free ? 3 : 2;
    double[] lower = {Double.NEGATIVE_INFINITY, LEAST_ALPHA, 0};
    double[] upper = {Double.POSITIVE_INFINITY, MOST_ALPHA, MOST_OMEGA};
    BoxedGaussNewton search =
        new BoxedGaussNewton(
            (point, residuals) -> {
              filter.run(point[0] * unit, point[1], form.free ? point[2] : 0.5);
              Arrays.fill(residuals, 0, skipped, 0);
              for (int t = skipped; t < x.length; t++) {
                residuals[t] = filter.errors[t] / unit;
              }
              return true;
            },
            x.length,
            Arrays.copyOf(lower, k),
            Arrays.copyOf(upper, k),
            1e-8,
            200);
    double[] start = Arrays.copyOf(new double[] {x[0] / 2 / unit, 0.5, 0.5}, k);
    BoxedGaussNewton.Minimum found = search.minimise(start);
    double[] point = found.point();
    double squares = found.sumOfSquares() * unit * unit;
    double variance = Resolution.variance(squares, x, x.length - skipped - k);
    return new Model(
        y,
        period,
        adjustment,
        form,
        point[0] * unit,
        point[1],
        form.free ? point[2] : 0.5,
        squares,
        variance);
  }

  /** A fitted model. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Model(
      double[] series,
      int period,
      SeasonalAdjustment adjustment,
      Form form,
      double start,
      double alpha,
      double omega,
      double squares,
      double variance)
      implements SeriesModel {
    @Override
    public String name() {
      return "Theta(" + form + (adjustment.isSeasonal() ? ", season" : "") + ")";
    }

    @Override
    public Map<String, Double> parameters() {
      Map<String, Double> map = new LinkedHashMap<>();
      map.put("alpha", alpha);
      map.put("theta", 1 / (1 - omega));
      map.put("l", start);
      map.put("sigma2", variance);
      return map;
    }

    @Override
    public @Nullable String note() {
      return null;
    }

    @Override
    public int parameterCount() {
      return (form.free ? 4 : 3) + (adjustment.isSeasonal() ? period - 1 : 0);
    }

    @Override
    public Forecast forecast(int horizon, long seed) {
      ThetaFilter filter = new ThetaFilter(adjustment.adjusted(), form.dynamic);
      filter.run(start, alpha, omega);
      double[] means = filter.path(new double[horizon], alpha, omega);
      double[] deviations =
          LinearPaths.deviations(errors -> filter.path(errors, alpha, omega), horizon, variance);
      return adjustment.seasonal(new NormalForecast(means, deviations));
    }

    @Override
    public OneStep oneStep() {
      double[] x = adjustment.adjusted();
      ThetaFilter filter = new ThetaFilter(x, form.dynamic);
      filter.run(start, alpha, omega);
      return adjustment.seasonal(OneStep.of(x, filter.errors, WARM, Math.sqrt(variance)));
    }

    @Override
    public SeriesModel refit(double[] beginning) {
      double[] filled = Interpolation.seasonal(beginning, Math.min(period, beginning.length));
      return estimate(beginning, period, SeasonalAdjustment.of(filled, period), form);
    }
  }
}
