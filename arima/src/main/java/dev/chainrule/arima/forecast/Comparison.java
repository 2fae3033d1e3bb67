package dev.chainrule.arima.forecast;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How models forecast the ends of series from what was before, and which each series is forecast
 * by: the one with the lowest quantile loss, as a ratio to that of the combination. Of the ratio's
 * logarithm a series' own windows make a mean with {@value #PRIOR_WINDOWS} windows that are as the
 * mean over all series is: a few windows of one series say little. What is forecast plays no part.
 *
 * <p>Of a part of the series it is complete but for that mean: {@link #learn} takes it from the
 * totals of all parts.
 */
public final class Comparison implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int PRIOR_WINDOWS = 4;
  private static final double MOST_RATIO = 10;

  private final List<String> names;
  private final int[] windows;
  private final double[][] losses;
  private final int[][] counts;
  private final boolean[][] offered;
  private final ComparisonTotals totals;
  private final int reference;
  private double[] pooled = {};

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
    this.totals = new ComparisonTotals(names);
    int combination = names.indexOf("combination");
    int naive = Math.max(0, names.indexOf("seasonal_naive"));
    this.reference = combination >= 0 ? combination : naive;
  }

  /** The names of the models. */
  public List<String> names() {
    return names;
  }

  /** Over these series, without the choice among models. */
  public ComparisonTotals totals() {
    return totals;
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
    totals.add(model, errors);
    losses[series][model] += errors.scaledLoss();
    counts[series][model]++;
  }

  /** Adds up what single series came to; nothing more is added. */
  void end() {
    for (int m = 0; m < names.size(); m++) {
      for (int i = 0; i < windows.length; i++) {
        double ratio = ratio(i, m);
        if (!Double.isNaN(ratio)) {
          totals.addRatio(m, ratio);
        }
      }
    }
    learn(totals);
  }

  /** Learns from all series what is to be expected of one of these. */
  void learn(ComparisonTotals all) {
    double[] means = new double[names.size()];
    Arrays.setAll(means, m -> all.ratio(m, Math.log(MOST_RATIO)));
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

  /** The totals with the number of series that are forecast by each model. */
  public ComparisonTotals chosen() {
    ComparisonTotals result = new ComparisonTotals(names);
    result.add(totals);
    for (int i = 0; i < windows.length; i++) {
      List<Integer> ranking = ranking(i);
      if (!ranking.isEmpty()) {
        result.choose(ranking.getFirst());
      }
    }
    return result;
  }

  /** The scores, in the order of the models; those without forecasts are left out. */
  public List<ModelScores> scores() {
    return chosen().scores();
  }

  /** The table of the scores. */
  @Override
  public String toString() {
    return chosen().toString();
  }
}
