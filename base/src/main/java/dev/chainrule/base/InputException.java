package dev.chainrule.base;

/**
 * Something that the user gave cannot be used: a file, a line of it, a value. The message is one
 * sentence that names the file, line or option, what was found and what was expected; the command
 * line prints it without a stack trace and ends with exit code 1.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the whole sentence, for instance {@code "a.txt: is empty; expected text"}. */
  public InputException(String sentence) {
    super(sentence);
  }

  /** With the whole sentence and the exception that led to it. */
  public InputException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
