package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.smoothing.SeriesMethod;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule arima ces}. */
@Command(name = "ces", description = "Forecast every series by complex exponential smoothing.")
final class CesCommand extends MethodVerb {
  @Option(
      names = "--form",
      split = ",",
      paramLabel = "NAME",
      description = "Of none, simple, partial and full season those that are tried (default: all).")
  List<CesMethod.Season> seasons = List.of(CesMethod.Season.values());

  @Override
  SeriesMethod method() {
    return new CesMethod(seasons);
  }
}
