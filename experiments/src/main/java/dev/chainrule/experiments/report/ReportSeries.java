package dev.chainrule.experiments.report;

import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.RowFilter;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series that forecasts are of.
 *
 * @param frequency null to tell it by the times
 * @param filter of rows; null for all
 * @param heldOut values at the end of each series that the model did not learn from
 */
record ReportSeries(
    Path file,
    SeriesFile.Layout layout,
    @Nullable Frequency frequency,
    @Nullable RowFilter filter,
    int heldOut) {
  /**
   * Those that a run was trained on, as it was told to read them; null where it does not say, or
   * the file is no longer there.
   *
   * @param given a file to read in place of the run's; null for that
   */
  static @Nullable ReportSeries of(ReportedRun run, @Nullable Path given) {
    Path file = given == null ? named(run) : given;
    if (file == null) {
      return null;
    }
    String frequency = option(run, "freq");
    String where = option(run, "where");
    String heldOut = option(run, "holdout");
    String layout = option(run, "layout");
    return new ReportSeries(
        file,
        layout == null
            ? SeriesFile.Layout.LONG
            : SeriesFile.Layout.valueOf(layout.toUpperCase(Locale.ROOT)),
        frequency == null ? null : Frequency.of(frequency),
        where == null ? null : RowFilter.of(where),
        heldOut == null ? 0 : Integer.parseInt(heldOut));
  }

  private static @Nullable Path named(ReportedRun run) {
    String option = option(run, "data");
    if (option != null && Files.isRegularFile(Path.of(option))) {
      return Path.of(option);
    }
    return null;
  }

  /** An option of the command that trained, or what an experiment told it. */
  private static @Nullable String option(ReportedRun run, String name) {
    String given = run.provenance().get("command.--" + name);
    if (given == null) {
      for (Map.Entry<String, String> setting : run.settings().entrySet()) {
        String key = setting.getKey();
        if (key.startsWith("given.") && key.endsWith("." + name)) {
          given = setting.getValue();
        }
      }
    }
    return given == null || given.equals("null") ? null : given;
  }

  /** All of them, whole. */
  List<Series> read() throws IOException {
    return read(CovariateNames.NONE, frequency);
  }

  /** All of them, with columns that a model takes. */
  List<Series> read(CovariateNames names, @Nullable Frequency usual) throws IOException {
    return SeriesFile.of(file)
        .in(layout)
        .by(frequency == null ? usual : frequency)
        .with(names)
        .where(filter)
        .read()
        .series();
  }
}
