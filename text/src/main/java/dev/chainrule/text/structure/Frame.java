package dev.chainrule.text.structure;

import org.jspecify.annotations.Nullable;

/** Where an automaton goes on when the rule that it is in ends. Immutable; frames share others. */
final class Frame {
  private final int back;
  private final @Nullable Frame below;
  private final int hash;

  /**
   * A frame.
   *
   * @param back the state to go on from
   * @param below what there is to go on with then; null for what is not known, or the end
   */
  Frame(int back, @Nullable Frame below) {
    this.back = back;
    this.below = below;
    hash = 31 * (below == null ? 7 : below.hash) + back;
  }

  int back() {
    return back;
  }

  @Nullable Frame below() {
    return below;
  }

  static boolean same(@Nullable Frame a, @Nullable Frame b) {
    while (a != b) {
      if (a == null || b == null || a.hash != b.hash || a.back != b.back) {
        return false;
      }
      a = a.below;
      b = b.below;
    }
    return true;
  }

  static int hash(@Nullable Frame frame) {
    return frame == null ? 0 : frame.hash;
  }
}
