package dev.chainrule.arima.intermittent;

import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sparse demand of one series at a time. Croston smooths the sizes {@code z} of demands and the
 * intervals {@code p} between them, {@code z / p} being the rate; Syntetos and Boylan take its bias
 * away, {@code (1 - alpha / 2) z / p}; Teunter, Syntetos and Babai smooth the probability of a
 * demand in every step, so that the rate falls while nothing is sold. Missing steps are passed
 * over.
 *
 * @param form which of them
 * @param alpha what sizes, intervals and probabilities are smoothed by, above 0 and below 1; 0.1 as
 *     R has it
 */
public record CrostonMethod(Form form, double alpha) implements SeriesMethod {
  /** Which method. */
  public enum Form {
    /** Croston's. */
    CROSTON,
    /** Syntetos and Boylan's approximation. */
    SBA,
    /** Teunter, Syntetos and Babai's. */
    TSB
  }

  private static final double USUAL_ALPHA = 0.1;

  /** Checks alpha. */
  public CrostonMethod {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "alpha: found " + alpha + ", expected a number above 0 and below 1");
    }
  }

  /** With R's alpha. */
  public static CrostonMethod of(Form form) {
    return new CrostonMethod(form, USUAL_ALPHA);
  }

  @Override
  public String name() {
    return form.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    List<Double> sizes = new ArrayList<>();
    double size = 0;
    double interval = 0;
    double probability = 0;
    int since = 0;
    int steps = 0;
    double[] expected = new double[y.length];
    for (int t = 0; t < y.length; t++) {
      double value = y[t];
      expected[t] = sizes.isEmpty() ? Double.NaN : rate(size, interval, probability);
      if (Double.isNaN(value)) {
        continue;
      }
      if (value < 0) {
        throw new InputException(
            "found " + value + ", expected demands from 0 for " + name() + ".");
      }
      since++;
      steps++;
      if (value > 0) {
        boolean first = sizes.isEmpty();
        size = first ? value : size + alpha * (value - size);
        interval = first ? since : interval + alpha * (since - interval);
        probability = first ? 1.0 / since : probability + alpha * (1 - probability);
        sizes.add(value);
        since = 0;
      } else if (!sizes.isEmpty()) {
        probability -= alpha * probability;
      }
    }
    if (sizes.isEmpty()) {
      throw new InputException("all " + steps + " values are 0, expected a demand at least.");
    }
    double rate = rate(size, interval, probability);
    double[] seen = sizes.stream().mapToDouble(v -> v).sorted().toArray();
    return new Model(this, y, size, interval, rate, seen, expected);
  }

  private double rate(double size, double interval, double probability) {
    return switch (form) {
      case CROSTON -> size / interval;
      case SBA -> (1 - alpha / 2) * size / interval;
      case TSB -> probability * size;
    };
  }

  /** A smoothed demand. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Model(
      CrostonMethod method,
      double[] series,
      double size,
      double interval,
      double rate,
      double[] sizes,
      double[] expected)
      implements SeriesModel {
    @Override
    public String name() {
      return switch (method.form) {
        case CROSTON -> "Croston";
        case SBA, TSB -> method.form.name();
      };
    }

    @Override
    public Map<String, Double> parameters() {
      Map<String, Double> map = new LinkedHashMap<>();
      map.put("alpha", method.alpha);
      map.put("size", size);
      map.put("interval", interval);
      map.put("rate", rate);
      return map;
    }

    @Override
    public @Nullable String note() {
      return null;
    }

    @Override
    public int parameterCount() {
      return 3;
    }

    @Override
    public boolean seesAllErrors() {
      return true;
    }

    @Override
    public Forecast forecast(int horizon, long seed) {
      // Sizes stay those that were seen, as often as the rate needs, unless it needs larger ones.
      double often = rate / Arrays.stream(sizes).average().orElse(1);
      return new Demand(horizon, rate, Math.min(1, often), sizes, Math.max(1, often));
    }

    /** The rate after the values before; none before the first demand. */
    @Override
    public OneStep oneStep() {
      double squares = 0;
      int count = 0;
      for (int t = 0; t < series.length; t++) {
        double error = series[t] - expected[t];
        squares += Double.isNaN(error) ? 0 : error * error;
        count += Double.isNaN(error) ? 0 : 1;
      }
      return OneStep.of(expected, Math.sqrt(squares / Math.max(1, count)));
    }

    @Override
    public SeriesModel refit(double[] beginning) {
      return method.fit(beginning, 1);
    }
  }

  /**
   * Demand of a step: none, or one of the sizes that were seen, so often that the mean is the rate.
   * Of what is none the upper half is written as a little, so that intervals have some width; the
   * lower half is 0, which thus lies inside of intervals.
   *
   * @param factor of the sizes, above 1 where even a demand in every step would be too little
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Demand(int horizon, double rate, double chance, double[] sizes, double factor)
      implements Forecast {
    @Override
    public double mean(int step) {
      return rate;
    }

    @Override
    public double quantile(int step, double probability) {
      double none = 1 - chance;
      double smallest = factor * sizes[0];
      if (probability <= none) {
        return 1e-3 * smallest * Math.max(0, 2 * probability / none - 1);
      }
      double position = (probability - none) / chance * sizes.length - 0.5;
      double at = Math.clamp(position, 0, sizes.length - 1);
      int below = (int) at;
      double above = sizes[Math.min(below + 1, sizes.length - 1)];
      double spread = 1e-3 * smallest * probability;
      return factor * (sizes[below] + (at - below) * (above - sizes[below])) + spread;
    }
  }
}
