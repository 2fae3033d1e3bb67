package dev.chainrule.arima.mstl;

import dev.chainrule.arima.ets.EtsForecasts;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.ets.EtsOptions;
import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.arima.unitroot.Interpolation;
import dev.chainrule.arima.unitroot.Stl;
import dev.chainrule.base.forecast.Forecast;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Several seasons: each is taken out by local regression in turn, twice over, the shortest first;
 * what is left goes on by exponential smoothing without season, and the last cycle of each season
 * is repeated.
 *
 * @param seasons lengths of seasons beside the series' own; those that are not shorter than half a
 *     series are left out
 */
public record MstlMethod(List<Integer> seasons) implements SeriesMethod {
  private static final int ROUNDS = 2;

  /** Cycles that the smoother of the shortest season spans; each next spans four more. */
  private static final int FIRST_WINDOW = 11;

  private static final int WINDOW_STEP = 4;

  /** Checks the lengths. */
  public MstlMethod {
    seasons = List.copyOf(seasons);
    for (int season : seasons) {
      if (season < 2) {
        throw new IllegalArgumentException(
            "seasons: found " + season + ", expected lengths from 2");
      }
    }
  }

  /** A week beside a day, where a season is a day of hours; else the series' season alone. */
  public static MstlMethod defaults() {
    return new MstlMethod(List.of());
  }

  @Override
  public String name() {
    return "mstl";
  }

  @Override
  public SeriesModel fit(double[] y, int period) {
    TreeSet<Integer> lengths = new TreeSet<>(seasons);
    if (period > 1) {
      lengths.add(period);
    }
    if (seasons.isEmpty() && period == 24) {
      lengths.add(7 * period);
    }
    return decompose(y, new ArrayList<>(lengths), null);
  }

  private static Model decompose(double[] y, List<Integer> lengths, @Nullable SeriesModel like) {
    double[] x = Interpolation.linear(y);
    List<Integer> used = lengths.stream().filter(m -> x.length > 2 * m).toList();
    double[][] parts = new double[used.size()][x.length];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < parts.length; i++) {
        double[] rest = without(x, parts, i);
        int window = FIRST_WINDOW + WINDOW_STEP * i;
        parts[i] = Stl.decompose(rest, used.get(i), window).seasonal();
      }
    }
    double[] left = without(x, parts, -1);
    for (int t = 0; t < x.length; t++) {
      left[t] = Double.isNaN(y[t]) ? Double.NaN : left[t];
    }
    SeriesModel rest =
        like == null
            ? new EtsMethod(EtsOptions.of("ZZN"), EtsForecasts.Formulas.EXACT).fit(left, 1)
            : like.refit(left);
    return new Model(y, lengths, used, parts, rest);
  }

  /** A series less all parts but one. */
  private static double[] without(double[] x, double[][] parts, int but) {
    double[] rest = x.clone();
    for (int i = 0; i < parts.length; i++) {
      for (int t = 0; t < rest.length && i != but; t++) {
        rest[t] -= parts[i][t];
      }
    }
    return rest;
  }

  /** A decomposed series. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Model(
      double[] series,
      List<Integer> lengths,
      List<Integer> used,
      double[][] parts,
      SeriesModel rest)
      implements SeriesModel {
    @Override
    public String name() {
      return "MSTL("
          + String.join(",", used.stream().map(String::valueOf).toList())
          + ") + "
          + rest.name();
    }

    @Override
    public Map<String, Double> parameters() {
      return rest.parameters();
    }

    @Override
    public @Nullable String note() {
      return used.size() == lengths.size()
          ? rest.note()
          : "of the seasons "
              + lengths
              + " only "
              + used
              + " are shorter than half of its "
              + series.length
              + " values";
    }

    @Override
    public int parameterCount() {
      return rest.parameterCount() + used.stream().mapToInt(m -> m).max().orElse(0);
    }

    @Override
    public Forecast forecast(int horizon, long seed) {
      double[] season = new double[horizon];
      for (int h = 0; h < horizon; h++) {
        for (int i = 0; i < parts.length; i++) {
          int m = used.get(i);
          season[h] += parts[i][series.length - m + h % m];
        }
      }
      return new Moved(rest.forecast(horizon, seed), season);
    }

    @Override
    public OneStep oneStep() {
      OneStep left = rest.oneStep();
      double[] means = left.means().clone();
      for (double[] part : parts) {
        for (int t = 0; t < means.length; t++) {
          means[t] += part[t];
        }
      }
      return new OneStep(means, left.deviations());
    }

    @Override
    public SeriesModel refit(double[] beginning) {
      return decompose(beginning, used, rest);
    }
  }

  /** A forecast to which numbers are added. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Moved(Forecast of, double[] by) implements Forecast {
    @Override
    public int horizon() {
      return of.horizon();
    }

    @Override
    public double mean(int step) {
      return of.mean(step) + by[step];
    }

    @Override
    public double quantile(int step, double probability) {
      return of.quantile(step, probability) + by[step];
    }
  }
}
