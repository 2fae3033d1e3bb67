package dev.chainrule.experiments.arima;

import picocli.CommandLine.Command;

/** {@code chainrule arima forecast}. */
@Command(
    name = "forecast",
    description = "Forecast every series, by a given order or a chosen one.")
final class ArimaForecastCommand extends ArimaVerb {
  @Override
  OrderUse orderUse() {
    return OrderUse.OPTIONAL;
  }

  @Override
  boolean needsHorizon() {
    return true;
  }
}
