package dev.chainrule.experiments.series;

import java.util.List;
import picocli.CommandLine.Option;

/** Levels of intervals. */
public final class LevelOptions {
  @Option(
      names = "--level",
      split = ",",
      paramLabel = "PERCENT",
      description = "Nominal coverage of the intervals.")
  List<Double> levels = List.of(80.0, 95.0);

  /** Nominal coverage in per cent. */
  public List<Double> levels() {
    return levels;
  }

  /** Checks the option; a wrong one is an IllegalArgumentException. */
  public void check() {
    for (double level : levels) {
      if (!(level > 0 && level < 100)) {
        throw new IllegalArgumentException(
            "--level: found " + level + ", expected per cent above 0 and below 100.");
      }
    }
  }
}
