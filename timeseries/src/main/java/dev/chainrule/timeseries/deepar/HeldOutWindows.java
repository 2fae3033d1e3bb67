package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import java.util.ArrayList;
import java.util.List;

/** The last windows of series, to measure a model by whose training ended before them. */
public final class HeldOutWindows {
  private static final int BATCH = 64;

  private HeldOutWindows() {}

  /**
   * Windows whose forecast ranges are the last stretches of the prediction length, as batches.
   *
   * @param perSeries how many such stretches of each series
   * @throws InputException for a series of other steps, or without values
   */
  public static List<WindowBatch> of(DeepArConfig config, List<Series> series, int perSeries) {
    Windows windows = new Windows(config, series, 0);
    List<int[]> places = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      Windows.requireSome(series.get(i));
      for (int back = perSeries; back > 0; back--) {
        int start = series.get(i).length() - back * config.predictionLength();
        // At least one value is seen before the forecast range.
        if (start > windows.past(i).first()) {
          places.add(new int[] {i, start});
        }
      }
    }
    List<WindowBatch> batches = new ArrayList<>();
    for (int from = 0; from < places.size(); from += BATCH) {
      int to = Math.min(places.size(), from + BATCH);
      WindowBatch batch =
          WindowBatch.zeros(DType.FLOAT32, to - from, config.windowLength(), config);
      for (int row = from; row < to; row++) {
        int number = places.get(row)[0];
        int category = config.numCategories() > 0 ? number + 1 : 0;
        windows.write(batch, row - from, number, places.get(row)[1], category, true);
      }
      batches.add(batch);
    }
    return batches;
  }

  /**
   * Series without the values that are held out.
   *
   * @throws InputException for a series that has no others
   */
  public static List<Series> before(DeepArConfig config, List<Series> series, int perSeries) {
    int values = perSeries * config.predictionLength();
    List<Series> shorter = new ArrayList<>();
    for (Series s : series) {
      if (s.length() <= values) {
        throw new InputException(
            "%s: has %d values, expected more than the %d that are held out"
                .formatted(s.place(), s.length(), values));
      }
      shorter.add(s.first(s.length() - values));
    }
    return shorter;
  }
}
