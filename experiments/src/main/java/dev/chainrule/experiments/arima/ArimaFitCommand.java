package dev.chainrule.experiments.arima;

import picocli.CommandLine.Command;

/** {@code chainrule arima fit}. */
@Command(name = "fit", description = "Fit a model of a given order to every series.")
final class ArimaFitCommand extends ArimaVerb {
  @Override
  OrderUse orderUse() {
    return OrderUse.REQUIRED;
  }

  @Override
  boolean needsHorizon() {
    return false;
  }
}
