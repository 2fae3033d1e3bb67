package dev.chainrule.base.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows, whatever they are read from, together to series: the rows of a series in the order of
 * their times, gaps between them as missing values. What is wrong with the rows of one series is
 * kept as its problem, so that the others can be used.
 */
public final class SeriesRows {
  /** Values that gaps may add to a file of any size, and to a value that it has. */
  private static final long GAPS_ALWAYS = 1_000_000;

  private static final long GAPS_PER_VALUE = 100;

  /** Named problems beyond these would fill the memory where every row has one. */
  private static final int MOST_PROBLEMS = 10_000;

  private final String source;
  private final @Nullable Frequency frequency;
  private final CovariateNames names;
  private final TimeColumn times;
  private final boolean trimmed;

  /** Whether the frequency is what the times of all parts of the source tell. */
  private final boolean inferred;

  /** All ids, in the order in which they came first. */
  private final Set<String> ids = new LinkedHashSet<>();

  private final Map<String, RowsOfSeries> series = new LinkedHashMap<>();
  private final Map<String, String> problems = new LinkedHashMap<>();

  /**
   * For rows of a source.
   *
   * @param source as messages shall name it
   * @param frequency step between values, or null to infer it from the times
   * @param trimmed whether missing values before the first of a series are no part of it
   */
  SeriesRows(String source, @Nullable Frequency frequency, CovariateNames names, boolean trimmed) {
    this(source, frequency, names, trimmed, frequency == null);
  }

  private SeriesRows(
      String source,
      @Nullable Frequency frequency,
      CovariateNames names,
      boolean trimmed,
      boolean inferred) {
    this.source = source;
    this.names = names;
    this.trimmed = trimmed;
    this.inferred = inferred;
    this.times = new TimeColumn(frequency);
    this.frequency = frequency;
  }

  /**
   * For rows of a part of a source, all of whose parts were looked at before.
   *
   * @param frequency what their {@link SeriesFacts} tell
   */
  public static SeriesRows part(String source, Frequency frequency, CovariateNames names) {
    return new SeriesRows(source, frequency, names, false, true);
  }

  /** For rows of a table in memory, named as messages shall name it. */
  public SeriesRows(String source, @Nullable Frequency frequency, CovariateNames names) {
    this(source, frequency, names, false);
  }

