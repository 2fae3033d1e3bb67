package dev.chainrule.experiments.series;

import dev.chainrule.base.series.Series;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which series of a file are used: data sets of intermittent demand are stated by such rules. */
final class SeriesSelection {
  @Option(names = "--complete", description = "Leave out series with missing values.")
  boolean complete;

  @Option(
      names = "--least-positive",
      paramLabel = "N",
      description = "Leave out series with fewer than N values above zero.")
  int leastPositive;

  @Option(
      names = "--active",
      paramLabel = "N",
      description = "Leave out series without a value above zero in their first or last N values.")
  @Nullable Integer active;

  /** The series that are used, judged by all of their values. */
  List<Series> of(List<Series> series) {
    return series.stream().filter(s -> selects(s.values())).toList();
  }

  private boolean selects(double[] values) {
    if (complete && Arrays.stream(values).anyMatch(Double::isNaN)) {
      return false;
    }
    if (positive(values, 0, values.length) < leastPositive) {
      return false;
    }
    Integer ends = active;
    return ends == null
        || (positive(values, 0, ends) > 0
            && positive(values, values.length - ends, values.length) > 0);
  }

  private static int positive(double[] values, int from, int to) {
    int count = 0;
    for (int i = Math.max(0, from); i < Math.min(to, values.length); i++) {
      if (values[i] > 0) {
        count++;
      }
    }
    return count;
  }
}
