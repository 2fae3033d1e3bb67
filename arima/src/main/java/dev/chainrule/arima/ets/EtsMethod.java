package dev.chainrule.arima.ets;

import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.base.forecast.Forecast;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Automatic exponential smoothing of one series at a time.
 *
 * @param options how a model is chosen
 * @param formulas of the intervals
 */
public record EtsMethod(EtsOptions options, EtsForecasts.Formulas formulas)
    implements SeriesMethod {
  /** R's choice of models, with the book's formulas. */
  public static EtsMethod defaults() {
    return new EtsMethod(EtsOptions.defaults(), EtsForecasts.Formulas.EXACT);
  }

  @Override
  public String name() {
    return "ets";
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    return new Model(Ets.fit(y, period, options), formulas);
  }

  private record Model(EtsFit fit, EtsForecasts.Formulas formulas) implements SeriesModel {
    @Override
    public String name() {
      return fit.form().toString();
    }

    @Override
    public Map<String, Double> parameters() {
      return fit.coefficients();
    }

    @Override
    public @Nullable String note() {
      return fit.note();
    }

    @Override
    public Map<String, Double> criteria() {
      Map<String, Double> map = new LinkedHashMap<>();
      map.put("sigma2", fit.sigma2());
      map.put("log_likelihood", fit.logLikelihood());
      map.put("aic", fit.criterion(Criterion.AIC));
      map.put("aicc", fit.criterion(Criterion.AICC));
      map.put("bic", fit.criterion(Criterion.BIC));
      return map;
    }

    @Override
    public int parameterCount() {
      return fit.parameterCount();
    }

    @Override
    public double[] series() {
      return fit.series();
    }

    @Override
    public Forecast forecast(int horizon, long seed) {
      return EtsForecasts.of(fit, horizon, seed, formulas);
    }

    @Override
    public OneStep oneStep() {
      double[] means = fit.fitted();
      double[] deviations = new double[means.length];
      double deviation = Math.sqrt(fit.sigma2());
      boolean relative = fit.form().relative();
      Arrays.setAll(deviations, t -> deviation * (relative ? Math.abs(means[t]) : 1));
      return new OneStep(means, deviations);
    }

    @Override
    public SeriesModel refit(double[] beginning) {
      return new Model(Ets.refit(fit, beginning), formulas);
    }

    @Override
    public String toString() {
      return fit.toString();
    }
  }
}
