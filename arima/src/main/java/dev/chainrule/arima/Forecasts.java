package dev.chainrule.arima;

import dev.chainrule.arima.statespace.DiffuseStart;
import dev.chainrule.arima.statespace.FilteredState;
import dev.chainrule.arima.statespace.KalmanFilter;
import dev.chainrule.arima.statespace.Moments;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.List;

/** Forecasts of a fitted model with intervals from formulas. */
public final class Forecasts {
  private static final double STEP = 1e-4;

  private Forecasts() {}

  /** The forecast of a model without regressors, with R's intervals. */
  public static ArimaForecast of(ArimaFit fit, int horizon) {
    return of(fit, horizon, Regressors.NONE, IntervalMethod.NORMAL);
  }

  /**
   * A forecast.
   *
   * @param future the regressors' values after the series [k][horizon]
   * @throws InputException if the future regressors are not those of the fit
   */
  public static ArimaForecast of(
      ArimaFit fit, int horizon, Regressors future, IntervalMethod method) {
    check(fit, horizon, future);
    FilteredState state = fit.state();
    double[] mean = state.forecast(horizon);
    double[] variance = state.forecastVariance(horizon);
    double[] regression = fit.futureRegression(horizon, future);
    double sigma2 = fit.sigma2();
    double[] errors = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      mean[h] += regression[h];
      variance[h] *= sigma2;
      errors[h] = Math.sqrt(Math.max(0, variance[h]));
    }
    BoxCox boxCox = fit.options().boxCox();
    if (method == IntervalMethod.NORMAL) {
      return new ArimaForecast(mean, errors, Double.POSITIVE_INFINITY, boxCox);
    }
    double[] estimation = estimationVariance(fit, mean, future);
    for (int h = 0; h < horizon; h++) {
      errors[h] = Math.sqrt(Math.max(0, variance[h]) + estimation[h]);
    }
    double freedom = Math.max(1, fit.observations() - fit.parameterCount() + 1);
    ArimaForecast result = new ArimaForecast(mean, errors, freedom, boxCox);
    return method == IntervalMethod.ESTIMATION
        ? result
        : result.scaled(Calibration.factors(fit, horizon));
  }

  static void check(ArimaFit fit, int horizon, Regressors future) {
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon: found " + horizon + ", expected at least 1");
    }
    if (fit.regressors().count() > 0 && future.count() == 0) {
      throw new InputException(
          "future regressors: found none, expected the next "
              + horizon
              + " values of "
              + fit.regressors().names()
              + ".");
    }
    future.checkLike(fit.regressors(), horizon, "future regressors");
    for (int c = 0; c < future.count(); c++) {
      for (double value : future.columns()[c]) {
        if (!Double.isFinite(value)) {
          throw new InputException(
              "future regressors: found a missing or infinite value of "
                  + future.names().get(c)
                  + ", expected numbers.");
        }
      }
    }
  }

  /**
   * The variance of the means that comes from the coefficients, by the delta method [horizon]. The
   * covariance is taken at the innovations' variance that the intervals have, which for a mean or a
   * drift alone gives least squares' prediction errors. A coefficient without a variance has no
   * part in it; its standard error says so.
   */
  private static double[] estimationVariance(ArimaFit fit, double[] mean, Regressors future) {
    int horizon = mean.length;
    double[] result = new double[horizon];
    double[][] covariance = fit.covariance();
    List<String> free = fit.freeNames();
    int k = free.size();
    double unbiased = fit.sigma2Ml() > 0 ? fit.sigma2() / fit.sigma2Ml() : 1;
    double[][] gradient = new double[k][horizon];
    for (int i = 0; i < k; i++) {
      double se = Math.sqrt(covariance[i][i]);
      if (!(se > 0)) {
        continue;
      }
      double step = Math.min(STEP, 0.01 * se);
      step = i < fit.armaFreeCount() ? step : 0.01 * se;
      double[] up = meanAt(fit, free.get(i), step, horizon, future);
      double[] down = meanAt(fit, free.get(i), -step, horizon, future);
      boolean both = up.length > 0 && down.length > 0;
      double[] high = up.length > 0 ? up : mean;
      double[] low = down.length > 0 ? down : mean;
      for (int h = 0; h < horizon; h++) {
        gradient[i][h] = (high[h] - low[h]) / (both ? 2 * step : step);
      }
    }
    for (int h = 0; h < horizon; h++) {
      double sum = 0;
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          boolean known = !Double.isNaN(covariance[i][j]);
          sum += known ? gradient[i][h] * covariance[i][j] * gradient[j][h] : 0;
        }
      }
      result[h] = unbiased * Math.max(0, sum);
    }
    return result;
  }

  /** Point forecasts with one coefficient moved; empty where the model leaves stationarity. */
  private static double[] meanAt(
      ArimaFit fit, String name, double by, int horizon, Regressors future) {
    ArimaSpec spec = fit.spec();
    ArmaLayout layout = ArmaLayout.of(spec);
    double[] all = fit.coefficients().values().stream().mapToDouble(v -> v).toArray();
    all[List.copyOf(fit.coefficients().keySet()).indexOf(name)] += by;
    int arma = layout.count();
    double[][] columns = Design.columns(0, fit.transformed().length, spec, fit.regressors());
    double[] z = fit.transformed().clone();
    for (int c = 0; c < columns.length; c++) {
      for (int t = 0; t < z.length; t++) {
        z[t] -= all[arma + c] * columns[c][t];
      }
    }
    double[] coefficients = Arrays.copyOf(all, arma);
    KalmanFilter filter = new KalmanFilter(new double[][] {z}, spec.delta(), DiffuseStart.EXACT);
    Moments moments = new Moments(1);
    if (!filter.filter(layout.phi(coefficients), layout.theta(coefficients), moments)) {
      return new double[0];
    }
    double[] result = filter.finalState(new double[0]).forecast(horizon);
    double[][] next = Design.columns(z.length, horizon, spec, future);
    for (int c = 0; c < next.length; c++) {
      for (int h = 0; h < horizon; h++) {
        result[h] += all[arma + c] * next[c][h];
      }
    }
    return result;
  }
}
