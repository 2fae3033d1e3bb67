package dev.chainrule.text.run;

import java.util.List;

/**
 * Texts before any of which a continuation ends.
 *
 * @param strings none of them empty
 */
public record StopStrings(List<String> strings) {
  public StopStrings {
    strings = List.copyOf(strings);
    if (strings.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("an empty stop string, expected one character or more");
    }
  }

  /** Nothing ends a continuation. */
  public static StopStrings none() {
    return new StopStrings(List.of());
  }

  /** Where the first of them begins in a text; -1 if none occurs. */
  int in(CharSequence text) {
    String all = text.toString();
    return strings.stream().mapToInt(all::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }

  /** The text before the first of them. */
  String before(String text) {
    int at = in(text);
    return at < 0 ? text : text.substring(0, at);
  }

  /** How many characters at the end of a text may be the beginning of one of them. */
  int pending(CharSequence text) {
    String all = text.toString();
    int most = 0;
    for (String stop : strings) {
      for (int n = Math.min(stop.length() - 1, all.length()); n > most; n--) {
        if (all.regionMatches(all.length() - n, stop, 0, n)) {
          most = n;
        }
      }
    }
    return most;
  }

  /** Length of the longest; 0 if there are none. */
  int longest() {
    return strings.stream().mapToInt(String::length).max().orElse(0);
  }
}
