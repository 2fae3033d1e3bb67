package dev.chainrule.experiments.arima;

import dev.chainrule.experiments.series.SeriesPlot;
import picocli.CommandLine.Command;

/** {@code chainrule arima}. */
@Command(
    name = "arima",
    description = "Seasonal ARIMA models with regressors.",
    subcommands = {
      ArimaFitCommand.class,
      ArimaAutoCommand.class,
      ArimaForecastCommand.class,
      ArimaSimulateCommand.class,
      ArimaDiagnoseCommand.class,
      SeriesPlot.class
    })
public final class ArimaCommand {}
