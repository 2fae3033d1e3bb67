package dev.chainrule.arima;

import dev.chainrule.arima.statespace.ChandrasekharFilter;
import dev.chainrule.arima.statespace.ConditionalFilter;
import dev.chainrule.arima.statespace.DiffuseStart;
import dev.chainrule.arima.statespace.FilteredState;
import dev.chainrule.arima.statespace.KalmanFilter;
import dev.chainrule.arima.statespace.Moments;
import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fitted model: coefficients, likelihood, residuals, and what forecasts start from. Variances and
 * the final state are computed when first asked for.
 */
public final class ArimaFit {
  private final double[] y;
  private final double[] z;
  private final Regressors regressors;
  private final ArimaSpec spec;
  private final FitOptions options;
  private final Estimator estimator;
  private final Estimator.Estimate estimate;
  private final double[] regression;
  private final double logLikelihood;
  private final double @Nullable [] heldSigma2;
  private double @Nullable [] residuals;
  private double @Nullable [][] covariance;
  private @Nullable FilteredState state;

  ArimaFit(
      double[] y,
      double[] z,
      Regressors regressors,
      ArimaSpec spec,
      FitOptions options,
      Estimator estimator,
      double @Nullable [] heldSigma2) {
    this.y = y;
    this.z = z;
    this.regressors = regressors;
    this.spec = spec;
    this.options = options;
    this.estimator = estimator;
    this.estimate = estimator.estimate();
    this.regression = estimator.design().coefficients(estimate.rotatedBeta());
    double n = estimator.used();
    this.logLikelihood = -0.5 * (2 * n * estimate.objective() + n + n * Math.log(2 * Math.PI));
    this.heldSigma2 = heldSigma2;
  }

  /** The model. */
  public ArimaSpec spec() {
    return spec;
  }

  /** How it was estimated. */
  public FitOptions options() {
    return options;
  }

  /** The series as given [n]; NaN is missing. */
  public double[] series() {
    return y.clone();
  }

  /** The regressors as given. */
  public Regressors regressors() {
    return regressors;
  }

  /**
   * All coefficients by R's names, in R's order: ar, ma, sar, sma, intercept, drift, regressors.
   */
  public Map<String, Double> coefficients() {
    Map<String, Double> result = new LinkedHashMap<>();
    List<String> names = estimator.layout().names();
    for (int i = 0; i < names.size(); i++) {
      result.put(names.get(i), estimate.arma()[i]);
    }
    for (int i = 0; i < regression.length; i++) {
      result.put(estimator.design().names.get(i), regression[i]);
    }
    return Collections.unmodifiableMap(result);
  }

  /** Standard errors by coefficient; 0 for one that was held, NaN where there is none. */
  public Map<String, Double> standardErrors() {
    Map<String, Double> result = new LinkedHashMap<>();
    double[][] variance = covariance();
    List<String> names = freeNames();
    for (String name : coefficients().keySet()) {
      int i = names.indexOf(name);
      result.put(name, i < 0 ? 0.0 : Math.sqrt(variance[i][i]));
    }
    return Collections.unmodifiableMap(result);
  }

  /** Names of the coefficients that were estimated, the order of {@link #covariance}. */
  public List<String> freeNames() {
    List<String> names = new ArrayList<>();
    List<String> arma = estimator.layout().names();
    for (int i : estimator.free()) {
      names.add(arma.get(i));
    }
    for (int i : estimator.design().free) {
      names.add(estimator.design().names.get(i));
    }
    return names;
  }

  /** How many of the estimated coefficients are ARMA ones. */
  int armaFreeCount() {
    return estimator.free().length;
  }

  /** Covariance of the estimated coefficients [k][k], from the Hessian of the likelihood. */
  public double[][] covariance() {
    double[][] known = covariance;
    if (known == null) {
      known =
          ParameterCovariance.of(estimator, estimate, options.method() == FitOptions.Method.CSS);
      covariance = known;
    }
    return known;
  }

