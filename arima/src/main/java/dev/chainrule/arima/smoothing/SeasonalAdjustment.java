package dev.chainrule.arima.smoothing;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;
import dev.chainrule.base.forecast.Naive2;

/**
 * A series without its season, where it has one by M4's test at 90 %, and the way back.
 *
 * @param adjusted the series without it [n]
 * @param season by time modulo its length; one element, 1, where there is none
 * @param multiplicative whether it is a factor, as it is where all values are above zero
 */
@SuppressWarnings("ArrayRecordComponent")
public record SeasonalAdjustment(double[] adjusted, double[] season, boolean multiplicative) {
  private static final double SMALLEST_FACTOR = 0.01;

  /** Of a complete series [n]. */
  public static SeasonalAdjustment of(double[] y, int period) {
    if (!Naive2.isSeasonal(y, period)) {
      return new SeasonalAdjustment(y, new double[] {1}, true);
    }
    boolean positive = true;
    for (double value : y) {
      positive &= value > 0;
    }
    double[] season = Decomposition.of(y, period, positive).season();
    for (double s : season) {
      if (positive && !(s > SMALLEST_FACTOR)) {
        positive = false;
        season = Decomposition.of(y, period, false).season();
        break;
      }
    }
    double[] adjusted = new double[y.length];
    for (int t = 0; t < y.length; t++) {
      double s = season[t % period];
      adjusted[t] = positive ? y[t] / s : y[t] - s;
    }
    return new SeasonalAdjustment(adjusted, season, positive);
  }

  /** Whether there is one. */
  public boolean isSeasonal() {
    return season.length > 1;
  }

  /** The forecast of the series, from one of the series without season. */
  public Forecast seasonal(Forecast of) {
    return isSeasonal() ? new Seasonal(of, this) : of;
  }

  /** What was expected of the series, from what was of the one without season. */
  public OneStep seasonal(OneStep of) {
    if (!isSeasonal()) {
      return of;
    }
    double[] means = of.means().clone();
    double[] deviations = of.deviations().clone();
    for (int t = 0; t < means.length; t++) {
      double s = season[t % season.length];
      means[t] = multiplicative ? means[t] * s : means[t] + s;
      deviations[t] *= multiplicative ? s : 1;
    }
    return new OneStep(means, deviations);
  }

  /** A forecast with its season. */
  private record Seasonal(Forecast of, SeasonalAdjustment adjustment) implements Forecast {
    private double with(double value, int step) {
      double[] season = adjustment.season;
      double s = season[(adjustment.adjusted.length + step) % season.length];
      return adjustment.multiplicative ? value * s : value + s;
    }

    @Override
    public int horizon() {
      return of.horizon();
    }

    @Override
    public double mean(int step) {
      return with(of.mean(step), step);
    }

    @Override
    public double quantile(int step, double probability) {
      return with(of.quantile(step, probability), step);
    }

    @Override
    public String toString() {
      return ForecastTable.of(this);
    }
  }
}
