package dev.chainrule.text.template;

/** What is left of a template's {@link Limits}. */
final class Budget {
  /** Nesting of expressions, statements and calls. */
  private static final int DEEPEST = 300;

  private final Limits limits;
  private long steps;
  private long room;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
    steps = limits.steps();
    room = limits.room();
  }

  void enter() {
    if (--steps < 0) {
      throw new TemplateException("takes more than %d steps".formatted(limits.steps()));
    }
    if (++depth > DEEPEST) {
      throw new TemplateException("nests more than %d deep".formatted(DEEPEST));
    }
  }

  void leave() {
    depth--;
  }

  /** To be asked before this many characters or elements are made. */
  void take(long units) {
    room -= Math.max(1, units);
    if (room < 0) {
      throw new TemplateException(
          "makes texts and lists of more than %d characters and elements".formatted(limits.room()));
    }
  }

  String made(String text) {
    take(text.length());
    return text;
  }
}
