package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random windows for training: a series is drawn in proportion to a power of its mean absolute
 * value, all places in it alike. Windows may begin before their series, so that forecasts from few
 * values are learned. One window in twenty does not say which series it is of, so that forecasts of
 * new series are learned.
 */
final class WindowSource implements BatchSource<WindowBatch> {
  private static final double ANONYMOUS = 0.05;

  private final Windows windows;
  private final DeepArConfig config;
  private final WindowBatch batch;
  private final long seed;
  private final double[] cumulated;

  WindowSource(
      DeepArConfig config, List<Series> series, int batchSize, double scalePower, long seed) {
    requireSupport(config, series);
    this.config = config;
    this.seed = seed;
    windows = new Windows(config, series, 0);
    double total = 0;
    cumulated = new double[series.size()];
    for (int i = 0; i < cumulated.length; i++) {
      total += Math.pow(meanAbsolute(series.get(i).values()), scalePower);
      cumulated[i] = total;
    }
    batch = WindowBatch.zeros(DType.FLOAT32, batchSize, config.windowLength(), config);
  }

  private static void requireSupport(DeepArConfig config, List<Series> series) {
    Likelihood likelihood = Likelihood.of(config.likelihood());
    if (series.isEmpty()) {
      throw new InputException("training data: found no series, expected at least one");
    }
    for (Series s : series) {
      if (s.length() <= config.predictionLength()) {
        throw new InputException(
            "%s: has %d values, expected more than the prediction length %d"
                .formatted(s.place(), s.length(), config.predictionLength()));
      }
      Windows.requireValues(likelihood, s);
      int learnt = s.length() - config.predictionLength();
      if (new PastValues(s.values(), 1).first() >= learnt) {
        throw new InputException(
            "%s: its first %d values are missing, expected one before the last %d"
                .formatted(s.place(), learnt, config.predictionLength()));
      }
    }
  }

  /** Of the values that are there. */
  private static double meanAbsolute(double[] values) {
    double sum = 0;
    int count = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += Math.abs(value);
        count++;
      }
    }
    return Math.max(sum / count, Double.MIN_NORMAL);
  }

  /** The series that a number from 0 to 1 stands for. */
  private int draw(double uniform) {
    int place = Arrays.binarySearch(cumulated, uniform * cumulated[cumulated.length - 1]);
    return Math.min(place < 0 ? -place - 1 : place + 1, cumulated.length - 1);
  }

  @Override
  public WindowBatch at(long i) {
    RandomGenerator rng = CounterRandom.of(seed, 11, i);
    for (int row = 0; row < batch.size(); row++) {
      int number = draw(rng.nextDouble());
      PastValues past = windows.past(number);
      // At least one value is seen before the forecast range.
      int last = past.length() - config.predictionLength() - past.first();
      int start = past.first() + 1 + rng.nextInt(last);
      boolean named = rng.nextDouble() >= ANONYMOUS;
      int category = named && config.numCategories() > 0 ? number + 1 : 0;
      boolean kinds = rng.nextDouble() >= ANONYMOUS;
      windows.write(batch, row, number, start, category, kinds);
    }
    return batch;
  }
}
