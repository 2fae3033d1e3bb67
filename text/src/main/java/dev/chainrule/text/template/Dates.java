package dev.chainrule.text.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates as {@code strftime} of C writes them. */
final class Dates {
  /** A field takes as long as looking at so many. */
  private static final int CHARACTERS_OF_A_FIELD = 4096;

  private Dates() {}

  static String format(String format, LocalDateTime now, Budget budget) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == '%' && i + 1 < format.length()) {
        budget.look(CHARACTERS_OF_A_FIELD);
        out.append(field(format.charAt(++i), now));
      } else {
        out.append(c);
      }
    }
    return budget.made(out.toString());
  }

  private static String field(char name, LocalDateTime now) {
    String pattern =
        switch (name) {
          case 'd' -> "dd";
          case 'm' -> "MM";
          case 'Y' -> "yyyy";
          case 'y' -> "yy";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'j' -> "DDD";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          case '%' -> "'%'";
          default ->
              throw new TemplateException("writes a date with \"%" + name + "\", which is none");
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
  }
}
