package dev.chainrule.timeseries.zeroshot;

/**
 * What a series' values are measured by: the mean of its last values, and the deviation of all from
 * their mean.
 *
 * @param scale above 0
 */
record Normalisation(double centre, double scale) {
  /** Values at least whose mean is the centre, and seasons. */
  private static final int RECENT = 16;

  private static final int SEASONS = 2;

  /** Of the size of values: what is less is rounding. */
  private static final double SMALLEST = 1e-6;

  /** Of the values before {@code end}. */
  static Normalisation of(double[] values, int end, int period) {
    int recent = Math.max(0, end - Math.max(RECENT, SEASONS * period));
    double centre = mean(values, recent, end);
    if (Double.isNaN(centre)) {
      centre = mean(values, 0, end);
    }
    double middle = mean(values, 0, end);
    double squares = 0;
    double size = 0;
    int count = 0;
    for (int t = 0; t < end; t++) {
      if (!Double.isNaN(values[t])) {
        squares += (values[t] - middle) * (values[t] - middle);
        size = Math.max(size, Math.abs(values[t]));
        count++;
      }
    }
    if (count == 0) {
      return new Normalisation(0, 1);
    }
    double deviation = Math.max(Math.sqrt(squares / count), SMALLEST * size);
    return new Normalisation(centre, deviation > 0 ? deviation : 1);
  }

  private static double mean(double[] values, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int t = from; t < to; t++) {
      if (!Double.isNaN(values[t])) {
        sum += values[t];
        count++;
      }
    }
    return sum / count;
  }

  float scaled(double value) {
    return (float) ((value - centre) / scale);
  }
}
