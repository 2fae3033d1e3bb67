package dev.chainrule.experiments.arima;

import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.ets.EtsForecasts.Formulas;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.ets.EtsOptions;
import dev.chainrule.arima.smoothing.SeriesMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule arima ets}. */
@Command(name = "ets", description = "Forecast every series by exponential smoothing.")
final class EtsCommand extends MethodVerb {
  @Option(
      names = "--form",
      paramLabel = "ETS",
      description =
          "Error, trend and season: A, M, N, Ad or Md, such as MAdM; Z is chosen; all tries the"
              + " thirty.")
  String form = "ZZZ";

  @Option(names = "--ic", paramLabel = "NAME", description = "What chooses: aicc, aic or bic.")
  Criterion criterion = Criterion.AICC;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      description = "Where smoothing parameters lie: usual, admissible or both.")
  EtsOptions.Region region = EtsOptions.Region.BOTH;

  @Override
  SeriesMethod method() {
    EtsOptions options;
    try {
      options = EtsOptions.of(form);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--form: " + e.getMessage() + ".", e);
    }
    return new EtsMethod(
        options.withCriterion(criterion).withRegion(region),
        normal() ? Formulas.AS_R : Formulas.EXACT);
  }
}
