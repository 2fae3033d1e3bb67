package dev.chainrule.timeseries.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.FutureFile;
import dev.chainrule.base.series.Origin;
import dev.chainrule.base.series.RowFilter;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.base.series.SeriesFile.Layout;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.timeseries.feature.Holidays;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is read beside the bytes, such as the step, follows from the bytes, so that it can be
 * repeated.
 */
class SeriesFuzzTest {
  /** Gaps may hold a million values, of 12 bytes, and of each column beside them 8. */
  private static final long GAPS = 64L << 20;

  private static final long BUFFERS = 4L << 20;
  private static final int MULTIPLE = 2_500;
  private static final String[] STEPS = {
    "step", "S", "15min", "H", "D", "B", "W", "M", "Q", "Y", "999999Y", "999999S"
  };
  private static final CovariateNames NAMES =
      new CovariateNames(List.of("price"), List.of("stock"), List.of("size"), List.of("shop"));

  private static final CovariateNames PRICE =
      new CovariateNames(List.of("price"), List.of(), List.of(), List.of());

  private static @Nullable Frequency frequency(Random random) {
    return random.nextBoolean() ? null : Frequency.of(STEPS[random.nextInt(STEPS.length)]);
  }

  private static Random options(byte[] bytes) {
    return new Random(Arrays.hashCode(bytes));
  }

  /** What begins as gzip does is in a file whose name says so. */
  private static Path name(byte[] bytes) {
    boolean gzip = bytes.length > 1 && bytes[0] == 0x1F && (bytes[1] & 0xFF) == 0x8B;
    return Path.of(ReaderFuzz.ORIGIN + (gzip ? ".csv.gz" : ".csv"));
  }

  private static void read(byte[] bytes, UnaryOperator<SeriesFile> how) throws IOException {
    SeriesFile file = SeriesFile.of(name(bytes)).by(frequency(options(bytes)));
    SeriesData data = how.apply(file).read(bytes);
    for (Series series : data.usable()) {
      int last = series.length() - 1;
      assertThat(series.time(last)).isAfterOrEqualTo(series.time(0));
      assertThat(series.label(last + 1L)).isNotEmpty();
      assertThat(series.toString()).doesNotContain("\n");
      assertThat(
              Arrays.stream(series.values()).allMatch(v -> Math.abs(v) <= 1e30 || Double.isNaN(v)))
          .isTrue();
    }
    for (String problem : data.problems().values()) {
      assertThat(problem).startsWith(ReaderFuzz.ORIGIN).doesNotContain("\n").hasSizeLessThan(1000);
    }
    data.series();
  }

  private static byte[] longTable(RandomGenerator random) {
    SeriesText text = new SeriesText(random);
    List<String> columns =
        random.nextBoolean()
            ? List.of("unique_id", "ds", "y")
            : List.of("unique_id", "ds", "y", "price", "stock", "size", "shop", "split");
    return text.bytes(text.rows(columns, random.nextInt(3)));
  }

  @Test
  void longTables() {
    ReaderFuzz.run(
        "series-long",
        GAPS,
        MULTIPLE,
        SeriesFuzzTest::longTable,
        bytes -> {
          Random random = options(bytes);
          boolean covariates = new String(bytes, StandardCharsets.UTF_8).contains("price");
          boolean named = covariates && random.nextInt(4) > 0;
          boolean filtered = covariates && random.nextInt(4) == 0;
          read(
              bytes,
              file ->
                  file.with(named ? NAMES : CovariateNames.NONE)
                      .where(filtered ? RowFilter.of("split=a") : null));
        });
  }

  private static byte[] wideTable(RandomGenerator random) {
    SeriesText text = new SeriesText(random);
    List<String> columns = new ArrayList<>(List.of("ds"));
    for (int k = random.nextInt(6); k >= 0; k--) {
      columns.add(text.seldom() ? text.cell() : "s" + k);
    }
    return text.bytes(text.rows(columns, random.nextInt(3)));
  }

  @Test
  void wideTables() {
    ReaderFuzz.run(
        "series-wide",
        GAPS,
        MULTIPLE,
        SeriesFuzzTest::wideTable,
        bytes -> read(bytes, file -> file.in(Layout.WIDE)));
  }

