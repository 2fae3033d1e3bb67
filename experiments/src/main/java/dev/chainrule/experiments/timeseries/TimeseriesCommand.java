package dev.chainrule.experiments.timeseries;

import dev.chainrule.experiments.series.SeriesPlot;
import picocli.CommandLine.Command;

/** {@code chainrule timeseries}. */
@Command(
    name = "timeseries",
    description = "DeepAR: probabilistic forecasts of many series by one network.",
    subcommands = {
      TimeseriesTrain.class,
      TimeseriesForecast.class,
      TimeseriesEval.class,
      TimeseriesBacktest.class,
      TimeseriesAnomalies.class,
      SeriesPlot.class
    })
public final class TimeseriesCommand {}
