package dev.chainrule.base.io;

import org.jspecify.annotations.Nullable;

/** Text from a file as a message may show it: on one line, and short. */
public final class Excerpt {
  private static final int LONGEST = 40;

  private Excerpt() {}

  /** The text, cut after 40 characters; line ends and other control characters become spaces. */
  public static String of(String text) {
    String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    return cut.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** What a library says of an error, as the end of a sentence: its first line, not too long. */
  public static String sentence(@Nullable String message) {
    String line = String.valueOf(message).lines().findFirst().orElse("no reason given");
    String cut = line.length() <= 200 ? line : line.substring(0, 200) + "...";
    return cut.endsWith(".") ? cut : cut + ".";
  }
}
