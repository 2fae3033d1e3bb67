package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.combination.ArimaMethod;
import dev.chainrule.arima.combination.CombinationMethod;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.mstl.MstlMethod;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.theta.ThetaMethod;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule arima combine}. */
@Command(
    name = "combine",
    description = "Forecast every series by several models, weighted by their errors on its past.")
final class CombineCommand extends MethodVerb {
  private static final String CHOICES = "ets, theta, ces, arima and mstl";

  @Option(
      names = "--members",
      split = ",",
      paramLabel = "NAME",
      description = "Of " + CHOICES + " those that take part.")
  List<String> members = List.of("ets", "theta", "ces", "arima");

  @Override
  SeriesMethod method() {
    List<SeriesMethod> methods = new ArrayList<>();
    for (String member : members) {
      methods.add(
          switch (member) {
            case "ets" -> EtsMethod.defaults();
            case "theta" -> ThetaMethod.automatic();
            case "ces" -> CesMethod.automatic();
            case "arima" -> new ArimaMethod();
            case "mstl" -> MstlMethod.defaults();
            default ->
                throw new IllegalArgumentException(
                    "--members: found " + member + ", expected some of " + CHOICES + ".");
          });
    }
    return new CombinationMethod(methods);
  }
}
