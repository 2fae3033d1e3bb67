package dev.chainrule.experiments.arima;

import dev.chainrule.arima.mstl.MstlMethod;
import dev.chainrule.arima.smoothing.SeriesMethod;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule arima mstl}. */
@Command(name = "mstl", description = "Forecast every series with several seasons.")
final class MstlCommand extends MethodVerb {
  @Option(
      names = "--seasons",
      split = ",",
      paramLabel = "N",
      description = "Seasons beside the usual one, in steps (default: 168 where that is 24).")
  List<Integer> seasons = List.of();

  @Override
  SeriesMethod method() {
    for (int season : seasons) {
      if (season < 2) {
        throw new IllegalArgumentException(
            "--seasons: found " + season + ", expected whole numbers from 2.");
      }
    }
    return new MstlMethod(seasons);
  }
}
