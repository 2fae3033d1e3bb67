package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Series;
import dev.chainrule.timeseries.deepar.DeepArInputs;
import dev.chainrule.timeseries.feature.Holidays;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a model is told beside values and calendar. */
final class CovariateOptions {
  @Option(
      names = "--known",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns of numbers that are known ahead, for instance a price.")
  List<String> known = List.of();

  @Option(
      names = "--observed",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns of numbers that are known once their step has passed.")
  List<String> observed = List.of();

  @Option(
      names = "--static-real",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns of numbers that are the same in all rows of a series.")
  List<String> reals = List.of();

  @Option(
      names = "--static-category",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns of words that are the same in all rows of a series.")
  List<String> categories = List.of();

  @Option(
      names = "--holidays",
      paramLabel = "FILE",
      description = "Dates of holidays, past and to come, one a line.")
  @Nullable Path holidays;

  CovariateNames names() {
    return new CovariateNames(known, observed, reals, categories);
  }

  /** Measured on the series of training. */
  DeepArInputs inputs(List<Series> series) throws IOException {
    List<LocalDate> dates = holidays == null ? List.of() : Holidays.read(holidays);
    return DeepArInputs.of(names(), series, dates);
  }
}