  /** Log-likelihood in nats (of the transformed series, where there is a transformation). */
  public double logLikelihood() {
    return logLikelihood;
  }

  /** Estimated coefficients and the variance. */
  public int parameterCount() {
    return estimator.free().length + estimator.design().free.length + 1;
  }

  /** Observations that carry the likelihood. */
  public int observations() {
    return estimator.used();
  }

  /** Akaike's criterion; NaN for a conditional fit. */
  public double aic() {
    return options.method() == FitOptions.Method.CSS
        ? Double.NaN
        : -2 * logLikelihood + 2 * parameterCount();
  }

  /** Akaike's criterion with the correction for short series. */
  public double aicc() {
    double k = parameterCount();
    double spare = observations() - k - 1;
    return spare > 0 ? aic() + 2 * k * (k + 1) / spare : Double.POSITIVE_INFINITY;
  }

  /** Schwarz's criterion. */
  public double bic() {
    return aic() + parameterCount() * (Math.log(observations()) - 2);
  }

  /**
   * Innovation variance with the degrees of freedom of the coefficients taken off, as forecast's.
   */
  public double sigma2() {
    if (heldSigma2 != null) {
      return heldSigma2[0];
    }
    double sum = 0;
    for (double e : residuals()) {
      sum += Double.isNaN(e) ? 0 : e * e;
    }
    return sum / (observations() - parameterCount() + 1);
  }

  /** Innovation variance of maximum likelihood, as R's {@code arima} prints it. */
  public double sigma2Ml() {
    if (options.method() == FitOptions.Method.CSS) {
      return Math.exp(2 * estimate.objective());
    }
    return estimate.sumOfSquares() / estimator.used();
  }

  /** Whether the search for the optimum ended well. */
  public boolean converged() {
    return estimate.converged();
  }

  /** The smallest modulus of the roots of the lag polynomials; near 1 is near the border. */
  public double smallestRoot() {
    return estimator.layout().smallestRoot(estimate.arma());
  }

  /** Expanded autoregressive coefficients [p + P m]. */
  public double[] phi() {
    return estimator.layout().phi(estimate.arma());
  }

  /** Expanded moving-average coefficients [q + Q m]. */
  public double[] theta() {
    return estimator.layout().theta(estimate.arma());
  }

  /**
   * Standardised one-step residuals in the (transformed) series' unit [n]; NaN where missing, about
   * 0 for the observations that differences use up.
   */
  public double[] residuals() {
    double[] known = residuals;
    if (known == null) {
      known = computeResiduals();
      residuals = known;
    }
    return known.clone();
  }

  private double[] computeResiduals() {
    double[] result = new double[y.length];
    int lost = spec.lostToDifferences();
    Design design = estimator.design();
    if (options.method() == FitOptions.Method.CSS) {
      int first = spec.order().p() + spec.seasonal().p() * spec.period();
      double[] css =
          new ConditionalFilter(design.levels, spec.delta(), first)
              .residuals(phi(), theta(), estimate.rotatedBeta());
      System.arraycopy(css, 0, result, lost, css.length);
      return result;
    }
    if (options.likelihood() == DiffuseStart.EXACT && design.complete) {
      double[] exact =
          new ChandrasekharFilter(design.differenced)
              .standardised(phi(), theta(), estimate.rotatedBeta());
      System.arraycopy(exact, 0, result, lost, exact.length);
      return result;
    }
    KalmanFilter filter = new KalmanFilter(design.levels, spec.delta(), options.likelihood());
    filter.filter(phi(), theta(), new Moments(design.levels.length));
    return filter.standardised(estimate.rotatedBeta());
  }

  /** One-step fitted values in the series' own unit [n]; NaN where missing. */
  public double[] fitted() {
    double[] e = residuals();
    double[] result = new double[e.length];
    BoxCox boxCox = options.boxCox();
    for (int t = 0; t < e.length; t++) {
      double value = z[t] - e[t];
      result[t] = boxCox == null ? value : boxCox.inverse(value, sigma2());
    }
    return result;
  }

