package dev.chainrule.text.template;

/**
 * What a template may use.
 *
 * @param steps expressions evaluated and statements run
 * @param room characters of texts and elements of lists made, all together
 */
public record Limits(long steps, long room) {
  private static final long STEPS = 1_000_000;
  private static final long ROOM = 16L << 20;
  private static final int STEPS_PER_CHARACTER = 4;
  private static final int ROOM_PER_CHARACTER = 64;

  public Limits {
    if (steps < 1 || room < 1) {
      throw new IllegalArgumentException(
          "steps %d and room %d, expected both above 0".formatted(steps, room));
    }
  }

  /** Enough for a chat of this many characters: what an honest template does is linear in it. */
  public static Limits of(long characters) {
    return new Limits(
        STEPS + STEPS_PER_CHARACTER * characters, ROOM + ROOM_PER_CHARACTER * characters);
  }
}
