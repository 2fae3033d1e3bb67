package dev.chainrule.timeseries.data;

import dev.chainrule.base.InputException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;

/** Times as files have them. */
final class Times {
  private static final int MONTH = "2020-01".length();

  private static final int YEAR = "2020".length();
  private static final int COUNT = 7;

  private Times() {}

  /**
   * The same, or a whole number of at most seven digits that counts steps from an arbitrary start;
   * four digits are a year where steps are years.
   */
  static LocalDateTime parse(String cell, Frequency frequency, String place, String column) {
    String text = cell.strip();
    if (text.isEmpty() || text.length() > COUNT || !text.chars().allMatch(Times::isDigit)) {
      return parse(text, place, column);
    }
    if (frequency.unit() == Frequency.Unit.YEAR && text.length() == YEAR) {
      return LocalDate.of(Integer.parseInt(text), 1, 1).atStartOfDay();
    }
    return frequency.plus(SeriesFiles.START, Long.parseLong(text));
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

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
