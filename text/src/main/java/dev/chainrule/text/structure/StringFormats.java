package dev.chainrule.text.structure;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Formats of strings that are regular, as expressions; of each what all readers take for it. */
final class StringFormats {
  private static final String LEAP =
      "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29";
  private static final String DATE =
      "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
          + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|"
          + LEAP
          + ")";
  private static final String TIME =
      "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?"
          + "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?";
  private static final String HOST = LABEL + "(\\." + LABEL + "){0,3}";
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  private static final Map<String, String> PATTERNS =
      Map.of(
          "date",
          DATE,
          "time",
          TIME,
          "date-time",
          DATE + "T" + TIME,
          "uuid",
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
          "email",
          "[A-Za-z0-9_+-]{1,30}(\\.[A-Za-z0-9_+-]{1,20}){0,2}@(" + LABEL + "\\.){1,3}[a-z]{2,10}",
          "hostname",
          HOST,
          "ipv4",
          BYTE + "(\\." + BYTE + "){3}");

  private StringFormats() {}

  /** The strings of a format; null for one that is not known. */
  static @Nullable Expression of(String name) {
    String pattern = PATTERNS.get(name);
    return pattern == null ? null : RegexParser.parse(pattern, name).whole();
  }

  /** All names, for messages. */
  static String names() {
    return String.join(", ", PATTERNS.keySet().stream().sorted().toList());
  }
}
