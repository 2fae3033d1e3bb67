package dev.chainrule.text.tokenizer.subword;

/** White space as Unicode's property of that name has it. */
final class Spaces {
  private Spaces() {}

  static boolean is(int c) {
    return c == ' '
        || (c >= '\t' && c <= '\r')
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  static String stripLeading(String text) {
    int from = 0;
    while (from < text.length() && is(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  static String stripTrailing(String text) {
    int to = text.length();
    while (to > 0 && is(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }
}
