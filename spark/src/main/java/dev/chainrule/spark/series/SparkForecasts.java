package dev.chainrule.spark.series;

import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.arima.smoothing.Intervals;
import dev.chainrule.arima.smoothing.SeriesForecaster;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.spark.Cluster;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts of the series in a table, for programs and notebooks that have a session of Spark:
 *
 * <pre>{@code
 * Dataset<Row> sales = session.read().parquet("hdfs:///sales");
 * Dataset<Row> ahead = SparkForecasts.of(session).forecast(sales, Forecasting.of(12)).forecasts();
 * }</pre>
 *
 * A table has the long format: columns {@code unique_id}, {@code ds} (dates, times, numbers that
 * count, or texts as in files) and {@code y}.
 */
public final class SparkForecasts {
  private static final double[] USUAL = ForecastFile.probabilities(List.of(80.0, 95.0));
  private static final String TABLE = "table";

  private final Cluster cluster;
  private final @Nullable Frequency frequency;

  private SparkForecasts(Cluster cluster, @Nullable Frequency frequency) {
    this.cluster = cluster;
    this.frequency = frequency;
  }

  /** On a cluster. */
  public static SparkForecasts of(Cluster cluster) {
    return new SparkForecasts(cluster, null);
  }

  /** With known steps between values; otherwise the times tell them. */
  public SparkForecasts by(Frequency step) {
    return new SparkForecasts(cluster, step);
  }

  /** Makes a method where it is used. */
  @FunctionalInterface
  public interface MethodSource extends Serializable {
    /** The method, for instance {@code EtsMethod.defaults()}. */
    SeriesMethod get();
  }

  /**
   * Forecasts every series by what did best on its past, as {@link Forecasting#forecast} does on
   * one machine.
   *
   * @throws InputException if the table holds no series
   */
  public Outcome forecast(Dataset<Row> series, Forecasting settings) {
    return work(
        () -> {
          ManySeries many = many(series);
          return many.compared(settings, output(many), true);
        });
  }

  /**
   * Forecasts every series by one method, with calibrated intervals.
   *
   * @param method such as {@code () -> EtsMethod.defaults()}
   * @param season values in one; 1 for none
   * @throws InputException if the table holds no series
   */
  public Outcome forecast(
      Dataset<Row> series, MethodSource method, int horizon, int season, long seed) {
    return work(
        () -> {
          ManySeries many = many(series);
          return many.apart(
              (block, first, step, sink, refusals) -> {
                SeriesForecaster forecaster =
                    new SeriesForecaster(method.get(), Intervals.CALIBRATED);
                for (Series s : block) {
                  SeriesForecaster.Result made;
                  try {
                    made =
                        forecaster.of(SeriesHistory.of(s.id(), s.values(), season), horizon, seed);
                  } catch (InputException e) {
                    refusals.accept(s.id(), String.valueOf(e.getMessage()));
                    continue;
                  }
                  sink.accept(s, made.forecast(), made.model().name());
                }
              },
              false,
              output(many));
        });
  }

  private interface Work {
    Outcome get();
  }

  private static Outcome work(Work work) {
    try {
      return work.get();
    } catch (InputException e) {
      throw e;
    } catch (Exception e) {
      throw dev.chainrule.spark.Failure.of(e);
    }
  }

  private ManySeries many(Dataset<Row> series) {
    return new ManySeries(cluster, new TableInput(TABLE, series, new Plain(frequency)));
  }

  private static Output output(ManySeries many) {
    return new Output(false, USUAL, many.whole().counts());
  }

  /** All series, with all of their values. */
  private record Plain(@Nullable Frequency frequency) implements Reading {
    private static final long serialVersionUID = 1L;

    @Override
    public SeriesFile file(Path path) {
      return SeriesFile.of(path).by(frequency);
    }

    @Override
    public SeriesData selected(SeriesData read) {
      return read;
    }
  }
}
