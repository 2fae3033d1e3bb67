package dev.chainrule.base.series;

import dev.chainrule.base.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Takes the rows of a long file that have a value in a column.
 *
 * @param column its name
 * @param value as it stands in the file
 */
public record RowFilter(String column, String value) {
  private static final int MOST_LISTED = 21;

  /**
   * Reads {@code COLUMN=VALUE}.
   *
   * @throws IllegalArgumentException if it is not such
   */
  public static RowFilter of(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "--where: found " + text + ", expected COLUMN=VALUE, for instance split=train.");
    }
    return new RowFilter(text.substring(0, equals), text.substring(equals + 1));
  }

  /** What a file's rows have in the column, as far as a message would list it. */
  static final class Seen {
    private final TreeSet<String> values = new TreeSet<>();

    void add(String value) {
      if (values.size() < MOST_LISTED) {
        values.add(value);
      }
    }

    InputException none(Path file, RowFilter filter) {
      return new InputException(
          "%s: has no row whose %s is %s, found %s."
              .formatted(file, filter.column, filter.value, CsvTable.names(List.copyOf(values))));
    }
  }
}
