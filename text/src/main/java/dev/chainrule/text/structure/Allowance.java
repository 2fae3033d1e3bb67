package dev.chainrule.text.structure;

/**
 * How many places of an automaton may be looked at for a text: many for a token now and then, fewer
 * for each, so that a form that is too ambiguous ends its own texts and does not hold up others.
 */
final class Allowance {
  /** Half a second of work or so. */
  static final long MOST = 4_000_000;

  /** Ten milliseconds or so. */
  static final long A_TOKEN = 100_000;

  private long left = MOST;

  /** Places that may be looked at now. */
  long left() {
    return left;
  }

  void use(long places) {
    left = Math.max(0, left - places);
  }

  /** Another token has come. */
  void next() {
    left = Math.min(MOST, left + A_TOKEN);
  }
}
