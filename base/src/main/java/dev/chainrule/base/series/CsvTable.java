package dev.chainrule.base.series;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.TextFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a CSV file, one after another. All messages name file and line, and show no more of a
 * cell than a line holds.
 */
final class CsvTable implements AutoCloseable {
  /** Squares of larger numbers, scaled ones too, would be beyond a network's. */
  private static final double LARGEST = 1e30;

  /** More names would hide the sentence. */
  private static final int MOST_NAMES = 20;

  private static final Pattern NUMBER_END = Pattern.compile("^[^xX]*[0-9.]$");

  private final Path file;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private long previous;

  private CsvTable(Path file, CsvReader<CsvRecord> reader) {
    this.file = file;
    this.reader = reader;
    this.records = reader.iterator();
  }

  /** Opens a file; {@link TextFile} says which. */
  static CsvTable open(Path file) throws IOException {
    return of(file, TextFile.open(file));
  }

  /** Opens the content of a file of this name. */
  static CsvTable open(Path name, byte[] content) throws IOException {
    return of(name, TextFile.open(name, content));
  }

  /** Opens a file of this name that lies elsewhere. */
  static CsvTable open(Path name, InputStream content, long size) throws IOException {
    return of(name, TextFile.open(name, content, size));
  }

  private static CsvTable of(Path file, BufferedReader text) {
    return new CsvTable(
        file,
        CsvReader.builder()
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .ofCsvRecord(text));
  }

  Path file() {
    return file;
  }

  /**
   * The header's cells, without blanks around them.
   *
   * @param expected what it should have, for the message where there is none
   */
  List<String> header(String expected) {
    CsvRecord row = next();
    if (row == null) {
      throw new InputException(file + ": is empty, expected " + expected + ".");
    }
    return row.getFields().stream().map(String::strip).toList();
  }

  /**
   * The next row of a table, null at the end.
   *
   * @param columns how many cells it must have
   */
  @Nullable CsvRecord next(int columns) {
    long before = previous;
    CsvRecord row = next();
    while (row != null && columns > 1 && isBlank(row)) {
      row = next();
    }
    if (row == null) {
      return null;
    }
    if (row.getFieldCount() != columns) {
      throw new InputException(
          "%s: found %d cells, expected %d as in the header."
              .formatted(place(row), row.getFieldCount(), columns));
    }
    if (columns == 1 && row.getStartingLineNumber() > before + 1) {
      throw new InputException(
          "%s:%d: is blank, expected a number, or NA where it is missing."
              .formatted(file, before + 1));
    }
    return row;
  }

  private static boolean isBlank(CsvRecord row) {
    return row.getFieldCount() == 1 && row.getField(0).isBlank() && !row.getField(0).isEmpty();
  }

  /** The next row, whatever its cells, null at the end. */
  @Nullable CsvRecord next() {
    try {
      if (!records.hasNext()) {
        return null;
      }
      CsvRecord row = records.next();
      previous = row.getStartingLineNumber();
      return row;
    } catch (CsvParseException | UncheckedIOException e) {
      Throwable cause = e.getCause() instanceof Exception inner ? inner : e;
      if (cause instanceof InputException said) {
        throw said;
      }
      throw new InputException(
          "%s:%d: cannot be read as CSV after this line: %s"
              .formatted(file, Math.max(1, previous), Excerpt.sentence(cause.getMessage())),
          e);
    }
  }

  String place(CsvRecord row) {
    return file + ":" + row.getStartingLineNumber();
  }

  static int line(CsvRecord row) {
    return (int) row.getStartingLineNumber();
  }

  /** The place of a column that must be there, and once. */
  int column(List<String> header, String name) {
    int column = optional(header, name);
    if (column < 0) {
      throw new InputException(
          "%s:1: has no column %s, found %s.".formatted(file, Excerpt.of(name), names(header)));
    }
    return column;
  }

  /** The place of a column that must not be there twice, -1 where it is not there. */
  int optional(List<String> header, String name) {
    if (Collections.frequency(header, name) > 1) {
      throw new InputException(
          "%s:1: has column %s twice, found %s.".formatted(file, Excerpt.of(name), names(header)));
    }
    return header.indexOf(name);
  }

  /** Names for a message. */
  static String names(List<String> names) {
    List<String> shown = names.stream().limit(MOST_NAMES).map(Excerpt::of).toList();
    return String.join(", ", shown)
        + (names.size() > MOST_NAMES ? " and %d more".formatted(names.size() - MOST_NAMES) : "");
  }

  /**
   * A number, or NaN for an empty cell or one that says NA, NaN or null.
   *
   * @param name the column's, for the message
   */
  double number(CsvRecord row, int field, String name) {
    String text = row.getField(field).strip();
    if (isMissing(text)) {
      return Double.NaN;
    }
    try {
      // Java would also take 1f, 1d and hexadecimal numbers.
      double value = NUMBER_END.matcher(text).find() ? Double.parseDouble(text) : Double.NaN;
      if (Math.abs(value) <= LARGEST) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is too large.
    }
    throw new InputException(
        "%s: found \"%s\" in column %s, expected a number of at most 1e30, or nothing or NA."
            .formatted(place(row), Excerpt.of(text), Excerpt.of(name)));
  }

  private static boolean isMissing(String text) {
    return text.isEmpty()
        || text.equalsIgnoreCase("na")
        || text.equalsIgnoreCase("nan")
        || text.equalsIgnoreCase("null");
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
