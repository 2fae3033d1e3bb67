package dev.chainrule.text.structure;

import java.util.Arrays;

/**
 * The states of a pushdown automaton over bytes. A state of a {@link Loop} stands for as many as
 * the loop has rounds, which take no memory: their numbers lie beyond those of all others, round by
 * round.
 *
 * @param states all that are kept
 * @param starts first state of each rule
 * @param loops in the order of their numbers
 * @param root the rule of the whole text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Network(State[] states, int[] starts, Loop[] loops, int root) {
  private static final int[] NONE = {};

  /**
   * A state.
   *
   * @param bytes first and last byte of a range, and the state after it, three by three
   * @param empties states that are reached by nothing
   * @param calls number of a rule, and the state after it, two by two
   * @param accepts whether the rule may end here
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record State(int[] bytes, int[] empties, int[] calls, boolean accepts) {
    /** Whether nothing but the end of the rule may follow. */
    boolean onlyAccepts() {
      return accepts && bytes.length + empties.length + calls.length == 0;
    }
  }

  /**
   * What is read from {@code min} to {@code max} times.
   *
   * @param base number of the first state of the first round
   * @param width states of a round
   * @param first the state that is kept for the first of them
   * @param exit the state after the loop
   */
  record Loop(int base, int width, int first, int min, int max, int exit) {
    int round(int state) {
      return (state - base) / width;
    }

    /**
     * A state that so few bytes cannot tell from another: of two rounds that are both further from
     * the bounds than the bytes reach.
     */
    int alike(int state, int bytes) {
      int round = round(state);
      int toMax = max - round;
      int toMin = min - round;
      int other = round;
      if (toMin > bytes) {
        other = Math.max(0, min - bytes - 1);
      } else if (toMin <= 0 && toMax > bytes) {
        other = Math.max(min, 0);
      }
      return state + (other - round) * width;
    }
  }

  /** The loop that a state beyond those that are kept belongs to. */
  Loop loop(int state) {
    int low = 0;
    int high = loops.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (loops[middle].base() <= state) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return loops[low];
  }

  boolean isInLoop(int state) {
    return state >= states.length;
  }

  /** About what it takes of memory. */
  long bytes() {
    long bytes = 0;
    for (State state : states) {
      bytes += 40 + 4L * (state.bytes().length + state.empties().length + state.calls().length);
    }
    return bytes;
  }

  /** Classes of bytes that no state tells apart, from 0. */
  int[] byteClasses() {
    boolean[] begins = new boolean[257];
    for (State state : states) {
      for (int i = 0; i < state.bytes().length; i += 3) {
        begins[state.bytes()[i]] = true;
        begins[state.bytes()[i + 1] + 1] = true;
      }
    }
    int[] classes = new int[256];
    for (int b = 1; b < 256; b++) {
      classes[b] = classes[b - 1] + (begins[b] ? 1 : 0);
    }
    return classes;
  }

  /** The same without what leads to no end. */
  Network trimmed() {
    boolean[] live = new Liveness(this).live();
    State[] kept = new State[states.length];
    for (int s = 0; s < states.length; s++) {
      State state = states[s];
      kept[s] =
          new State(
              only(state.bytes(), 3, live),
              only(state.empties(), 1, live),
              calls(state.calls(), live),
              state.accepts());
    }
    return new Network(kept, starts, loops, root);
  }

  private int[] only(int[] edges, int size, boolean[] live) {
    int[] kept = new int[edges.length];
    int n = 0;
    for (int i = 0; i < edges.length; i += size) {
      if (Liveness.isLive(this, live, edges[i + size - 1])) {
        System.arraycopy(edges, i, kept, n, size);
        n += size;
      }
    }
    return n == 0 ? NONE : Arrays.copyOf(kept, n);
  }

  private int[] calls(int[] calls, boolean[] live) {
    int[] kept = only(calls, 2, live);
    int n = 0;
    for (int i = 0; i < kept.length; i += 2) {
      if (live[starts[kept[i]]]) {
        kept[n++] = kept[i];
        kept[n++] = kept[i + 1];
      }
    }
    return n == 0 ? NONE : Arrays.copyOf(kept, n);
  }
}
