package dev.chainrule.experiments.arima;

import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.theta.ThetaMethod;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule arima theta}. */
@Command(name = "theta", description = "Forecast every series by the Theta method.")
final class ThetaCommand extends MethodVerb {
  @Option(
      names = "--form",
      split = ",",
      paramLabel = "NAME",
      description = "Of stm, otm, dstm and dotm those that are tried (default: all).")
  List<ThetaMethod.Form> forms = List.of(ThetaMethod.Form.values());

  @Override
  SeriesMethod method() {
    return new ThetaMethod(forms);
  }
}
