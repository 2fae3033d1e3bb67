package dev.chainrule.timeseries.data;

import dev.chainrule.core.testkit.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;

/** Tables of series as their users write them, with and without mistakes. */
final class SeriesText {
  private static final String[] CELLS = {
    "",
    "NA",
    "nan",
    "null",
    "1e30",
    "1.1e30",
    "-7",
    " 5 ",
    "\"3,5\"",
    "3,5",
    "0x1p3",
    "1f",
    "1e400",
    "Infinity",
    "-",
    ".",
    "+2",
    "1_000",
    "9".repeat(400),
    "\"\"\"\"",
    "\"a\nb\"",
    "#",
    "1e-400",
    "٣"
  };
  private static final ChronoUnit[] UNITS = {
    ChronoUnit.SECONDS,
    ChronoUnit.MINUTES,
    ChronoUnit.HOURS,
    ChronoUnit.DAYS,
    ChronoUnit.WEEKS,
    ChronoUnit.MONTHS,
    ChronoUnit.YEARS
  };
  private static final int[] STEPS = {1, 1, 1, 1, 2, 3, 7, 30, 999_999};
  private static final String[] ENDS = {"\n", "\n", "\n", "\r\n", "\r"};

  private final RandomGenerator random;
  private final int timeKind;
  private final ChronoUnit unit;
  private final int step;
  private final LocalDateTime start;

  SeriesText(RandomGenerator random) {
    this.random = random;
    this.timeKind = random.nextInt(8);
    this.unit = UNITS[random.nextInt(UNITS.length)];
    this.step = STEPS[seldom() ? random.nextInt(STEPS.length) : random.nextInt(4)];
    int year = seldom() ? 1 + random.nextInt(9999) : 1950 + random.nextInt(80);
    int day = random.nextInt(4) == 0 ? 1 + random.nextInt(28) : 1;
    this.start = LocalDateTime.of(year, 1 + random.nextInt(12), day, 0, 0);
  }

  boolean seldom() {
    return random.nextInt(12) == 0;
  }

  /** Time number {@code i}, written in the way of this table. */
  String time(long i) {
    if (random.nextInt(300) == 0) {
      return seldom() ? "9999-12-31T23:59:59" : cell();
    }
    LocalDateTime time;
    try {
      time = start.plus(i * step, unit);
    } catch (java.time.DateTimeException e) {
      return Long.toString(i);
    }
    int year = Math.clamp(time.getYear(), 0, 99_999);
    return switch (timeKind) {
      case 0 -> Long.toString(i);
      case 1 -> "%04d".formatted(year);
      case 2 -> "%04d%02d".formatted(year, time.getMonthValue());
      case 3 -> "%04dQ%d".formatted(year, 1 + (time.getMonthValue() - 1) / 3);
      case 4 -> "%04d%02d%02d".formatted(year, time.getMonthValue(), time.getDayOfMonth());
      case 5 -> time.toString();
      default -> time.toLocalDate().toString();
    };
  }

  /** A number, seldom something else. */
  String cell() {
    return switch (random.nextInt(30)) {
      case 0 -> CELLS[random.nextInt(CELLS.length)];
      case 1 -> "";
      case 2 -> Double.toString(random.nextGaussian() * 1e6);
      default -> Integer.toString(random.nextInt(1000));
    };
  }

  /**
   * Rows of some series, each with its times, seldom out of order, twice or far away.
   *
   * @param header columns that are filled, in some order
   * @param from the number of the first time
   */
  String rows(List<String> header, int from) {
    List<String> columns = new ArrayList<>(header);
    if (random.nextInt(4) == 0) {
      Collections.shuffle(columns, java.util.Random.from(random));
    }
    if (seldom()) {
      columns.remove(random.nextInt(columns.size()));
    }
    List<List<String>> rows = new ArrayList<>();
    int series = 1 + random.nextInt(3);
    int length = 1 + random.nextInt(seldom() ? 200 : 12);
    for (int s = 0; s < series; s++) {
      for (int i = 0; i < length; i++) {
        long at = seldom() && seldom() ? random.nextInt(2_000_000) : from + i;
        rows.add(columns.stream().map(column -> filled(column, at)).toList());
        List<String> row = new ArrayList<>(rows.getLast());
        int id = columns.indexOf("unique_id");
        if (id >= 0) {
          row.set(id, "s" + s);
        }
        rows.set(rows.size() - 1, row);
      }
    }
    if (random.nextInt(4) == 0) {
      Collections.shuffle(rows, java.util.Random.from(random));
    }
    return table(columns, rows);
  }

  private String filled(String column, long i) {
    return switch (column) {
      case "ds" -> time(i);
      case "size" -> "2";
      case "shop", "split" -> seldom() ? cell() : "a";
      case "model" -> "m";
      default -> cell();
    };
  }

  /** The text of a table; seldom a row has too many cells or too few. */
  String table(List<String> header, List<List<String>> rows) {
    String end = ENDS[random.nextInt(ENDS.length)];
    StringBuilder text = new StringBuilder(seldom() ? "\uFEFF" : "");
    text.append(String.join(",", header)).append(header.isEmpty() ? "" : end);
    for (List<String> row : rows) {
      text.append(String.join(",", row));
      if (random.nextInt(500) == 0) {
        text.append(random.nextBoolean() ? ",1" : end);
      }
      text.append(end);
    }
    return text.toString();
  }

  /** The bytes of the text: with mistakes, in another encoding, compressed. */
  byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(3) == 0) {
      bytes = Mutations.text(Mutations.tokens(text), random);
    } else if (seldom()) {
      Charset[] others = {
        StandardCharsets.UTF_16LE, StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1
      };
      bytes = ("é" + text).getBytes(others[random.nextInt(others.length)]);
    }
    if (seldom()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      bytes = random.nextBoolean() ? Mutations.bytes(out.toByteArray(), random) : out.toByteArray();
    }
    return bytes;
  }
}
