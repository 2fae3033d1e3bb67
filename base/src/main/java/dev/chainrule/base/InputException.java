package dev.chainrule.base;

/**
 * Something that the user gave cannot be used: a file, a line of it, a value. The message is one
 * sentence that names the file, line or option, what was found and what was expected; the command
 * line prints it without a stack trace and ends with exit code 1.
 *
 * <p>What was found is quoted in it, and may be anything: characters that end a line, move the
 * cursor or turn the direction of writing are shown by their code, and of a sentence of more than
 * {@link #MAX_LENGTH} characters the middle is left out.
 */
public final class InputException extends RuntimeException {
  /** Characters of the longest message. */
  public static final int MAX_LENGTH = 1000;

  private static final String LEFT_OUT = " ... ";
  private static final int END = 200;

  private static final long serialVersionUID = 1L;

  /** With the whole sentence, for instance {@code "a.txt: is empty; expected text"}. */
  public InputException(String sentence) {
    super(shown(sentence));
  }

  /** With the whole sentence and the exception that led to it. */
  public InputException(String sentence, Throwable cause) {
    super(shown(sentence), cause);
  }

  private static String shown(String sentence) {
    StringBuilder line = new StringBuilder();
    if (sentence.length() <= MAX_LENGTH) {
      append(line, sentence);
    } else {
      // Each character may take six, hence cut before and after.
      append(line, sentence.substring(0, MAX_LENGTH));
      line.append(LEFT_OUT);
      append(line, sentence.substring(sentence.length() - END));
    }
    if (line.length() > MAX_LENGTH) {
      int head = MAX_LENGTH - LEFT_OUT.length() - END;
      line.replace(head, line.length() - END, LEFT_OUT);
    }
    return line.toString();
  }

  private static void append(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean half =
          Character.isSurrogate(c)
              && !(i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1)))
              && !(i > 0 && Character.isSurrogatePair(text.charAt(i - 1), c));
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (half || isUnseen(c)) {
            line.append("\\u%04x".formatted((int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
  }

  private static boolean isUnseen(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
