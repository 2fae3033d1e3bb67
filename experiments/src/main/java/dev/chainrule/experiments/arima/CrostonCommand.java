package dev.chainrule.experiments.arima;

import dev.chainrule.arima.intermittent.CrostonMethod;
import dev.chainrule.arima.smoothing.SeriesMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule arima croston}. */
@Command(name = "croston", description = "Forecast sparse demand.")
final class CrostonCommand extends MethodVerb {
  @Option(
      names = "--form",
      paramLabel = "NAME",
      description = "croston, sba (its bias taken away) or tsb (falls while nothing is sold).")
  CrostonMethod.Form form = CrostonMethod.Form.SBA;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description = "What sizes and intervals are smoothed by.")
  double alpha = 0.1;

  @Override
  SeriesMethod method() {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "--alpha: found " + alpha + ", expected a number above 0 and below 1.");
    }
    return new CrostonMethod(form, alpha);
  }
}
