package dev.chainrule.experiments.arima;

import picocli.CommandLine.Command;

/** {@code chainrule arima auto}. */
@Command(name = "auto", description = "Choose an order for every series and fit it.")
final class ArimaAutoCommand extends ArimaVerb {
  @Override
  OrderUse orderUse() {
    return OrderUse.CHOSEN;
  }

  @Override
  boolean needsHorizon() {
    return false;
  }
}
