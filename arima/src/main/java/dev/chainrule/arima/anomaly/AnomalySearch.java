package dev.chainrule.arima.anomaly;

import dev.chainrule.arima.smoothing.Observed;
import dev.chainrule.arima.smoothing.OneStep;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.smoothing.SeriesModel;
import dev.chainrule.base.InputException;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.StudentT;
import dev.chainrule.base.forecast.Surprise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Flags values by their tail probability in what a model, fitted to the whole series, expects of
 * each from those before it. The distribution is Student's t, with the tails that the errors have
 * that are no further out than eight deviations, told by their median. A flagged value is then
 * taken as missing and the model fitted again, so that it leads no other astray; of a row of them
 * only the first {@value #LONGEST}, so that a series may change for good.
 *
 * @param method how a series is modelled
 * @param threshold of tail probabilities, above 0 and below 1: of values like the others, the share
 *     that is flagged
 */
public record AnomalySearch(SeriesMethod method, double threshold) {
  static final int LONGEST = 3;
  private static final int ROUNDS = 3;
  private static final int FEWEST = 8;

  /** Checks the threshold. */
  public AnomalySearch {
    Surprise.requireThreshold(threshold);
  }

  /**
   * A model and what it made of each value [n].
   *
   * @param model its name
   */
  public record Result(String model, List<Surprise> surprises) {}

  /**
   * Judges the values of one series.
   *
   * @param values [n]; NaN is missing
   * @param period values in a season, 1 for none
   * @throws InputException if it has too few values, or none that differ
   */
  public Result of(double[] values, int period) {
    Observed observed = Observed.of(values);
    double[] y = observed.values();
    int before = values.length - observed.gap() - y.length;
    SeriesModel model = method.fit(y, period);
    boolean[] left = new boolean[y.length];
    List<Surprise> judged = judge(y, model.oneStep());
    for (int round = 1; round < ROUNDS; round++) {
      boolean[] next = leftOut(judged);
      if (Arrays.equals(next, left)) {
        break;
      }
      left = next;
      SeriesModel again = refitted(model, y, left);
      if (again == null) {
        break;
      }
      model = again;
      judged = judge(y, model.oneStep());
    }
    double nan = Double.NaN;
    List<Surprise> all = new ArrayList<>();
    for (int t = 0; t < values.length; t++) {
      int at = t - before;
      all.add(
          at >= 0 && at < judged.size()
              ? judged.get(at)
              : new Surprise(values[t], nan, nan, nan, nan, false));
    }
    return new Result(model.name(), all);
  }

  private static @Nullable SeriesModel refitted(SeriesModel model, double[] y, boolean[] left) {
    double[] without = y.clone();
    for (int t = 0; t < without.length; t++) {
      without[t] = left[t] ? Double.NaN : without[t];
    }
    try {
      Observed.of(without);
      return model.refit(without);
    } catch (InputException tooFew) {
      return null;
    }
  }

  /** The flagged values that are taken as missing. */
  private static boolean[] leftOut(List<Surprise> judged) {
    boolean[] left = new boolean[judged.size()];
    int row = 0;
    for (int t = 0; t < left.length; t++) {
      row = judged.get(t).flagged() ? row + 1 : 0;
      left[t] = row > 0 && row <= LONGEST;
    }
    return left;
  }

  private List<Surprise> judge(double[] y, OneStep expected) {
    double[] units = new double[y.length];
    int count = 0;
    for (int t = 0; t < y.length; t++) {
      double unit = (y[t] - expected.means()[t]) / expected.deviations()[t];
      if (Double.isFinite(unit)) {
        units[count++] = unit;
      }
    }
    double[] known = Arrays.copyOf(units, count);
    if (count < FEWEST) {
      throw new InputException(
          "found %d values with an expectation, expected %d at least, to know what is usual."
              .formatted(count, FEWEST));
    }
    if (Arrays.stream(known).allMatch(e -> e == 0)) {
      Arrays.fill(known, 1); // All as expected: the deviation is that of the last decimal.
    }
    HeavyTails tails = HeavyTails.of(known);
    List<@Nullable Distribution> distributions = new ArrayList<>();
    for (int t = 0; t < y.length; t++) {
      double mean = expected.means()[t];
      double spread = expected.deviations()[t] * tails.spread();
      boolean told = Double.isFinite(mean) && spread > 0 && Double.isFinite(spread);
      distributions.add(told ? new StudentT(mean, spread, tails.degrees()) : null);
    }
    return Surprise.of(y, distributions, threshold);
  }
}
