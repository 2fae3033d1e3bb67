package dev.chainrule.timeseries.data;

import dev.chainrule.core.InputException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;

/** Times as files have them. */
final class Times {
  private static final int MONTH = "2020-01".length();

  private Times() {}

  /**
   * Reads {@code 2020-01-31}, {@code 2020-01-31T13:00}, or with a space for the T; {@code 2020-01}
   * is the first of the month.
   *
   * @param place file and line
   * @param column the column's name
   * @throws InputException if it is none of these
   */
  static LocalDateTime parse(String text, String place, String column) {
    try {
      if (text.length() == MONTH) {
        return LocalDate.parse(text + "-01").atStartOfDay();
      }
      if (text.length() <= 10) {
        return LocalDate.parse(text).atStartOfDay();
      }
      return LocalDateTime.parse(text.replace(' ', 'T'));
    } catch (DateTimeParseException e) {
      throw new InputException(
          "%s: found \"%s\" in column %s, expected a time like 2020-01-31 or 2020-01-31T13:00"
              .formatted(place, text, column),
          e);
    }
  }
}
