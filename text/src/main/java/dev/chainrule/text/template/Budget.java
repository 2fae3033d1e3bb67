package dev.chainrule.text.template;

/** What is left of a template's {@link Limits}. */
final class Budget {
  /** Nesting of expressions, statements and calls. */
  private static final int DEEPEST = 300;

  /** So many characters are looked at in the time of a step. */
  private static final int CHARACTERS_PER_STEP = 256;

  private final Limits limits;
  private long steps;
  private long room;
  private long looked;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
    steps = limits.steps();
    room = limits.room();
  }

  void enter() {
    steps--;
    requireSteps();
    if (++depth > DEEPEST) {
      throw new TemplateException("nests more than %d deep".formatted(DEEPEST));
    }
  }

  void leave() {
    depth--;
  }

  private void requireSteps() {
    if (steps < 0) {
      throw new TemplateException("takes more than %d steps".formatted(limits.steps()));
    }
  }

  /** To be asked before this many characters are looked at, of which nothing is made. */
  void look(long characters) {
    looked += Math.clamp(characters, 0, Long.MAX_VALUE / 2);
    steps -= looked / CHARACTERS_PER_STEP;
    looked %= CHARACTERS_PER_STEP;
    requireSteps();
  }

  /** The same before a part is looked for, which may nearly be at each place of the text. */
  void search(String text, String part) {
    look((long) text.length() * (1 + part.length() / 16));
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
