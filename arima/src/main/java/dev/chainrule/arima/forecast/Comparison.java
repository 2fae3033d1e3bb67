package dev.chainrule.arima.forecast;

import dev.chainrule.base.forecast.Digits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How models forecast the ends of series from what was before, and which each series is forecast
 * by: the one with the lowest quantile loss, as a ratio to that of the combination. Of the ratio's
 * logarithm a series' own windows make a mean with {@value #PRIOR_WINDOWS} windows that are as the
 * mean over all series is: a few windows of one series say little. What is forecast plays no part.
 */
public final class Comparison {
  static final int PRIOR_WINDOWS = 4;
  private static final double MOST_RATIO = 10;
  private static final int DIGITS = 4;

  private final List<String> names;
  private final int[] windows;
  private final double[][] losses;
  private final int[][] counts;
  private final boolean[][] offered;
  private final Sums[] sums;
  private final int reference;
  private double[] pooled = {};

  /** Adds up over forecasts of one model. */
  private static final class Sums {
    double mase;
    int scaled;
    double quantileLoss;
    double absolute;
    long inside;
    long values;
    int forecasts;
  }

  /**
   * For models of so many series.
   *
   * @param names of the models
   */
  Comparison(List<String> names, int series) {
    this.names = List.copyOf(names);
    this.windows = new int[series];
    this.losses = new double[series][names.size()];
    this.counts = new int[series][names.size()];
    this.offered = new boolean[series][names.size()];
    this.sums = new Sums[names.size()];
    Arrays.setAll(sums, m -> new Sums());
    int combination = names.indexOf("combination");
    int naive = Math.max(0, names.indexOf("seasonal_naive"));
    this.reference = combination >= 0 ? combination : naive;
  }

  /** The names of the models. */
  public List<String> names() {
    return names;
  }

  /** How many windows a series has, and which models may forecast it. */
  void begin(int series, int count, boolean[] models) {
    windows[series] = count;
    offered[series] = models;
  }

  void offer(int series, int model) {
    offered[series][model] = true;
  }

  void add(int series, int model, WindowErrors errors) {
    Sums sum = sums[model];
    sum.forecasts++;
    if (!Double.isNaN(errors.mase())) {
      sum.mase += errors.mase();
      sum.scaled++;
    }
    sum.quantileLoss += errors.quantileLoss();
    sum.absolute += errors.absolute();
    sum.inside += errors.inside();
    sum.values += errors.values();
    losses[series][model] += errors.scaledLoss();
    counts[series][model]++;
  }

  /** Learns from all series what is to be expected of one. */
  void end() {
    double[] means = new double[names.size()];
    for (int m = 0; m < means.length; m++) {
      double sum = 0;
      int count = 0;
      for (int i = 0; i < windows.length; i++) {
        double ratio = ratio(i, m);
        if (!Double.isNaN(ratio)) {
          sum += ratio;
          count++;
        }
      }
      means[m] = count == 0 ? Math.log(MOST_RATIO) : sum / count;
    }
    pooled = means;
  }

  /** Logarithm of a model's loss by the reference's; NaN where it did not forecast all windows. */
  private double ratio(int series, int model) {
    int all = windows[series];
    if (all == 0 || counts[series][model] < all || counts[series][reference] < all) {
      return Double.NaN;
    }
    double least = Double.MIN_NORMAL;
    double ratio = (losses[series][model] + least) / (losses[series][reference] + least);
    return Math.log(Math.clamp(ratio, 1 / MOST_RATIO, MOST_RATIO));
  }

  /** The models that may forecast a series, the best first. */
  List<Integer> ranking(int series) {
    List<Integer> models = new ArrayList<>();
    double[] scores = new double[names.size()];
    for (int m = 0; m < scores.length; m++) {
      double own = ratio(series, m);
      int weight = Double.isNaN(own) ? 0 : windows[series];
      scores[m] =
          ((weight == 0 ? 0 : weight * own) + PRIOR_WINDOWS * pooled[m]) / (weight + PRIOR_WINDOWS);
      if (offered[series][m]) {
        models.add(m);
      }
    }
    // What failed on a window comes after all that did not.
    models.sort(
        Comparator.comparing((Integer m) -> counts[series][m] < windows[series])
            .thenComparingDouble(m -> scores[m]));
    return models;
  }

  /** The scores, in the order of the models; those without forecasts are left out. */
  public List<ModelScores> scores() {
    int[] chosen = new int[names.size()];
    for (int i = 0; i < windows.length; i++) {
      List<Integer> ranking = ranking(i);
      if (!ranking.isEmpty()) {
        chosen[ranking.getFirst()]++;
      }
    }
    List<ModelScores> result = new ArrayList<>();
    for (int m = 0; m < names.size(); m++) {
      Sums sum = sums[m];
      if (sum.forecasts > 0) {
        result.add(
            new ModelScores(
                names.get(m),
                sum.mase / sum.scaled,
                sum.quantileLoss / sum.absolute,
                (double) sum.inside / sum.values,
                sum.forecasts,
                chosen[m]));
      }
    }
    return result;
  }

  /** The table of the scores. */
  @Override
  public String toString() {
    if (scores().isEmpty()) {
      return "No series is long enough to compare models.\n";
    }
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-16s %9s %9s %8s %10s %8s%n",
                "",
                "MASE",
                "wQL",
                "95 %",
                "forecasts",
                "chosen"));
    for (ModelScores s : scores()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-16s %9s %9s %8s %10d %8d%n",
              s.name(),
              Digits.of(s.mase(), DIGITS),
              Digits.of(s.weightedQuantileLoss(), DIGITS),
              Digits.percent(s.coverage()),
              s.forecasts(),
              s.chosen()));
    }
    return text.toString();
  }
}
