package dev.chainrule.arima.ets;

import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.ets.EtsForm.Component;
import dev.chainrule.arima.smoothing.Resolution;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A model with its parameters on a series: likelihood, errors, and the state that goes on. */
public final class EtsFit {
  /** Shares of the mean square below which what is left is rounding. */
  private static final double ROUNDING = 1e-24;

  /** R's floor of minus twice the log-likelihood. */
  private static final double CERTAIN = -1e10;

  private final double[] y;
  private final int period;
  private final EtsForm form;
  private final EtsParameters parameters;
  private final EtsParameters last;
  private final double[] errors;
  private final double[] fitted;
  private final double minusTwice;
  private final double sigma2;
  private final int observed;
  private final @Nullable String note;

  private EtsFit(
      double[] y, int period, EtsForm form, EtsParameters parameters, @Nullable String note) {
    EtsFilter filter = new EtsFilter(y, period, form);
    if (!filter.run(parameters)) {
      throw new IllegalArgumentException(form + " is not defined at " + parameters);
    }
    this.y = y;
    this.period = period;
    this.form = form;
    this.parameters = parameters;
    this.errors = filter.errors;
    this.fitted = filter.forecasts;
    this.observed = filter.observed;
    this.note = note;
    int m = form.isSeasonal() ? period : 0;
    double[] seasons = new double[m];
    for (int i = 0; i < m; i++) {
      seasons[i] = filter.seasons[(y.length + i) % m];
    }
    this.last =
        new EtsParameters(
            parameters.alpha(),
            parameters.beta(),
            parameters.gamma(),
            parameters.phi(),
            filter.level,
            filter.growth,
            seasons);
    double squares = 0;
    double size = 0;
    for (int t = 0; t < y.length; t++) {
      squares += errors[t] * errors[t];
      size += Double.isNaN(y[t]) ? 0 : form.relative() ? 1 : y[t] * y[t];
    }
    boolean certain = !(squares > ROUNDING * size);
    this.minusTwice = certain ? CERTAIN : filter.minusTwiceLogLikelihood();
    double free = observed - form.parameterCount(period);
    double variance = squares / Math.max(1, free);
    if (certain) {
      double rounding = Resolution.deviation(y);
      double unit = form.relative() ? size(y) : 1;
      variance = rounding * rounding / (unit * unit);
    }
    this.sigma2 = variance;
  }

  /**
   * A model with given parameters.
   *
   * @param y the series [n]; NaN is missing
   * @throws IllegalArgumentException where the model is not defined at them
   */
  public static EtsFit of(double[] y, int period, EtsForm form, EtsParameters parameters) {
    return new EtsFit(y.clone(), period, form, parameters, null);
  }

  static EtsFit of(
      double[] y, int period, EtsForm form, EtsParameters parameters, @Nullable String note) {
    return new EtsFit(y, period, form, parameters, note);
  }

  private static double size(double[] y) {
    double sum = 0;
    int count = 0;
    for (double value : y) {
      if (!Double.isNaN(value)) {
        sum += Math.abs(value);
        count++;
      }
    }
    return sum / count;
  }

  /** The series [n]. */
  public double[] series() {
    return y.clone();
  }

  /** Values in a season. */
  public int period() {
    return period;
  }

  /** The model. */
  public EtsForm form() {
    return form;
  }

  /** What it smooths by and starts from. */
  public EtsParameters parameters() {
    return parameters;
  }

  /** The same after the last value; its first season is that of the next step. */
  EtsParameters last() {
    return last;
  }

  /** One-step errors [n], relative where the model's are; 0 where a value is missing. */
  public double[] residuals() {
    return errors.clone();
  }

  /** One-step forecasts [n]. */
  public double[] fitted() {
    return fitted.clone();
  }

  /** The log-likelihood, nats, without its constants, as R has it. */
  public double logLikelihood() {
    return -0.5 * minusTwice;
  }

  /** The variance of errors, by the degrees of freedom that are left. */
  public double sigma2() {
    return sigma2;
  }

  /** All that was estimated, the variance among them. */
  public int parameterCount() {
    return form.parameterCount(period) + 1;
  }

  /** A criterion; infinite where there are too few values for it. */
  public double criterion(Criterion criterion) {
    int k = parameterCount();
    return criterion.of(minusTwice + 2 * k, k, observed);
  }

  /** What is to be said beside, or null: why it is not the model that was asked for. */
  public @Nullable String note() {
    return note;
  }

  /** Smoothing parameters and the first state by R's names. */
  public Map<String, Double> coefficients() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("alpha", parameters.alpha());
    if (form.hasTrend()) {
      map.put("beta", parameters.beta());
    }
    if (form.isSeasonal()) {
      map.put("gamma", parameters.gamma());
    }
    if (form.damped()) {
      map.put("phi", parameters.phi());
    }
    map.put("l", parameters.level());
    if (form.hasTrend()) {
      map.put("b", parameters.growth());
    }
    // R counts seasons back from the first value: the last of them is used first.
    for (int i = parameters.seasons().length - 1; i >= 0 && form.season() != Component.NONE; i--) {
      map.put("s" + (parameters.seasons().length - 1 - i), parameters.seasons()[i]);
    }
    return map;
  }

  /** The model, its parameters and criteria. */
  @Override
  public String toString() {
    String numbers =
        coefficients().entrySet().stream()
            .map(e -> "%s = %.4f".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining("  "));
    return "%s%n%s%nsigma^2 = %.6g  log-likelihood = %.4f  AIC = %.4f  AICc = %.4f  BIC = %.4f%n"
        .formatted(
            form,
            numbers,
            sigma2,
            logLikelihood(),
            criterion(Criterion.AIC),
            criterion(Criterion.AICC),
            criterion(Criterion.BIC));
  }
}