  /** The filtered state at the end, of the series without its regression part. */
  public FilteredState state() {
    FilteredState known = state;
    if (known == null) {
      Design design = estimator.design();
      DiffuseStart start = options.likelihood();
      KalmanFilter filter = new KalmanFilter(design.levels, spec.delta(), start);
      if (!filter.filter(phi(), theta(), new Moments(design.levels.length))) {
        throw new InputException(
            spec
                + ": the autoregressive part is not stationary (smallest root "
                + smallestRoot()
                + "), expected it to be; there is no state to forecast from.");
      }
      known = filter.finalState(estimate.rotatedBeta());
      state = known;
    }
    return known;
  }

  /** The regression part for the first times [n]; zero beyond the regressors' rows. */
  double[] regression(int n) {
    double[] result = new double[n];
    double[][] columns = estimator.design().all;
    for (int c = 0; c < columns.length; c++) {
      for (int t = 0; t < Math.min(n, columns[c].length); t++) {
        result[t] += regression[c] * columns[c][t];
      }
    }
    return result;
  }

  /**
   * The terms of the chain rule: log-density of each observation given those before it, at the
   * maximum-likelihood variance [n]; NaN where an observation is missing or goes into the start of
   * the differences. For a model without differences they sum to {@link #logLikelihood}.
   */
  public double[] logDensities() {
    Design design = estimator.design();
    KalmanFilter filter = new KalmanFilter(design.levels, spec.delta(), DiffuseStart.EXACT);
    filter.filter(phi(), theta(), new Moments(design.levels.length));
    double[] standardised = filter.standardised(estimate.rotatedBeta());
    double[] variances = filter.variances();
    double[] result = new double[standardised.length];
    double sigma2 = sigma2Ml();
    for (int t = 0; t < result.length; t++) {
      result[t] =
          Double.isInfinite(variances[t])
              ? Double.NaN
              : -0.5
                  * (Math.log(2 * Math.PI * sigma2 * variances[t])
                      + standardised[t] * standardised[t] / sigma2);
    }
    return result;
  }

  /**
   * The next values, of a model without regressors; {@link Forecasts} has other intervals.
   *
   * @param horizon steps ahead, at least 1
   */
  public ArimaForecast forecast(int horizon) {
    return Forecasts.of(this, horizon);
  }

  /**
   * The model with the same coefficients and innovation variance on a longer series: what forecasts
   * need after new observations, without estimating again.
   *
   * @param values the observations that follow [k]; NaN is missing
   * @param next their regressors' values
   */
  public ArimaFit update(double[] values, Regressors next) {
    next.checkLike(regressors, values.length, "regressors of the new observations");
    double[] longer = java.util.Arrays.copyOf(y, y.length + values.length);
    System.arraycopy(values, 0, longer, y.length, values.length);
    double[][] columns = new double[regressors.count()][];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = java.util.Arrays.copyOf(regressors.columns()[c], longer.length);
      System.arraycopy(next.columns()[c], 0, columns[c], y.length, values.length);
    }
    return Arima.fit(
        longer,
        spec,
        new Regressors(regressors.names(), columns),
        options.withFixed(coefficients()),
        new double[] {sigma2()});
  }

  /** The regression part for the times after the series [horizon]. */
  double[] futureRegression(int horizon, Regressors future) {
    double[][] columns = Design.columns(y.length, horizon, spec, future);
    double[] result = new double[horizon];
    for (int c = 0; c < columns.length; c++) {
      for (int h = 0; h < horizon; h++) {
        result[h] += regression[c] * columns[c][h];
      }
    }
    return result;
  }

  /** The transformed series [n]. */
  double[] transformed() {
    return z;
  }

  /** Model, coefficients with standard errors, and criteria, as R prints a fit. */
  @Override
  public String toString() {
    return FitSummary.of(this);
  }
}