  /**
   * One row.
   *
   * @param line where it stands
   * @param columns numbers of the step
   * @param reals numbers of the series
   * @param categories of the series
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Row(
      int line,
      String id,
      double value,
      double[] columns,
      double[] reals,
      List<String> categories) {
    /** A row without covariates. */
    Row(int line, String id, double value) {
      this(line, id, value, new double[0], new double[0], List.of());
    }
  }

  /** Adds a row with a time as text, for instance {@code 2020-01-31}. */
  public void add(String time, Row row) {
    add(times.parse(time, place(row.line())), row);
  }

  /** Adds a row with a time that is a date already. */
  public void add(LocalDateTime time, Row row) {
    add(times.of(time, place(row.line())), row);
  }

  /** Adds the row that follows the one before, where there are no times. */
  public void add(Row row) {
    RowsOfSeries rows = series.get(row.id());
    add(times.parse(Integer.toString(rows == null ? 1 : rows.length() + 1), source), row);
  }

  private void add(long time, Row row) {
    ids.add(row.id());
    if (problems.containsKey(row.id())) {
      return;
    }
    RowsOfSeries rows = series.computeIfAbsent(row.id(), id -> new RowsOfSeries(row));
    try {
      rows.requireSame(names, row);
    } catch (InputException e) {
      problem(row.id(), place(row.line()) + ": " + e.getMessage());
      return;
    }
    rows.add(time, row);
  }

  /** Keeps what is wrong with a series; the first problem counts. */
  public void problem(String id, String sentence) {
    ids.add(id);
    series.remove(id);
    if (problems.size() == MOST_PROBLEMS && !problems.containsKey(id)) {
      throw new InputException(sentence);
    }
    problems.putIfAbsent(id, sentence);
  }

  private String place(int line) {
    return source + ":" + line;
  }

  /** What these rows tell, which are a part of a source, before the others are known. */
  public SeriesFacts facts() {
    order();
    StepInference steps = new StepInference(source);
    if (!times.counts()) {
      series.values().forEach(steps::look);
    }
    return new SeriesFacts(
        steps,
        times.counts(),
        ids.stream().mapToLong(SeriesFacts::id).toArray(),
        ids.stream()
            .mapToInt(id -> series.containsKey(id) ? series.get(id).length() : 0)
            .toArray());
  }

  /** The rows of each series, in the order in which they came first, to be added elsewhere. */
  public List<SeriesChunk> chunks() {
    List<SeriesChunk> chunks = new ArrayList<>();
    for (String id : ids) {
      RowsOfSeries rows = series.get(id);
      String problem = problems.get(id);
      chunks.add(
          problem != null || rows == null
              ? SeriesChunk.refused(id, String.valueOf(problem))
              : rows.chunk(id, times.counts()));
    }
    return chunks;
  }

  /**
   * Adds rows that were read elsewhere.
   *
   * @throws InputException if their times are of another kind than those of the rows before
   */
  public void add(SeriesChunk chunk) {
    String problem = chunk.problem();
    if (problem != null) {
      problem(chunk.id(), problem);
      return;
    }
    times.assume(chunk.counts(), source);
    for (int i = 0; i < chunk.times().length; i++) {
      add(chunk.times()[i], chunk.row(i));
    }
  }

  private void order() {
    problems.keySet().forEach(series::remove);
    for (Map.Entry<String, RowsOfSeries> entry : List.copyOf(series.entrySet())) {
      RowsOfSeries rows = entry.getValue();
      rows.order(trimmed);
      int second = rows.duplicate();
      if (second > 0) {
        problem(
            entry.getKey(),
            "%s: time %s of series %s occurs a second time, after line %d; expected it once."
                .formatted(
                    place(rows.line(second)),
                    shown(rows.time(second)),
                    Excerpt.of(entry.getKey()),
                    rows.line(second - 1)));
      } else if (rows.length() == 0) {
        problem(
            entry.getKey(),
            "%s: series %s has no value, expected numbers."
                .formatted(source, Excerpt.of(entry.getKey())));
      }
    }
  }

  /** All series, in the order in which they came first. */
  public SeriesData data() {
    order();
    Frequency step = step();
    List<Series> result = new ArrayList<>();
    Budget budget = new Budget();
    for (Map.Entry<String, RowsOfSeries> entry : List.copyOf(series.entrySet())) {
      try {
        result.add(series(entry.getKey(), entry.getValue(), step, budget));
      } catch (DateTimeException e) {
        problem(
            entry.getKey(),
            "%s: series %s lies beyond the year 9999 by steps of %s; expected smaller numbers."
                .formatted(place(entry.getValue().line(0)), Excerpt.of(entry.getKey()), step));
      } catch (OffGridException e) {
        problem(entry.getKey(), String.valueOf(e.getMessage()));
      }
    }
    return new SeriesData(source, result, problems, step, inferred, times.counts());
  }

  private Frequency step() {
    if (frequency != null) {
      if (!times.counts() && !series.isEmpty()) {
        StepInference steps = new StepInference(source);
        if (inferred) {
          steps.requireUsual(frequency, series);
        } else {
          steps.requireNoLonger(frequency, series);
        }
      }
      return frequency;
    }
    return times.counts() || series.isEmpty()
        ? Frequency.STEPS
        : new StepInference(source).of(series);
  }

  private String shown(long time) {
    return times.counts()
        ? Long.toString(time)
        : LocalDateTime.ofEpochSecond(time, 0, ZoneOffset.UTC).toString();
  }

  /** What gaps have cost so far, over the whole source. */
  private final class Budget {
    private long left = GAPS_ALWAYS;

    Budget() {
      for (RowsOfSeries rows : series.values()) {
        left += GAPS_PER_VALUE * rows.length() * (1 + names.columns().size());
      }
    }

    /** Takes the values of a series of so many steps, before there is memory for them. */
    void take(String id, RowsOfSeries rows, long steps, Frequency step) {
      left -= steps * (1 + names.columns().size());
      if (left < 0) {
        int gap = rows.largestGap();
        throw new InputException(
            "%s: time %s of series %s is too far after %s in line %d: with missing values between,"
                    .formatted(
                        place(rows.line(gap)),
                        shown(rows.time(gap)),
                        Excerpt.of(id),
                        shown(rows.time(gap - 1)),
                        rows.line(gap - 1))
                + " one a %s, the file would hold more than %d times its values and %d more."
                    .formatted(step.words(), GAPS_PER_VALUE, GAPS_ALWAYS));
      }
    }
  }

  /** A time that the steps do not reach. */
  private static final class OffGridException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OffGridException(String sentence) {
      super(sentence);
    }
  }

  private Series series(String id, RowsOfSeries rows, Frequency step, Budget budget) {
    LocalDateTime start = start(id, rows, step);
    long[] at = new long[rows.length()];
    for (int i = 0; i < at.length; i++) {
      at[i] = index(id, rows, start, step, i);
    }
    int last = at.length - 1;
    long steps = at[last] + 1;
    if (steps > at.length) {
      budget.take(id, rows, steps, step);
    }
    int length = Math.toIntExact(steps);
    double[][] numbers = rows.spread(at, length);
    double[][] columns = new double[numbers.length - 1][];
    System.arraycopy(numbers, 1, columns, 0, columns.length);
    Long firstCount = times.counts() ? (Long) rows.time(0) : null;
    return new Series(
        id,
        start,
        step,
        numbers[0],
        new Covariates(columns, rows.reals(), rows.categories()),
        new Origin(source, rows.spreadLines(at, length), firstCount));
  }

  private LocalDateTime start(String id, RowsOfSeries rows, Frequency step) {
    if (times.counts()) {
      LocalDateTime start = step.plus(Series.START, rows.time(0));
      step.plus(start, rows.time(rows.length() - 1) - rows.time(0));
      if (start.getYear() > TimeColumn.LAST_YEAR) {
        throw new DateTimeException("beyond what is read");
      }
      return start;
    }
    LocalDateTime start = LocalDateTime.ofEpochSecond(rows.time(0), 0, ZoneOffset.UTC);
    if (!step.plus(start, 0).equals(start)) {
      throw new OffGridException(
          "%s: series %s begins on a %s, expected a day from Monday to Friday for steps of %s."
              .formatted(
                  place(rows.line(0)),
                  Excerpt.of(id),
                  start.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
                  step));
    }
    return start;
  }

  /** How many steps row i is after the first. */
  private long index(String id, RowsOfSeries rows, LocalDateTime start, Frequency step, int i) {
    if (times.counts()) {
      return rows.time(i) - rows.time(0);
    }
    LocalDateTime time = LocalDateTime.ofEpochSecond(rows.time(i), 0, ZoneOffset.UTC);
    long index = step.stepsBetween(start, time);
    if (index < 0) {
      throw new OffGridException(
          "%s: time %s of series %s does not follow from %s by steps of %s."
              .formatted(place(rows.line(i)), time, Excerpt.of(id), start, step));
    }
    return index;
  }
}
