package dev.chainrule.experiments.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.RowFilter;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where series come from. */
public final class SeriesOptions {
  @Mixin SeriesSelection selection;

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
          "long: column y, with unique_id and ds as needed; wide: ds, then a column a series;"
              + " m4: a row a series; matrix: a column a series, no header.")
  SeriesFile.Layout layout = SeriesFile.Layout.LONG;

  @Option(
      names = "--freq",
      paramLabel = "FREQ",
      description =
          "Step between values: S, min, H, D, B, W, M, Q, Y, with a count: 30min; or step"
              + " (default: as the dates say).")
  @Nullable String freq;

  @Option(
      names = "--season",
      paramLabel = "N",
      description = "Values in a season, 1 where there is none (default: the frequency's own).")
  @Nullable Integer season;

  @Option(
      names = "--where",
      paramLabel = "COLUMN=VALUE",
      description = "Take only rows of a long file with this value, for instance split=train.")
  @Nullable String where;

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

  /** The file. */
  public Path data() {
    return data;
  }

  /** What stands where in the file. */
  public SeriesFile.Layout layout() {
    return layout;
  }

  /** What {@code --season} says, or null. */
  public @Nullable Integer season() {
    return season;
  }

  /** What {@code --freq} says, or null. */
  public @Nullable String freq() {
    return freq;
  }

  /**
   * Checks what can be checked without data.
   *
   * @return these options
   * @throws IllegalArgumentException if one of them does not fit
   */
  public SeriesOptions checked() {
    requirePositive("--season", season);
    requirePositive("--first", first);
    if (holdout < 0) {
      throw new IllegalArgumentException(
          "--holdout: found %d, expected a whole number from 0.".formatted(holdout));
    }
    frequency();
    filter();
    return this;
  }

  private static void requirePositive(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(
          "%s: found %d, expected a whole number from 1.".formatted(option, value));
    }
  }

  private @Nullable Frequency frequency() {
    return freq == null ? null : Frequency.of(freq);
  }

  private @Nullable RowFilter filter() {
    return where == null ? null : RowFilter.of(where);
  }

  /** Values in a season, for series of a frequency. */
  public int season(Frequency frequency) {
    return season == null ? frequency.season() : season;
  }

  /**
   * All series, with covariates.
   *
   * @throws InputException also for one series that cannot be used
   */
  public List<Series> read(CovariateNames names) throws IOException {
    return read(names, null);
  }

  /**
   * All series, with covariates.
   *
   * @param usual their frequency where {@code --freq} does not say it, or null to infer it
   */
  public List<Series> read(CovariateNames names, @Nullable Frequency usual) throws IOException {
    SeriesData read = readUsable(names, usual);
    return read.series();
  }

  /**
   * The series, with covariates, and what is wrong with those that cannot be used. Says on standard
   * error by which steps and season they are read, where no option does.
   */
  public SeriesData readUsable(CovariateNames names, @Nullable Frequency usual) throws IOException {
    SeriesData read = readSilently(names, usual);
    if (read.inferred() && !read.usable().isEmpty()) {
      System.err.printf(
          "%s: %s, season %d.%n",
          data,
          read.counts() ? "times count steps" : "steps of " + read.frequency(),
          season(read.frequency()));
    }
    return read;
  }

  /** The same for a command that says itself by which steps and season series are read. */
  public SeriesData readSilently(CovariateNames names, @Nullable Frequency usual)
      throws IOException {
    SeriesData read = file(data, names, usual).read();
    List<Series> series = selection.of(read.usable());
    if (series.isEmpty() && read.problems().isEmpty()) {
      throw new InputException(
          "%s: none of its %d series is selected, expected --complete, --least-positive and --active"
                  .formatted(data, read.usable().size())
              + " to leave one.");
    }
    return without(read, series);
  }

  /** Of series that were read elsewhere those that are selected, without what is held out. */
  public SeriesData selected(SeriesData read) {
    return without(read, selection.of(read.usable()));
  }

  /** Without the values that are held out, and beyond the first ones. */
  private SeriesData without(SeriesData read, List<Series> series) {
    Map<String, String> problems = new LinkedHashMap<>(read.problems());
    List<Series> kept = new java.util.ArrayList<>();
    int most = first == null ? Integer.MAX_VALUE : first;
    for (Series s : series) {
      if (s.length() <= holdout) {
        problems.put(
            s.id(),
            "--holdout: found %d, expected at least 0 and less than the %d values of %s."
                .formatted(holdout, s.length(), s.place()));
      } else {
        int length = Math.min(most, s.length() - holdout);
        kept.add(length < s.length() ? s.first(length) : s);
      }
    }
    return new SeriesData(
        read.source(), kept, problems, read.frequency(), read.inferred(), read.counts());
  }

  /**
   * Values that follow those of series, from a file in the same layout. Where it has times, they
   * say which step is the first; one that counts anew from the start of its series follows it.
   *
   * @throws InputException for a file that holds values of the series' own times
   */
  public List<Series> following(Path file, CovariateNames names, List<Series> series)
      throws IOException {
    List<Series> others = file(file, names, series.getFirst().frequency()).read().series();
    if (layout == SeriesFile.Layout.M4 || layout == SeriesFile.Layout.MATRIX) {
      return others;
    }
    Map<String, Series> byId = new HashMap<>();
    series.forEach(s -> byId.put(s.id(), s));
    for (Series other : others) {
      Series s = byId.get(other.id());
      if (s == null || (other.start().equals(s.start()) && other.length() < s.length())) {
        continue;
      }
      if (!other.start().equals(s.time(s.length()))) {
        throw new InputException(
            "%s: begins, expected %s as --data ends before."
                .formatted(other.place(0), s.label(s.length())));
      }
    }
    return others;
  }

  /**
   * How a file of such series is read.
   *
   * @param usual their frequency where {@code --freq} does not say it, or null to infer it
   */
  public SeriesFile file(Path path, CovariateNames names, @Nullable Frequency usual) {
    Frequency known = frequency();
    return SeriesFile.of(path)
        .in(layout)
        .by(known == null ? usual : known)
        .with(names)
        .where(filter());
  }
}