  private static byte[] ragged(RandomGenerator random, boolean named) {
    SeriesText text = new SeriesText(random);
    int width = 1 + random.nextInt(text.seldom() ? 100 : 8);
    List<String> header = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; named && k <= width; k++) {
      header.add("V" + k);
    }
    for (int i = random.nextInt(text.seldom() ? 60 : 8); i >= 0; i--) {
      List<String> row = new ArrayList<>();
      int cells = named ? random.nextInt(width + 1) : width;
      for (int k = 0; k < cells; k++) {
        row.add(text.cell());
      }
      if (named) {
        row.addFirst(text.seldom() ? text.cell() : "s" + i);
      }
      rows.add(row);
    }
    return text.bytes(text.table(header, rows));
  }

  @Test
  void raggedRowsOfNames() {
    ReaderFuzz.run(
        "series-m4",
        BUFFERS,
        MULTIPLE,
        random -> ragged(random, true),
        bytes -> read(bytes, file -> file.in(Layout.M4)));
  }

  @Test
  void matrices() {
    ReaderFuzz.run(
        "series-matrix",
        BUFFERS,
        MULTIPLE,
        random -> ragged(random, false),
        bytes -> read(bytes, file -> file.in(Layout.MATRIX)));
  }

  /** Series of three names that end where a table of the same times goes on. */
  private static List<Series> known(Random random) {
    Frequency step = Frequency.of(STEPS[random.nextInt(STEPS.length)]);
    Long first = random.nextInt(3) == 0 ? (Long) (long) random.nextInt(2) : null;
    if (first != null && random.nextBoolean()) {
      step = Frequency.STEPS;
    }
    List<Series> result = new ArrayList<>();
    for (int s = 0; s < 3; s++) {
      Covariates covariates =
          new Covariates(new double[][] {{1, 2}, {3, 4}}, new double[] {2}, List.of("a"));
      Origin origin = first == null ? null : new Origin("known.csv", new int[] {2, 3}, first);
      result.add(
          new Series(
              "s" + s,
              LocalDateTime.of(1950 + random.nextInt(80), 1 + random.nextInt(12), 1, 0, 0),
              step,
              new double[] {1, 2},
              covariates,
              origin));
    }
    return result;
  }

  /** The series of the same file without their last steps, or others. */
  private static List<Series> shortened(byte[] bytes, Random random) throws IOException {
    SeriesFile file = SeriesFile.of(name(bytes)).with(PRICE).by(frequency(random));
    try {
      List<Series> own = file.read(bytes).usable();
      if (!own.isEmpty() && random.nextInt(4) > 0) {
        return own.stream().map(s -> s.first(Math.max(1, s.length() - 2))).toList();
      }
    } catch (InputException e) {
      // It has no series: others are as good.
    }
    return known(random);
  }

  @Test
  void whatIsKnownAhead() {
    ReaderFuzz.run(
        "series-future",
        2 * GAPS,
        2 * MULTIPLE,
        random -> {
          SeriesText text = new SeriesText(random);
          return text.bytes(text.rows(List.of("unique_id", "ds", "price", "y"), random.nextInt(4)));
        },
        bytes -> {
          Random random = options(bytes);
          List<Series> series = shortened(bytes, random);
          int horizon = 1 + random.nextInt(3);
          for (Series s : FutureFile.extend(series, name(bytes), bytes, PRICE, horizon)) {
            assertThat(s.covariates().columns()[0].length).isGreaterThanOrEqualTo(s.length());
          }
        });
  }

  @Test
  void forecasts() {
    ReaderFuzz.run(
        "forecast-file",
        BUFFERS,
        MULTIPLE,
        random -> {
          SeriesText text = new SeriesText(random);
          List<String> columns = new ArrayList<>(List.of("unique_id", "ds", "mean"));
          for (int k = random.nextInt(4); k > 0; k--) {
            columns.add("q0." + k);
          }
          if (random.nextBoolean()) {
            columns.add("model");
          }
          return text.bytes(text.rows(columns, random.nextInt(4)));
        },
        bytes -> {
          ForecastFile read = ForecastFile.read(name(bytes), bytes);
          List<Series> series = known(options(bytes));
          for (ForecastFile.Entry entry : read.entries().values()) {
            assertThat(entry.origin(series.getFirst(), name(bytes))).isNotNegative();
          }
        });
  }

  @Test
  void holidays() {
    ReaderFuzz.run(
        "holidays",
        BUFFERS,
        MULTIPLE,
        random -> {
          SeriesText text = new SeriesText(random);
          List<List<String>> rows = new ArrayList<>();
          for (int i = random.nextInt(8); i >= 0; i--) {
            rows.add(random.nextBoolean() ? List.of(text.time(i)) : List.of(text.time(i), "a day"));
          }
          return text.bytes(text.table(random.nextBoolean() ? List.of("ds") : List.of(), rows));
        },
        bytes -> Holidays.read(name(bytes), bytes));
  }
}
