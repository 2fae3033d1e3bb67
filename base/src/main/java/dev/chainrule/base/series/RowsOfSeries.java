package dev.chainrule.base.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The rows of one series, in growing arrays. */
final class RowsOfSeries {
  private static final int FIRST_ROOM = 4;

  private final double[] reals;
  private final List<String> categories;
  private long[] times = new long[FIRST_ROOM];
  private int[] lines = new int[FIRST_ROOM];

  /** The value, and the numbers of the step [1 + columns][room]. */
  private final double[][] numbers;

  private int length;

  /** For a series that begins with this row, which is yet to be added. */
  RowsOfSeries(SeriesRows.Row first) {
    reals = first.reals();
    categories = first.categories();
    numbers = new double[1 + first.columns().length][FIRST_ROOM];
  }

  int length() {
    return length;
  }

  long time(int i) {
    return times[i];
  }

  int line(int i) {
    return lines[i];
  }

  double[] reals() {
    return reals;
  }

  List<String> categories() {
    return categories;
  }

  void add(long time, SeriesRows.Row row) {
    if (length == times.length) {
      int room = 2 * length;
      times = Arrays.copyOf(times, room);
      lines = Arrays.copyOf(lines, room);
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = Arrays.copyOf(numbers[k], room);
      }
    }
    times[length] = time;
    lines[length] = row.line();
    numbers[0][length] = row.value();
    for (int k = 1; k < numbers.length; k++) {
      numbers[k][length] = row.columns()[k - 1];
    }
    length++;
  }

  /** All rows, as they are. */
  SeriesChunk chunk(String id, boolean counts) {
    double[][] columns = new double[numbers.length][];
    Arrays.setAll(columns, k -> Arrays.copyOf(numbers[k], length));
    return new SeriesChunk(
        id,
        null,
        counts,
        Arrays.copyOf(times, length),
        Arrays.copyOf(lines, length),
        columns,
        reals,
        categories);
  }

  /** Refuses a row whose numbers or words of the series are not those of the first. */
  void requireSame(CovariateNames names, SeriesRows.Row row) {
    for (int k = 0; k < reals.length; k++) {
      if (Double.compare(reals[k], row.reals()[k]) != 0) {
        throw changed(row, names.reals().get(k), row.reals()[k], reals[k]);
      }
    }
    for (int k = 0; k < categories.size(); k++) {
      if (!categories.get(k).equals(row.categories().get(k))) {
        throw changed(
            row,
            names.categories().get(k),
            Excerpt.of(row.categories().get(k)),
            Excerpt.of(categories.get(k)));
      }
    }
  }

  private static InputException changed(
      SeriesRows.Row row, String name, Object found, Object before) {
    return new InputException(
        "column %s of series %s is %s, expected %s as in its first row."
            .formatted(name, Excerpt.of(row.id()), found, before));
  }

  /**
   * Brings the rows into the order of their times.
   *
   * @param trimmed whether to forget those before the first value
   */
  void order(boolean trimmed) {
    boolean ordered = IntStream.range(1, length).allMatch(i -> times[i - 1] <= times[i]);
    if (!ordered) {
      int[] order =
          IntStream.range(0, length)
              .boxed()
              .sorted(Comparator.comparingLong(i -> times[i]))
              .mapToInt(i -> i)
              .toArray();
      times = Arrays.stream(order).mapToLong(i -> times[i]).toArray();
      lines = Arrays.stream(order).map(i -> lines[i]).toArray();
      for (int k = 0; k < numbers.length; k++) {
        double[] column = numbers[k];
        numbers[k] = Arrays.stream(order).mapToDouble(i -> column[i]).toArray();
      }
    }
    int from = 0;
    while (trimmed && from < length && Double.isNaN(numbers[0][from])) {
      from++;
    }
    if (from > 0) {
      times = Arrays.copyOfRange(times, from, length);
      lines = Arrays.copyOfRange(lines, from, length);
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = Arrays.copyOfRange(numbers[k], from, length);
      }
      length -= from;
    }
  }

  /** The second of two rows of one time, -1 where there are none; the rows are in order. */
  int duplicate() {
    for (int i = 1; i < length; i++) {
      if (times[i] == times[i - 1]) {
        return i;
      }
    }
    return -1;
  }

  /** The row after the largest gap; the rows are in order, and at least two. */
  int largestGap() {
    int largest = 1;
    for (int i = 2; i < length; i++) {
      if (times[i] - times[i - 1] > times[largest] - times[largest - 1]) {
        largest = i;
      }
    }
    return largest;
  }

  /** Value and numbers with row i at place at[i], and NaN where no row is [1 + columns][steps]. */
  double[][] spread(long[] at, int steps) {
    double[][] result = new double[numbers.length][steps];
    for (int k = 0; k < result.length; k++) {
      Arrays.fill(result[k], Double.NaN);
      for (int i = 0; i < length; i++) {
        result[k][(int) at[i]] = numbers[k][i];
      }
    }
    return result;
  }

  /** Lines with row i at place at[i], and 0 where no row is [steps]. */
  int[] spreadLines(long[] at, int steps) {
    int[] result = new int[steps];
    for (int i = 0; i < length; i++) {
      result[(int) at[i]] = lines[i];
    }
    return result;
  }
}
