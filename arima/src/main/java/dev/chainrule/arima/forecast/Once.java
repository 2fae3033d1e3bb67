package dev.chainrule.arima.forecast;

import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.base.InputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A method that remembers what it last fitted, so that a combination and its members are not fitted
 * twice. One object serves one thread.
 */
final class Once implements SeriesMethod {
  private final SeriesMethod method;
  private double[] series = {};
  private @Nullable SeriesModel model;
  private @Nullable InputException refused;

  Once(SeriesMethod method) {
    this.method = method;
  }

  @Override
  public String name() {
    return method.name();
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    SeriesModel known = model;
    boolean same = Arrays.equals(y, series);
    if (same && refused != null) {
      throw refused;
    }
    if (!same || known == null) {
      series = y.clone();
      model = null;
      refused = null;
      try {
        known = method.fit(y, period);
      } catch (InputException e) {
        refused = e;
        throw e;
      }
      model = known;
    }
    return known;
  }
}
