package dev.chainrule.timeseries.choice;

import dev.chainrule.base.series.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The series that a network can learn from; it forecasts the others as it does new ones.
 *
 * @param series those with values for a window
 * @param others a sentence, empty if there are none
 */
public record Learnable(List<Series> series, String others) {
  /**
   * Of series of which the last values may be held out. Where none is long enough, all are kept, so
   * that the first is refused by name.
   *
   * @param ahead steps of a forecast and of what is held out
   */
  public static Learnable of(List<Series> series, int ahead) {
    List<Series> learnable = new ArrayList<>();
    String first = "";
    for (Series s : series) {
      int before = s.length() - ahead;
      if (before > 0 && Arrays.stream(s.values(), 0, before).anyMatch(v -> !Double.isNaN(v))) {
        learnable.add(s);
      } else if (first.isEmpty()) {
        first = s.place();
      }
    }
    int count = series.size() - learnable.size();
    if (count == 0 || learnable.isEmpty()) {
      return new Learnable(series, "");
    }
    String others =
        "%d of %d series, the first %s, have no value before their last %d: not learned from."
            .formatted(count, series.size(), first, ahead);
    return new Learnable(List.copyOf(learnable), others);
  }
}
