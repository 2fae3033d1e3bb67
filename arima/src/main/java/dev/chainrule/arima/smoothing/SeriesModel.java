package dev.chainrule.arima.smoothing;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model that was fitted to a series. */
public interface SeriesModel {
  /** Its name, for instance {@code ETS(M,Ad,N)}. */
  String name();

  /** What was estimated, by name. */
  Map<String, Double> parameters();

  /**
   * What is to be said beside, for instance why it is not the model that was asked for, or null.
   */
  @Nullable String note();

  /** How many numbers were estimated, the variance among them. */
  int parameterCount();

  /**
   * How well it fits, by name: {@code sigma2}, {@code log_likelihood}, {@code aic}, {@code aicc},
   * {@code bic}; empty for models without a likelihood.
   */
  default Map<String, Double> criteria() {
    return Map.of();
  }

  /** The series [n] that it was fitted to. */
  double[] series();

  /**
   * The forecast with the model's own intervals.
   *
   * @param horizon steps ahead, at least 1
   * @param seed of a simulation, where intervals come from one
   */
  Forecast forecast(int horizon, long seed);

  /**
   * Whether its intervals are those of the values that were seen, so that there is nothing to
   * calibrate.
   */
  default boolean seesAllErrors() {
    return false;
  }

  /** What it expected of each value of its series from those before it. */
  OneStep oneStep();

  /**
   * The same model, its parameters estimated from another series.
   *
   * @param beginning the first values of this model's series [less than n]
   * @throws InputException if it has too few values
   */
  SeriesModel refit(double[] beginning);
}
