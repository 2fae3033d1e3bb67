package dev.chainrule.arima;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;
import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * A forecast with intervals from a formula: normal, or Student's t, around the mean of the
 * transformed series and carried back through the transformation.
 */
public final class ArimaForecast implements Forecast {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private final double[] location;
  private final double[] standardErrors;
  private final double degreesOfFreedom;
  private final @Nullable BoxCox boxCox;

  ArimaForecast(
      double[] location,
      double[] standardErrors,
      double degreesOfFreedom,
      @Nullable BoxCox boxCox) {
    this.location = location;
    this.standardErrors = standardErrors;
    this.degreesOfFreedom = degreesOfFreedom;
    this.boxCox = boxCox;
  }

  @Override
  public int horizon() {
    return location.length;
  }

  /** The mean; back-transformed, the median unless the transformation adjusts for bias. */
  @Override
  public double mean(int step) {
    double se = standardErrors[step];
    return boxCox == null ? location[step] : boxCox.inverse(location[step], se * se);
  }

  @Override
  public double quantile(int step, double probability) {
    double z =
        Double.isInfinite(degreesOfFreedom)
            ? NORMAL.inverseCumulativeProbability(probability)
            : new TDistribution(null, degreesOfFreedom).inverseCumulativeProbability(probability);
    double value = location[step] + z * standardErrors[step];
    return boxCox == null ? value : boxCox.inverse(value);
  }

  /**
   * Whether the standard errors are those of the transformed series, not on the scale of the means.
   */
  public boolean isTransformed() {
    return boxCox != null;
  }

  /** Standard errors [horizon], of the transformed series where {@link #isTransformed} says so. */
  public double[] standardErrors() {
    return standardErrors.clone();
  }

  /** The forecast of the transformed series. */
  ArimaForecast untransformed() {
    return new ArimaForecast(location, standardErrors, degreesOfFreedom, null);
  }

  /** The same forecast with standard errors multiplied [horizon]. */
  ArimaForecast scaled(double[] factors) {
    double[] errors = standardErrors.clone();
    Arrays.setAll(errors, h -> errors[h] * factors[h]);
    return new ArimaForecast(location, errors, degreesOfFreedom, boxCox);
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
