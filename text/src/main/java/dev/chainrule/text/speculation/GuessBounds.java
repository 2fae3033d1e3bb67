package dev.chainrule.text.speculation;

import dev.chainrule.text.model.SlotDecoder;

/**
 * How many tokens are guessed at once: between these, as many as pay.
 *
 * @param least 0 or more
 * @param most from 1 to {@value #MOST}
 */
public record GuessBounds(int least, int most) {
  /** Most tokens that are guessed at once: with the one before them they are a short piece. */
  public static final int MOST = SlotDecoder.LONG_PIECE - 2;

  /** As few and as many as there can be. */
  public static final GuessBounds USUAL = new GuessBounds(0, MOST);

  public GuessBounds {
    if (most < 1 || most > MOST || least < 0 || least > most) {
      throw new IllegalArgumentException(
          "%d to %d tokens guessed at once, expected from 0 to at most %d"
              .formatted(least, most, MOST));
    }
  }
}
