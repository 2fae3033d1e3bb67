package dev.chainrule.text.speculation;

/** How often guesses came true lately. */
public final class Trust {
  /** What share of the right and wrong guesses of before a step leaves. */
  private static final double KEPT = 0.95;

  private double right = 1;
  private double wrong = 1;

  /** The share of guesses that came true, where those before them did. */
  public double share() {
    return right / (right + wrong);
  }

  /** Of the tokens that were guessed so many came true, the first ones. */
  public void judged(int guessed, int accepted) {
    right = KEPT * right + accepted;
    wrong = KEPT * wrong + (accepted < guessed ? 1 : 0);
  }
}
