package dev.chainrule.arima.forecast;

import dev.chainrule.base.forecast.Digits;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a comparison came to over all series, or over a part of them: the totals of parts add up to
 * those of the whole, bit for bit, in any order. They hold nothing of a single series.
 */
public final class ComparisonTotals implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int DIGITS = 4;

  private final List<String> names;
  private final Sums[] sums;

  /** Adds up over forecasts of one model. */
  private static final class Sums implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ExactSum mase = new ExactSum();
    private int scaled;
    private final ExactSum quantileLoss = new ExactSum();
    private final ExactSum absolute = new ExactSum();
    private long inside;
    private long values;
    private int forecasts;

    /** Logarithms of ratios to the reference, over series. */
    private final ExactSum ratios = new ExactSum();

    private int compared;
    private int chosen;

    void add(Sums part) {
      mase.add(part.mase);
      scaled += part.scaled;
      quantileLoss.add(part.quantileLoss);
      absolute.add(part.absolute);
      inside += part.inside;
      values += part.values;
      forecasts += part.forecasts;
      ratios.add(part.ratios);
      compared += part.compared;
      chosen += part.chosen;
    }
  }

  ComparisonTotals(List<String> names) {
    this.names = List.copyOf(names);
    this.sums = new Sums[names.size()];
    Arrays.setAll(sums, m -> new Sums());
  }

  /** Adds those of other series, by the same models. */
  public void add(ComparisonTotals part) {
    if (!part.names.equals(names)) {
      throw new IllegalArgumentException("models " + part.names + ", expected " + names);
    }
    for (int m = 0; m < sums.length; m++) {
      sums[m].add(part.sums[m]);
    }
  }

  void add(int model, WindowErrors errors) {
    Sums sum = sums[model];
    sum.forecasts++;
    if (!Double.isNaN(errors.mase())) {
      sum.mase.add(errors.mase());
      sum.scaled++;
    }
    sum.quantileLoss.add(errors.quantileLoss());
    sum.absolute.add(errors.absolute());
    sum.inside += errors.inside();
    sum.values += errors.values();
  }

  void addRatio(int model, double ratio) {
    sums[model].ratios.add(ratio);
    sums[model].compared++;
  }

  void choose(int model) {
    sums[model].chosen++;
  }

  /** The mean of a model's ratios. */
  double ratio(int model, double unknown) {
    Sums sum = sums[model];
    return sum.compared == 0 ? unknown : sum.ratios.value() / sum.compared;
  }

  /** The scores, in the order of the models; those without forecasts are left out. */
  public List<ModelScores> scores() {
    List<ModelScores> result = new ArrayList<>();
    for (int m = 0; m < names.size(); m++) {
      Sums sum = sums[m];
      if (sum.forecasts > 0) {
        result.add(
            new ModelScores(
                names.get(m),
                sum.mase.value() / sum.scaled,
                sum.quantileLoss.value() / sum.absolute.value(),
                (double) sum.inside / sum.values,
                sum.forecasts,
                sum.chosen));
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
