package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.InputException;
import dev.chainrule.timeseries.backtest.Backtest;
import dev.chainrule.timeseries.data.CovariateNames;
import dev.chainrule.timeseries.data.Frequency;
import dev.chainrule.timeseries.data.Series;
import dev.chainrule.timeseries.data.SeriesCsv;
import dev.chainrule.timeseries.data.SeriesFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where series come from. */
final class SeriesOptions {
  @Mixin SeriesSelection selection;

  /** How a file is laid out. */
  enum Layout {
    LONG,
    M4,
    MATRIX,
    WIDE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Series: CSV, may be gzipped.")
  Path data;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description =
          "long: columns unique_id, ds, y; wide: ds, then a column a series; m4: a row a series;"
              + " matrix: a column a series, no header.")
  Layout layout = Layout.LONG;

  @Option(
      names = "--freq",
      required = true,
      paramLabel = "FREQ",
      description = "Step between values: S, min, H, D, B, W, M, Q, Y, with a count: 30min.")
  String freq;

  @Option(
      names = "--season",
      paramLabel = "N",
      description = "Values in a season (default: the frequency's own).")
  @Nullable Integer season;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "Use the first N values of each series only (default: all).")
  @Nullable Integer first;

  @Option(
      names = "--holdout",
      paramLabel = "N",
      description = "Leave the last N values of each series out (default: none).")
  int holdout;

  /**
   * The step between values.
   *
   * @throws IllegalArgumentException if it, or another of these options, does not fit
   */
  Frequency frequency() {
    requirePositive("--season", season);
    requirePositive("--first", first);
    return Frequency.of(freq);
  }

  private static void requirePositive(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(
          "%s: found %d, expected a whole number from 1.".formatted(option, value));
    }
  }

  int seasonLength() {
    return season == null ? frequency().season() : season;
  }

  List<Series> read() throws IOException {
    return read(CovariateNames.NONE);
  }

  /** The series with covariates. */
  List<Series> read(CovariateNames names) throws IOException {
    List<Series> series = selection.of(read(data, names));
    if (series.isEmpty()) {
      throw new InputException(data + ": has no series, or none that is selected");
    }
    if (holdout != 0) {
      for (Series s : series) {
        if (holdout < 0 || s.length() <= holdout) {
          throw new InputException(
              "--holdout: found %d, expected at least 0 and less than the %d values of series %s"
                  .formatted(holdout, s.length(), s.id()));
        }
      }
      series = series.stream().map(s -> s.first(s.length() - holdout)).toList();
    }
    Integer most = first;
    if (most == null) {
      return series;
    }
    return series.stream().map(s -> s.length() > most ? s.first(most) : s).toList();
  }

  /**
   * The forecasts to make of these series: of a test file's values, or from rolling origins.
   *
   * @param windows origins, where there is no test file
   */
  Backtest backtest(CovariateNames names, @Nullable Path test, int horizon, int windows)
      throws IOException {
    List<Series> series = read(names);
    return test == null
        ? Backtest.rolling(series, horizon, windows, seasonLength())
        : Backtest.against(series, following(test, names, series), horizon, seasonLength());
  }

  /**
   * Values that follow those of series, from a file in the same layout. Where it has times, they
   * say which step is the first; one that counts anew from the start of its series follows it.
   *
   * @throws InputException for a file that holds values of the series' own times
   */
  List<Series> following(Path file, CovariateNames names, List<Series> series) throws IOException {
    List<Series> others = read(file, names);
    if (layout == Layout.M4 || layout == Layout.MATRIX) {
      return others;
    }
    Map<String, Series> byId = new HashMap<>();
    series.forEach(s -> byId.put(s.id(), s));
    for (Series other : others) {
      Series s = byId.get(other.id());
      if (s == null || (other.start().equals(s.start()) && other.length() < s.length())) {
        continue;
      }
      LocalDateTime expected = s.time(s.length());
      if (!other.start().equals(expected)) {
        throw new InputException(
            "%s: begins, expected %s as --data ends before".formatted(other.place(0), expected));
      }
    }
    return others;
  }

  /** Those of another file in the same layout. */
  List<Series> read(Path file, CovariateNames names) throws IOException {
    if (layout != Layout.LONG && !names.all().isEmpty()) {
      throw new InputException(
          "--layout: found %s, expected long for the columns %s"
              .formatted(layout, String.join(", ", names.all())));
    }
    return switch (layout) {
      case LONG -> SeriesCsv.read(file, frequency(), names);
      case WIDE -> SeriesFiles.wide(file, frequency());
      case M4 -> SeriesFiles.m4(file, frequency());
      case MATRIX -> SeriesFiles.matrix(file, frequency());
    };
  }
}
