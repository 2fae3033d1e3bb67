package dev.chainrule.experiments.arima;

import dev.chainrule.experiments.series.SeriesPlot;
import picocli.CommandLine.Command;

/** {@code chainrule arima}. */
@Command(
    name = "arima",
    description = "Seasonal ARIMA models with regressors; ETS, Theta and other models of a series.",
    subcommands = {
      ArimaFitCommand.class,
      ArimaAutoCommand.class,
      ArimaForecastCommand.class,
      EtsCommand.class,
      ThetaCommand.class,
      CesCommand.class,
      MstlCommand.class,
      CrostonCommand.class,
      CombineCommand.class,
      ArimaSimulateCommand.class,
      ArimaDiagnoseCommand.class,
      SeriesPlot.class
    })
public final class ArimaCommand {}
