package dev.chainrule.timeseries.feature;

import dev.chainrule.base.series.Frequency;
import java.util.Set;
import java.util.TreeSet;

/** Which earlier values a network sees beside the last: those a season ago, and around. */
public final class Lags {
  private Lags() {}

  /**
   * The lags usual for a frequency, rising: the first few, and up to one step around the multiples
   * of its seasons (GluonTS's rule).
   *
   * @param longest the largest that is wanted
   */
  public static int[] of(Frequency frequency, int longest) {
    Set<Integer> lags = new TreeSet<>();
    int near = 7;
    switch (frequency.unit()) {
      case SECOND, MINUTE -> around(lags, 60, 3, 2);
      case HOUR -> {
        around(lags, 24, 7, 1);
        around(lags, 336, 1, 1);
        around(lags, 504, 1, 1);
        around(lags, 672, 1, 1);
        around(lags, 720, 1, 1);
      }
      case DAY -> {
        around(lags, 7, 4, 1);
        around(lags, 364, 1, 1);
      }
      case BUSINESS_DAY -> around(lags, 5, 4, 1);
      case WEEK -> around(lags, 52, 3, 1);
      case MONTH -> around(lags, 12, 3, 1);
      case QUARTER -> around(lags, 4, 3, 1);
      case YEAR -> near = 3;
      case STEP -> {}
    }
    for (int lag = 1; lag <= near; lag++) {
      lags.add(lag);
    }
    return lags.stream().mapToInt(lag -> lag).filter(lag -> lag <= longest).toArray();
  }

  private static void around(Set<Integer> lags, int season, int multiples, int width) {
    for (int k = 1; k <= multiples; k++) {
      for (int d = -width; d <= width; d++) {
        lags.add(k * season + d);
      }
    }
  }
}
