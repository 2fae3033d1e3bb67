package dev.chainrule.text.structure;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Characters after which a position is as before: those of the text of a string, of a word. Where
 * they are counted, the position that follows is the same a round later.
 *
 * @param groups of bytes, as bits
 * @param most how many characters
 */
record PlainRun(long groups, int most) {
  static final PlainRun NONE = new PlainRun(0, 0);

  /** What may run on from a position. */
  static PlainRun at(Position position, Automaton automaton) {
    Position after = null;
    int most = 0;
    long groups = 0;
    boolean[] differs = new boolean[ByteGroups.COUNT];
    for (int b = 0; b < 0x80; b++) {
      Position next = automaton.step(position, automaton.classOf(b));
      if (after == null && next.goesOn()) {
        most = rounds(position, next, automaton.network());
        after = most > 0 ? next : null;
      }
      int group = ByteGroups.of(b);
      differs[group] |= !next.equals(after);
      groups |= 1L << group;
    }
    if (after == null) {
      return NONE;
    }
    for (int group = 0; group < differs.length; group++) {
      groups &= differs[group] ? ~(1L << group) : -1L;
    }
    groups &= ~(1L << ByteGroups.BROKEN | 1L << ByteGroups.LONGER);
    if (longerLeadTo(position, after, automaton)) {
      groups |= 1L << ByteGroups.LONGER;
    }
    return new PlainRun(groups, most);
  }

  /** How many more characters lead on in this way; 0 if the next position is another. */
  private static int rounds(Position position, Position next, Network network) {
    if (next.equals(position)) {
      return Integer.MAX_VALUE;
    }
    if (next.states.length != position.states.length || next.ends != position.ends) {
      return 0;
    }
    int rounds = Integer.MAX_VALUE;
    for (int i = 0; i < next.states.length; i++) {
      int state = position.states[i];
      int other = next.states[i];
      if (!Frame.same(position.frames[i], next.frames[i])) {
        return 0;
      }
      if (state != other) {
        Network.@Nullable Loop loop = network.isInLoop(state) ? network.loop(state) : null;
        if (loop == null || other != state + loop.width()) {
          return 0;
        }
        int round = loop.round(state);
        int left = round < loop.min() ? loop.min() - round - 1 : loop.max() - round;
        rounds = Math.min(rounds, left);
      }
    }
    return rounds;
  }

  /** Whether all characters that are not of ASCII do. */
  private static boolean longerLeadTo(Position position, Position after, Automaton automaton) {
    Set<Position> known = new HashSet<>();
    for (int lead = 0xC2; lead <= 0xF4; lead++) {
      Position next = automaton.step(position, automaton.classOf(lead));
      int missing = ByteGroups.missing(0, 0, lead);
      if (!allLeadTo(next, missing, lead, after, automaton, known)) {
        return false;
      }
    }
    return true;
  }

  private static boolean allLeadTo(
      Position from,
      int missing,
      int before,
      Position after,
      Automaton automaton,
      Set<Position> known) {
    if (missing == 0) {
      return from.equals(after);
    }
    if (from.isDead()) {
      return false;
    }
    boolean usual = ByteGroups.first(before) == 0x80 && ByteGroups.last(before) == 0xBF;
    if (usual && known.contains(from)) {
      return true;
    }
    int last = automaton.classOf(ByteGroups.last(before));
    for (int c = automaton.classOf(ByteGroups.first(before)); c <= last; c++) {
      if (!allLeadTo(automaton.step(from, c), missing - 1, 0x80, after, automaton, known)) {
        return false;
      }
    }
    if (usual) {
      known.add(from);
    }
    return true;
  }
}
