package dev.chainrule.base.series;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one series in one part of a source, as they travel to where all of them are put
 * together.
 *
 * @param id name of the series
 * @param problem why it cannot be used, in a sentence; null if it can
 * @param counts whether times count steps, and are no dates
 * @param times of the rows [n], seconds since 1970 or counts
 * @param lines where they stand [n]
 * @param numbers the values, and the numbers of the steps [1 + columns][n]
 * @param reals numbers of the series
 * @param categories of the series
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SeriesChunk(
    String id,
    @Nullable String problem,
    boolean counts,
    long[] times,
    int[] lines,
    double[][] numbers,
    double[] reals,
    List<String> categories)
    implements Serializable {
  static SeriesChunk refused(String id, String problem) {
    return new SeriesChunk(
        id, problem, false, new long[0], new int[0], new double[0][], new double[0], List.of());
  }

  /** Row i, on its own. */
  SeriesRows.Row row(int i) {
    double[] columns = new double[numbers.length - 1];
    for (int k = 0; k < columns.length; k++) {
      columns[k] = numbers[k + 1][i];
    }
    return new SeriesRows.Row(lines[i], id, numbers[0][i], columns, reals, categories);
  }
}
