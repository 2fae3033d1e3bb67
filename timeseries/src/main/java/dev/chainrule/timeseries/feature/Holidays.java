package dev.chainrule.timeseries.feature;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.TextFile;
import dev.chainrule.base.series.Frequency;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Days that differ from others, past and to come, as the user gives them. */
public final class Holidays {
  private final NavigableSet<LocalDate> dates;

  /** On these days. */
  public Holidays(Collection<LocalDate> dates) {
    this.dates = new TreeSet<>(dates);
  }

  /**
   * Reads a file with a date like 2020-12-25 in each line, followed by anything after a comma; a
   * first line {@code ds} is a header.
   *
   * @throws InputException naming file and line of what is no date
   */
  public static List<LocalDate> read(Path file) throws IOException {
    return read(file, TextFile.open(file));
  }

  /** Reads what is in memory, named as messages shall name it. */
  public static List<LocalDate> read(Path name, byte[] content) throws IOException {
    return read(name, TextFile.open(name, content));
  }

  private static List<LocalDate> read(Path file, BufferedReader text) throws IOException {
    List<LocalDate> dates = new ArrayList<>();
    try (BufferedReader lines = text) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String cell = line.split(",", 2)[0].strip();
        if (line.isBlank() || (number == 1 && cell.equals("ds"))) {
          continue;
        }
        try {
          dates.add(LocalDate.parse(cell));
        } catch (DateTimeParseException e) {
          throw new InputException(
              "%s:%d: found \"%s\", expected a date like 2020-12-25"
                  .formatted(file, number, Excerpt.of(cell)),
              e);
        }
      }
    }
    return dates;
  }

  /** How many there are in a step that begins at a time: 0 or 1 for days and what is shorter. */
  public int count(Frequency frequency, LocalDateTime time) {
    LocalDate first = time.toLocalDate();
    LocalDateTime next = frequency.plus(time, 1);
    LocalDate last = next.minusNanos(1).toLocalDate();
    return dates.subSet(first, true, last.isBefore(first) ? first : last, true).size();
  }
}
