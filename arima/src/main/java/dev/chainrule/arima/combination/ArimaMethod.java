package dev.chainrule.arima.combination;

import dev.chainrule.arima.Arima;
import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.Forecasts;
import dev.chainrule.arima.IntervalMethod;
import dev.chainrule.arima.Regressors;
import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.base.forecast.Forecast;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Automatic ARIMA as one method among others; its own intervals account for estimation. */
public record ArimaMethod() implements SeriesMethod {
  @Override
  public String name() {
    return "arima";
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    AutoResult result = AutoArima.fit(y, AutoOptions.forPeriod(period));
    return new Model(result.fit(), result.fallback());
  }

  private record Model(ArimaFit fit, @Nullable String note) implements SeriesModel {
    @Override
    public String name() {
      return fit.spec().toString();
    }

    @Override
    public Map<String, Double> parameters() {
      return fit.coefficients();
    }

    @Override
    public int parameterCount() {
      return fit.parameterCount() + fit.spec().lostToDifferences();
    }

    @Override
    public double[] series() {
      return fit.series();
    }

    @Override
    public Forecast forecast(int horizon, long seed) {
      return Forecasts.of(fit, horizon, Regressors.NONE, IntervalMethod.ESTIMATION);
    }

    @Override
    public OneStep oneStep() {
      double[] means = fit.fitted();
      // The errors of what differences use up are none.
      Arrays.fill(means, 0, Math.min(means.length, fit.spec().lostToDifferences()), Double.NaN);
      return OneStep.of(means, Math.sqrt(fit.sigma2()));
    }

    @Override
    public SeriesModel refit(double[] beginning) {
      FitOptions options = fit.options().withEffort(FitOptions.Effort.QUICK);
      return new Model(Arima.fit(beginning, fit.spec(), Regressors.NONE, options), note);
    }
  }
}
