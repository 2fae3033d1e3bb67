package dev.chainrule.experiments.cluster;

import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that forecasts every series of its input, and can do so with a block of them at a time.
 * On a cluster each machine reads the command's words again, and asks the command that they make.
 */
public interface BlockCommand {
  /** How a file of the series is read. */
  SeriesFile file(Path path);

  /** The series that the options select, without the values that are held out. */
  SeriesData selected(SeriesData read);

  /** Of the quantiles that are written. */
  double[] probabilities();

  /** What is done with them. */
  Work work();

  /**
   * The folder of the trained model that it works with, which every machine is to have a copy of;
   * null where there is none.
   */
  default @Nullable Path model() {
    return null;
  }

  /** How series are forecast. */
  sealed interface Work {
    /** Each by the model that a comparison over all series chooses for it. */
    record Compared(Forecasting settings) implements Work {}

    /** Each block by itself. */
    non-sealed interface Apart extends Work {
      /** Whether a forecast depends on how many series are before. */
      default boolean placed() {
        return false;
      }

      /**
       * Forecasts the series of a block.
       *
       * @param first how many series are in the blocks before; 0 where it is not asked for
       * @param frequency of all series
       * @param sink takes the forecasts in the order of the series
       * @param refusals hears of series that cannot be forecast
       */
      void forecast(
          List<Series> block,
          long first,
          Frequency frequency,
          Sink sink,
          Forecasting.Refusals refusals)
          throws Exception;
    }
  }

  /** Takes forecasts. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes one.
     *
     * @param model the name of what made it
     */
    void accept(Series series, dev.chainrule.base.forecast.Forecast forecast, String model)
        throws Exception;
  }
}
