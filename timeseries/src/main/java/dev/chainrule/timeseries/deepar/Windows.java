package dev.chainrule.timeseries.deepar;

import dev.chainrule.timeseries.data.Frequency;
import dev.chainrule.timeseries.data.Series;
import dev.chainrule.timeseries.feature.TimeFeatures;
import dev.chainrule.timeseries.likelihood.Likelihood;
import dev.chainrule.timeseries.likelihood.Scaling;
import java.util.ArrayList;
import java.util.List;

/** Cuts windows out of series. What lies outside of a series is missing. */
final class Windows {
  private final DeepArConfig config;
  private final Frequency frequency;
  private final Scaling scaling;
  private final List<Series> series;
  private final List<float[]> calendars = new ArrayList<>();

  /**
   * For these series.
   *
   * @param beyond steps after the end of each that windows may reach
   */
  Windows(DeepArConfig config, List<Series> series, int beyond) {
    this.config = config;
    this.series = List.copyOf(series);
    frequency = Frequency.of(config.frequency());
    scaling = Likelihood.of(config.likelihood()).scaling();
    int width = TimeFeatures.count(frequency);
    for (Series s : this.series) {
      int steps = s.length() + beyond + config.contextLength();
      float[] calendar = new float[steps * width];
      for (int i = 0; i < steps && width > 0; i++) {
        TimeFeatures.write(frequency, s.time(i - config.contextLength()), calendar, i * width);
      }
      calendars.add(calendar);
    }
  }

  /** How many series there are. */
  int count() {
    return series.size();
  }

  /** Values of a series. */
  double[] values(int number) {
    return series.get(number).values();
  }

  /**
   * Writes a window.
   *
   * @param row of the batch
   * @param number of the series
   * @param start index of the first value of the forecast range; the context lies before it
   * @param category 0, or from 1 that of the series
   */
  void write(WindowBatch batch, int row, int number, int start, int category) {
    double[] values = series.get(number).values();
    int time = batch.length();
    int history = config.historyLength();
    int first = start - config.contextLength();
    double scale = scale(values, start);
    batch.scales().set(row, scale);
    batch.categories().set(row, category);
    for (int t = 0; t < time; t++) {
      batch.elements().set((long) row * time + t, at(values, first + t));
    }
    for (int i = 0; i < history; i++) {
      batch.history().set((long) row * history + i, at(values, first - history + i));
    }
    int width = TimeFeatures.count(frequency);
    float[] calendar = calendars.get(number);
    long at = (long) row * time * config.numCovariates();
    double logScale = 0.1 * Math.log(scale);
    for (int t = 0; t < time; t++) {
      int place = Math.max(0, first + t + config.contextLength()) * width;
      for (int i = 0; i < width; i++) {
        batch.covariates().set(at++, calendar[place + i]);
      }
      batch.covariates().set(at++, Math.log10(2 + Math.max(0, first + t)));
      batch.covariates().set(at++, logScale);
    }
  }

  private static double at(double[] values, int i) {
    return i < 0 || i >= values.length ? Double.NaN : values[i];
  }

  /**
   * The mean absolute value of the context, and one more for counts; of all values before where the
   * context has none but zeros and missing ones; else 1. For values with bounds it is 1.
   */
  private double scale(double[] values, int start) {
    if (scaling == Scaling.NONE) {
      return 1;
    }
    double mean = meanAbsolute(values, Math.max(0, start - config.contextLength()), start);
    if (scaling == Scaling.MEAN_AND_ONE) {
      return 1 + mean;
    }
    if (mean == 0) {
      mean = meanAbsolute(values, 0, start);
    }
    return mean == 0 ? 1 : mean;
  }

  private static double meanAbsolute(double[] values, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < Math.min(to, values.length); i++) {
      if (!Double.isNaN(values[i])) {
        sum += Math.abs(values[i]);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }
}
