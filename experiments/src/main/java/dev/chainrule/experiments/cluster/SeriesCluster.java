package dev.chainrule.experiments.cluster;

import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.series.SeriesOptions;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A cluster for a command that forecasts series. */
public final class SeriesCluster {
  @Mixin private ClusterOptions options = new ClusterOptions();

  /** What results are written as. */
  enum Format {
    CSV,
    PARQUET;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Of what --spark writes: ${COMPLETION-CANDIDATES}.")
  private Format format = Format.CSV;

  /** Whether there is one. */
  public boolean given() {
    return options.given();
  }

  /** The options of any cluster. */
  public ClusterOptions options() {
    return options;
  }

  /**
   * Checks what needs no cluster; a wrong option is an IllegalArgumentException.
   *
   * @param out what the user named for the results, null if nothing
   */
  public SeriesCluster checked(SeriesOptions input, @Nullable String out) {
    options.checked();
    if (!given()) {
      return this;
    }
    if (input.layout() != SeriesFile.Layout.LONG) {
      throw new IllegalArgumentException(
          "--layout: found %s, expected long with --spark.".formatted(input.layout()));
    }
    if (out == null) {
      throw new IllegalArgumentException(
          "--out: not given, expected a folder for --spark that does not exist yet.");
    }
    return this;
  }

  /**
   * Does a command's work there.
   *
   * @param data a file or a folder, as it was given
   * @param out a folder, as it was given
   * @param validation whether the forecasts of the comparison are written too
   * @param words of the command line
   * @param stop asked now and then; true ends the work, of which nothing is left
   */
  public Map<String, @Nullable Object> forecast(
      BlockCommand command,
      String data,
      String out,
      boolean validation,
      List<String> words,
      PrintStream text,
      BooleanSupplier stop)
      throws Exception {
    return options
        .work()
        .forecast(
            command,
            new ClusterWork.SeriesJob(
                options.master(),
                options.properties(),
                data,
                out,
                format == Format.PARQUET,
                validation,
                words),
            text,
            stop);
  }
}
