package dev.chainrule.experiments.arima;

import dev.chainrule.experiments.cluster.ClusterOptions;
import dev.chainrule.plot.Fan;
import dev.chainrule.plot.FanChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A picture of forecasts, if one is wanted. */
final class FanOptions {
  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw forecast fans, as .png or an interactive .html; of at most 12 series.")
  @Nullable Path plot;

  @Option(names = "--unit", paramLabel = "TEXT", description = "Unit of the values, in the plot.")
  String unit = "y";

  /** Whether another series would be in the picture. */
  boolean wants(List<Fan> fans) {
    return plot != null && fans.size() < Fan.MOST;
  }

  /** Refuses a picture of what a cluster does. */
  ClusterOptions refused(ClusterOptions cluster) {
    cluster.refuse("--plot", plot != null, "charts of what was written, by timeseries plot");
    return cluster;
  }

  /** The chart that {@code --plot} names; a wrong option is an IllegalArgumentException. */
  FanChart chart() {
    return FanChart.of("--plot", Objects.requireNonNull(plot), unit);
  }

  /**
   * Writes the chart, and says if not all series are in it.
   *
   * @param series how many there were
   */
  static void write(@Nullable FanChart chart, List<Fan> fans, List<String> summaries, int series)
      throws IOException {
    if (chart == null) {
      return;
    }
    chart.write(fans, String.join("\n", summaries));
    if (series > fans.size()) {
      System.err.printf(
          "%s: shows the first %d of %d series.%n", chart.file(), fans.size(), series);
    }
  }
}
