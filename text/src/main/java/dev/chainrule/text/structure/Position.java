package dev.chainrule.text.structure;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that an automaton may be in after some text: states with the frames beneath them. What comes
 * after it is remembered once it was asked for.
 */
final class Position {
  private static final int[] NO_STATES = {};
  private static final @Nullable Frame[] NO_FRAMES = {};

  /** No text leads on from here, and none ends here. */
  static final Position DEAD = new Position(NO_STATES, NO_FRAMES, false);

  final int[] states;
  final @Nullable Frame[] frames;

  /** Whether the text may end here; where what lies beneath is not known, whether it goes on. */
  final boolean ends;

  private final int hash;

  /** By class of byte; owned by the {@link Automaton}. */
  @Nullable Position @Nullable [] next;

  /** Of the {@link Automaton} that {@link #next} is of. */
  int generation;

  /** What may run on from here; null as long as nobody wanted to know. */
  @Nullable PlainRun run;

  /** How often a walk over tokens has been here, as long as it is not known. */
  int visits;

  Position(int[] states, @Nullable Frame[] frames, boolean ends) {
    this.states = states;
    this.frames = frames;
    this.ends = ends;
    int h = ends ? 1 : 0;
    for (int i = 0; i < states.length; i++) {
      h = 31 * (31 * h + states[i]) + Frame.hash(frames[i]);
    }
    hash = h;
  }

  /** Whether no text leads on from here, and none ends here. */
  boolean isDead() {
    return states.length == 0 && !ends;
  }

  /** Whether more text can follow. */
  boolean goesOn() {
    return states.length > 0;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Position that)
        || hash != that.hash
        || ends != that.ends
        || !Arrays.equals(states, that.states)) {
      return false;
    }
    for (int i = 0; i < frames.length; i++) {
      if (!Frame.same(frames[i], that.frames[i])) {
        return false;
      }
    }
    return true;
  }
}
