package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.timeseries.feature.TimeFeatures;
import dev.chainrule.timeseries.likelihood.Likelihood;
import dev.chainrule.timeseries.likelihood.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Cuts windows out of series. What lies outside of a series is missing; in the history before a
 * window {@link MissingInputs} take its place.
 */
final class Windows {
  private static final double SMALLEST_DEVIATION = 1e-3;

  private final DeepArConfig config;
  private final Frequency frequency;
  private final Scaling scaling;
  private final List<Series> series;
  private final List<float[]> calendars = new ArrayList<>();
  private final List<float[]> covariates = new ArrayList<>();
  private final List<int[]> kinds = new ArrayList<>();
  private final List<PastValues> past = new ArrayList<>();

  /**
   * For these series.
   *
   * @param beyond steps after the end of each that windows may reach
   */
  Windows(DeepArConfig config, List<Series> series, int beyond) {
    this.config = config;
    this.series = List.copyOf(series);
    frequency = Frequency.of(config.frequency());
    requireFrequency(frequency, series);
    scaling = Likelihood.of(config.likelihood()).scaling();
    int width = TimeFeatures.count(frequency) + 1;
    CovariateRows rows = new CovariateRows(config);
    for (Series s : this.series) {
      covariates.add(rows.of(s, -config.contextLength(), s.length() + beyond));
      kinds.add(rows.kinds(s));
      past.add(new PastValues(s.values(), config.substituteLag()));
      int steps = s.length() + beyond + config.contextLength();
      float[] calendar = new float[steps * width];
      for (int i = 0; i < steps; i++) {
        int at = i - config.contextLength();
        TimeFeatures.write(frequency, s.time(at), calendar, i * width);
        calendar[(i + 1) * width - 1] = (float) Math.log10(2 + Math.max(0, at));
      }
      calendars.add(calendar);
    }
  }

  /** Rejects series with other steps than the model's. */
  static void requireFrequency(Frequency expected, List<Series> series) {
    for (Series s : series) {
      if (!s.frequency().equals(expected)) {
        throw new InputException(
            "%s: has steps of %s, expected %s as the model has"
                .formatted(s.place(), s.frequency(), expected));
      }
    }
  }

  /** Rejects a series without values, or with one that the likelihood cannot have. */
  static void requireValues(Likelihood likelihood, Series series) {
    for (int i = 0; i < series.length(); i++) {
      double value = series.values()[i];
      if (!Double.isNaN(value) && !likelihood.support().contains(value)) {
        throw new InputException(
            "%s: found %s, expected %s for the likelihood %s"
                .formatted(series.place(i), value, likelihood.support(), likelihood.name()));
      }
    }
    requireSome(series);
  }

  /** Rejects a series without values. */
  static void requireSome(Series series) {
    if (Arrays.stream(series.values()).allMatch(Double::isNaN)) {
      throw new InputException(
          "%s: all %d values are missing".formatted(series.place(), series.length()));
    }
  }

  /** How many series there are. */
  int count() {
    return series.size();
  }

  /** Values of a series, and what takes the place of missing ones. */
  PastValues past(int number) {
    return past.get(number);
  }

  /**
   * Writes a window.
   *
   * @param row of the batch
   * @param number of the series
   * @param start index of the first value of the forecast range; the context lies before it
   * @param category 0, or from 1 that of the series
   * @param named whether the series' kinds are told
   */
  void write(WindowBatch batch, int row, int number, int start, int category, boolean named) {
    double[] values = series.get(number).values();
    int time = batch.length();
    int history = config.historyLength();
    int first = start - config.contextLength();
    double centre = centre(values, start);
    double scale = scale(values, start, centre);
    batch.centres().set(row, centre);
    batch.scales().set(row, scale);
    writeKinds(batch, row, number, category, named);
    float[] before = new float[history];
    past.get(number).write(before, first, mean(values, from(values, start), start, v -> v));
    batch.history().write((long) row * history, before, 0, history);
    float[] cut = new float[time];
    for (int i = 0; i < time; i++) {
      cut[i] = at(values, first + i);
    }
    batch.elements().write((long) row * time, cut, 0, time);
    int width = TimeFeatures.count(frequency) + 1;
    float[] calendar = calendars.get(number);
    int own = config.inputs().width();
    int count = config.numCovariates();
    float[] known = new float[count];
    known[count - 2] = (float) (0.1 * Math.log(scale));
    known[count - 1] = (float) (0.1 * asinh(centre / scale));
    for (int t = 0; t < time; t++) {
      int place = Math.max(0, first + t + config.contextLength()) * width;
      System.arraycopy(calendar, place, known, 0, width);
      System.arraycopy(covariates.get(number), place / width * own, known, width, own);
      batch.covariates().write(((long) row * time + t) * count, known, 0, count);
    }
  }

  /** The history before the context of a forecast that begins at an index, missing values drawn. */
  void drawHistory(float[] history, int number, int start, RandomGenerator rng) {
    double[] values = series.get(number).values();
    double level = mean(values, from(values, start), start, v -> v);
    Likelihood likelihood = Likelihood.of(config.likelihood());
    past.get(number).draw(history, start - config.contextLength(), level, likelihood, rng);
  }

  private void writeKinds(WindowBatch batch, int row, int number, int category, boolean named) {
    long at = (long) row * batch.categories().dim(1);
    batch.categories().set(at++, category);
    for (int kind : kinds.get(number)) {
      batch.categories().set(at++, named ? kind : 0);
    }
  }

  private static double asinh(double x) {
    return Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1));
  }

  private static float at(double[] values, int i) {
    return i < 0 || i >= values.length ? Float.NaN : (float) values[i];
  }

  private double centre(double[] values, int start) {
    if (!config.standardized()) {
      return 0;
    }
    return mean(values, from(values, start), start, v -> v);
  }

  /** Where the context begins; where it holds no value, where the series does. */
  private int from(double[] values, int start) {
    int from = Math.max(0, start - config.contextLength());
    for (int i = from; i < Math.min(start, values.length); i++) {
      if (!Double.isNaN(values[i])) {
        return from;
      }
    }
    return 0;
  }

  /**
   * The mean absolute value of the context, and one more for counts, or its standard deviation, but
   * at least a thousandth of the centre; of all values before where the context has none, or none
   * but zeros; else 1. For values with bounds it is 1.
   */
  private double scale(double[] values, int start, double centre) {
    int from = from(values, start);
    if (scaling == Scaling.NONE) {
      return 1;
    }
    if (scaling == Scaling.MEAN_AND_ONE) {
      return 1 + mean(values, from, start, Math::abs);
    }
    double scale = scale(values, from, start, centre);
    if (scale == 0) {
      scale = scale(values, 0, start, centre);
    }
    return scale == 0 ? 1 : scale;
  }

  private double scale(double[] values, int from, int to, double centre) {
    if (!config.standardized()) {
      return mean(values, from, to, Math::abs);
    }
    double variance = mean(values, from, to, v -> (v - centre) * (v - centre));
    return Math.max(Math.sqrt(variance), SMALLEST_DEVIATION * Math.abs(centre));
  }

  /** Over the values that are there; 0 without any. */
  private static double mean(double[] values, int from, int to, DoubleUnaryOperator of) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < Math.min(to, values.length); i++) {
      if (!Double.isNaN(values[i])) {
        sum += of.applyAsDouble(values[i]);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }
}
