package dev.chainrule.text.structure;

import java.util.ArrayDeque;
import java.util.Deque;

/** From which states the end of their rule can be reached. */
final class Liveness {
  private final Network network;

  /** Of each kept state, states from which one step leads to it: count first, then the numbers. */
  private final int[][] before;

  private final boolean[] live;
  private final Deque<Integer> found = new ArrayDeque<>();

  Liveness(Network network) {
    this.network = network;
    int n = network.states().length;
    before = new int[n][];
    live = new boolean[n];
  }

  /** Whether a state that a step leads to is live; one of a loop is what it is in all rounds. */
  static boolean isLive(Network network, boolean[] live, int state) {
    if (!network.isInLoop(state)) {
      return live[state];
    }
    Network.Loop loop = network.loop(state);
    return live[loop.exit()] && (loop.min() == 0 || live[loop.first()]);
  }

  boolean[] live() {
    Network.State[] states = network.states();
    for (int s = 0; s < states.length; s++) {
      if (states[s].accepts()) {
        find(s);
      }
      for (int i = 2; i < states[s].bytes().length; i += 3) {
        precedes(s, states[s].bytes()[i]);
      }
      for (int target : states[s].empties()) {
        precedes(s, target);
      }
      for (int i = 0; i < states[s].calls().length; i += 2) {
        precedes(s, states[s].calls()[i + 1]);
        precedes(s, network.starts()[states[s].calls()[i]]);
      }
    }
    for (Network.Loop loop : network.loops()) {
      // The end of a round is where the next begins, or what follows.
      find(loop.first() + loop.width());
    }
    while (!found.isEmpty()) {
      int[] from = before[found.remove()];
      for (int i = 1; from != null && i <= from[0]; i++) {
        if (!live[from[i]] && leadsOn(from[i])) {
          find(from[i]);
        }
      }
    }
    return live;
  }

  private void find(int state) {
    if (!live[state]) {
      live[state] = true;
      found.add(state);
    }
  }

  private boolean leadsOn(int from) {
    Network.State state = network.states()[from];
    for (int i = 2; i < state.bytes().length; i += 3) {
      if (isLive(network, live, state.bytes()[i])) {
        return true;
      }
    }
    for (int target : state.empties()) {
      if (isLive(network, live, target)) {
        return true;
      }
    }
    for (int i = 0; i < state.calls().length; i += 2) {
      if (live[network.starts()[state.calls()[i]]] && isLive(network, live, state.calls()[i + 1])) {
        return true;
      }
    }
    return false;
  }

  private void precedes(int from, int to) {
    if (!network.isInLoop(to)) {
      add(from, to);
      return;
    }
    Network.Loop loop = network.loop(to);
    add(from, loop.exit());
    add(from, loop.first());
  }

  private void add(int from, int to) {
    int[] list = before[to];
    if (list == null) {
      list = new int[2];
    } else if (list[0] + 1 == list.length) {
      list = java.util.Arrays.copyOf(list, 2 * list.length);
    }
    list[++list[0]] = from;
    before[to] = list;
  }
}
