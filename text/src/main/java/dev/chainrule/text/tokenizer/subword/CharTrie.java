package dev.chainrule.text.tokenizer.subword;

import java.util.Arrays;

/** Finds the longest of some texts at a place of another. Its edges lie in one hash table. */
final class CharTrie {
  private static final int ROOT = 0;

  private long[] edges = new long[64];
  private int[] targets = new int[64];
  private int size;
  private int[] values = new int[64];
  private int nodes = 1;

  CharTrie() {
    Arrays.fill(edges, -1);
    Arrays.fill(values, -1);
  }

  /** Adds a text; of equal ones the last counts. */
  void put(String text, int value) {
    int node = ROOT;
    for (int i = 0; i < text.length(); i++) {
      node = child(node, text.charAt(i));
    }
    values[node] = value;
  }

  private int child(int node, char c) {
    int slot = slot(edges, key(node, c));
    if (edges[slot] >= 0) {
      return targets[slot];
    }
    edges[slot] = key(node, c);
    targets[slot] = nodes;
    if (nodes == values.length) {
      values = Arrays.copyOf(values, 2 * nodes);
      Arrays.fill(values, nodes, values.length, -1);
    }
    if (2 * ++size > edges.length) {
      grow();
    }
    return nodes++;
  }

  private void grow() {
    long[] more = new long[2 * edges.length];
    int[] moreTargets = new int[more.length];
    Arrays.fill(more, -1);
    for (int i = 0; i < edges.length; i++) {
      if (edges[i] >= 0) {
        int slot = slot(more, edges[i]);
        more[slot] = edges[i];
        moreTargets[slot] = targets[i];
      }
    }
    edges = more;
    targets = moreTargets;
  }

  private static long key(int node, char c) {
    return ((long) node << 16) | c;
  }

  private static int slot(long[] edges, long key) {
    int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & (edges.length - 1);
    while (edges[slot] >= 0 && edges[slot] != key) {
      slot = (slot + 1) & (edges.length - 1);
    }
    return slot;
  }

  /** The value of the longest text that stands at a place, -1 for none. */
  int longest(String text, int at) {
    int found = -1;
    int node = ROOT;
    for (int i = at; i < text.length(); i++) {
      int slot = slot(edges, key(node, text.charAt(i)));
      if (edges[slot] < 0) {
        return found;
      }
      node = targets[slot];
      if (values[node] >= 0) {
        found = values[node];
      }
    }
    return found;
  }
}
