package dev.chainrule.text.template;

/** What stops a template; its sentence lacks the template's name and the line. */
final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  TemplateException(String sentence, int line) {
    super(sentence);
    this.line = line;
  }

  TemplateException(String sentence) {
    this(sentence, 0);
  }

  /** From 1; 0 if it is not known. */
  int line() {
    return line;
  }

  TemplateException at(int where) {
    return line > 0 ? this : new TemplateException(String.valueOf(getMessage()), where);
  }
}
