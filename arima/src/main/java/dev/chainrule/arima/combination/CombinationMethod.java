package dev.chainrule.arima.combination;

import dev.chainrule.arima.Calibration;
import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.Resolution;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.arima.theta.ThetaMethod;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Several methods of one series together: means and quantiles are weighted means of theirs. A
 * member's weight falls with the square of its mean absolute error over beginnings of the series,
 * which are few, so that weights stay near each other: errors of some origins that all members
 * share are added to what was seen.
 *
 * @param members at least one
 */
public record CombinationMethod(List<SeriesMethod> members) implements SeriesMethod {
  /** Origins at which all members were as good as their mean, beside those that were seen. */
  private static final double PRIOR_ORIGINS = 4;

  private static final int LONGEST_ERRORS = 24;
  private static final int SHORTEST_ERRORS = 8;

  /** Copies the list. */
  public CombinationMethod {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("members: found none, expected one at least");
    }
  }

  /** Exponential smoothing, Theta, complex smoothing and ARIMA. */
  public static CombinationMethod defaults() {
    return new CombinationMethod(
        List.of(
            EtsMethod.defaults(),
            ThetaMethod.automatic(),
            CesMethod.automatic(),
            new ArimaMethod()));
  }

  @Override
  public String name() {
    return "combination";
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    List<SeriesModel> models = new ArrayList<>();
    String refused = "";
    for (SeriesMethod member : members) {
      try {
        models.add(member.fit(y, period));
      } catch (InputException e) {
        refused = member.name() + ": " + e.getMessage();
      }
    }
    if (models.isEmpty()) {
      throw new InputException("no member could be fitted; " + refused);
    }
    Map<Integer, List<@Nullable SeriesModel>> parts = new TreeMap<>();
    double[] weights = weights(models, y, period, parts);
    return new Model(y, models, weights, parts);
  }

  private static double[] weights(
      List<SeriesModel> models,
      double[] y,
      int period,
      Map<Integer, List<@Nullable SeriesModel>> parts) {
    int k = models.size();
    double[] sums = new double[k];
    double[] counts = new double[k];
    int longest = Math.clamp(2L * period, SHORTEST_ERRORS, LONGEST_ERRORS);
    int origins = 0;
    for (int origin : Calibration.origins(y.length, smallest(models, y.length))) {
      List<@Nullable SeriesModel> refitted = refitted(models, Arrays.copyOf(y, origin));
      parts.put(origin, refitted);
      origins++;
      int steps = Math.min(longest, y.length - origin);
      for (int i = 0; i < k; i++) {
        SeriesModel part = refitted.get(i);
        Forecast forecast = part == null ? null : part.forecast(steps, 0);
        for (int h = 0; h < steps && forecast != null; h++) {
          double error = Math.abs(y[origin + h] - forecast.mean(h));
          if (Double.isFinite(error)) {
            sums[i] += error;
            counts[i]++;
          }
        }
      }
    }
    return weights(sums, counts, origins);
  }

  private static double[] weights(double[] sums, double[] counts, int origins) {
    int k = sums.length;
    double mean = 0;
    int known = 0;
    for (int i = 0; i < k; i++) {
      sums[i] = counts[i] > 0 ? sums[i] / counts[i] : Double.NaN;
      mean += Double.isNaN(sums[i]) ? 0 : sums[i];
      known += Double.isNaN(sums[i]) ? 0 : 1;
    }
    mean /= Math.max(1, known);
    double[] weights = new double[k];
    double total = 0;
    for (int i = 0; i < k; i++) {
      double error = Double.isNaN(sums[i]) ? mean : sums[i];
      double pooled = (origins * error + PRIOR_ORIGINS * mean) / (origins + PRIOR_ORIGINS);
      weights[i] = mean > 0 ? mean * mean / (pooled * pooled) : 1;
      total += weights[i];
    }
    for (int i = 0; i < k; i++) {
      weights[i] /= total;
    }
    return weights;
  }

  private static int smallest(List<SeriesModel> models, int n) {
    int most = models.stream().mapToInt(SeriesModel::parameterCount).max().orElse(1);
    return Math.max(n / 2, Math.min(2 * most + 1, n - 1));
  }

  private static List<@Nullable SeriesModel> refitted(
      List<SeriesModel> models, double[] beginning) {
    List<@Nullable SeriesModel> result = new ArrayList<>();
    for (SeriesModel model : models) {
      SeriesModel part;
      try {
        part = model.refit(beginning);
      } catch (InputException tooShort) {
        part = null;
      }
      result.add(part);
    }
    return result;
  }

  /** Members that were fitted, with their weights, and what they are of beginnings. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Model(
      double[] series,
      List<? extends @Nullable SeriesModel> models,
      double[] weights,
      Map<Integer, List<@Nullable SeriesModel>> parts)
      implements SeriesModel {
    @Override
    public String name() {
      List<String> names = new ArrayList<>();
      for (SeriesModel model : models) {
        names.add(model == null ? "" : model.name());
      }
      return "Combination(" + String.join(" + ", names) + ")";
    }

    @Override
    public Map<String, Double> parameters() {
      Map<String, Double> map = new LinkedHashMap<>();
      for (int i = 0; i < weights.length; i++) {
        SeriesModel model = models.get(i);
        if (model != null) {
          map.put(model.name(), weights[i]);
        }
      }
      return map;
    }

    @Override
    public @Nullable String note() {
      return null;
    }

    @Override
    public int parameterCount() {
      return 1;
    }

    @Override
    public Forecast forecast(int horizon, long seed) {
      List<Forecast> forecasts = new ArrayList<>();
      double[] shares = new double[weights.length];
      double total = 0;
      for (int i = 0; i < weights.length; i++) {
        SeriesModel model = models.get(i);
        if (model != null) {
          shares[forecasts.size()] = weights[i];
          forecasts.add(model.forecast(horizon, seed));
          total += weights[i];
        }
      }
      if (forecasts.isEmpty()) {
        throw new InputException("no member could be fitted to " + series.length + " values.");
      }
      double sum = total;
      return new Mixed(forecasts, Arrays.stream(shares).map(w -> w / sum).toArray(), horizon);
    }

    /** The weighted mean of the members', its deviation that of its own errors. */
    @Override
    public OneStep oneStep() {
      double[] means = new double[series.length];
      double total = 0;
      for (int i = 0; i < weights.length; i++) {
        SeriesModel model = models.get(i);
        if (model != null) {
          total += weights[i];
          double[] part = model.oneStep().means();
          for (int t = 0; t < means.length; t++) {
            means[t] += weights[i] * part[t];
          }
        }
      }
      double squares = 0;
      int count = 0;
      for (int t = 0; t < means.length; t++) {
        means[t] /= total;
        double error = series[t] - means[t];
        squares += Double.isNaN(error) ? 0 : error * error;
        count += Double.isNaN(error) ? 0 : 1;
      }
      return OneStep.of(means, Math.sqrt(Resolution.variance(squares, series, count)));
    }

    @Override
    public SeriesModel refit(double[] beginning) {
      List<@Nullable SeriesModel> members = parts.get(beginning.length);
      if (members == null) {
        throw new InputException("found " + beginning.length + " values, expected more of them.");
      }
      return new Model(beginning, members, weights, Map.of());
    }
  }

  /** Weighted means of means and quantiles. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Mixed(List<Forecast> of, double[] weights, int horizon) implements Forecast {
    @Override
    public double mean(int step) {
      double sum = 0;
      for (int i = 0; i < of.size(); i++) {
        sum += weights[i] * of.get(i).mean(step);
      }
      return sum;
    }

    @Override
    public double quantile(int step, double probability) {
      double sum = 0;
      for (int i = 0; i < of.size(); i++) {
        sum += weights[i] * of.get(i).quantile(step, probability);
      }
      return sum;
    }
  }
}
