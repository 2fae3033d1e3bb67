package dev.chainrule.base.tensorboard;

import java.util.function.LongToDoubleFunction;

/** How often values fall into equal parts of the range from the smallest to the largest. */
public final class Histogram {
  private static final int PARTS = 40;

  /** Of more values than this, as many are taken at equal distances: a look costs the same. */
  private static final long MOST = 1 << 16;

  private final long count;
  private final double least;
  private final double greatest;
  private final double sum;
  private final double sumOfSquares;
  private final double[] counts;

  private Histogram(
      long count, double least, double greatest, double sum, double sumOfSquares, double[] counts) {
    this.count = count;
    this.least = least;
    this.greatest = greatest;
    this.sum = sum;
    this.sumOfSquares = sumOfSquares;
    this.counts = counts;
  }

  /**
   * Of values, or of 65,536 of them at equal distances where there are more.
   *
   * @param size how many there are, at least 1
   * @param value by index; all finite
   */
  public static Histogram of(long size, LongToDoubleFunction value) {
    if (size < 1) {
      throw new IllegalArgumentException("a histogram of %d values, expected one".formatted(size));
    }
    long step = Math.ceilDiv(size, MOST);
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (long i = 0; i < size; i += step) {
      double x = value.applyAsDouble(i);
      least = Math.min(least, x);
      greatest = Math.max(greatest, x);
      sum += x;
      squares += x * x;
      count++;
    }
    double[] counts = new double[PARTS];
    for (long i = 0; i < size; i += step) {
      double share = (value.applyAsDouble(i) - least) / (greatest - least);
      counts[greatest > least ? Math.min(PARTS - 1, (int) (share * PARTS)) : 0]++;
    }
    return new Histogram(count, least, greatest, sum, squares, counts);
  }

  /** How many values were looked at. */
  public long count() {
    return count;
  }

  /** The message HistogramProto. */
  ProtoMessage message() {
    double[] limits = new double[PARTS];
    for (int i = 0; i < PARTS; i++) {
      // Of equal values, parts that rise all the same.
      double width = greatest > least ? greatest - least : Math.max(1e-9, 1e-9 * Math.abs(least));
      limits[i] = i == PARTS - 1 && greatest > least ? greatest : least + width * (i + 1) / PARTS;
    }
    return new ProtoMessage()
        .real(1, least)
        .real(2, greatest)
        .real(3, (double) count)
        .real(4, sum)
        .real(5, sumOfSquares)
        .reals(6, limits)
        .reals(7, counts);
  }
}
