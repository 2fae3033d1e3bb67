package dev.chainrule.spark.series;

import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.experiments.cluster.BlockCommand;
import java.io.Serializable;
import java.util.List;

/** Forecasts the series of a block, wherever that is done. */
interface Apart extends Serializable {
  /** As {@link BlockCommand.Work.Apart#forecast}. */
  void forecast(
      List<Series> block,
      long first,
      Frequency frequency,
      BlockCommand.Sink sink,
      Forecasting.Refusals refusals)
      throws Exception;
}
