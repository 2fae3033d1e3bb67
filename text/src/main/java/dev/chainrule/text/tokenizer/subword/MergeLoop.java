package dev.chainrule.text.tokenizer.subword;

import java.util.Arrays;

/**
 * Merges neighbouring symbols, always the pair of the lowest rank, of equal ones the leftmost. The
 * symbols are a linked list and the pairs a heap, so that n symbols cost n log n, however they
 * come.
 */
final class MergeLoop {
  private static final int GONE = -2;

  private final int[] ids;
  private final int[] next;
  private final int[] previous;
  private final int count;
  private long[] heap;
  private int size;

  /** Which neighbours become one. */
  @FunctionalInterface
  interface Rule {
    /**
     * Two neighbours by their places.
     *
     * @param end the place after the right one
     * @return rank in the upper and token in the lower half, or {@link MergeTable#NONE}
     */
    long merge(int left, int right, int end);
  }

  /** The first {@code count} of these symbols, which are changed. */
  MergeLoop(int[] ids, int count) {
    this.ids = ids;
    this.count = count;
    next = new int[count];
    previous = new int[count];
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    heap = new long[Math.max(4, count)];
  }

  void run(Rule rule) {
    for (int place = 0; place + 1 < count; place++) {
      offer(rule, place);
    }
    while (size > 0) {
      long top = poll();
      int place = (int) top;
      if (previous[place] == GONE || next[place] == count) {
        continue;
      }
      int right = next[place];
      long found = rule.merge(place, right, next[right]);
      if (found == MergeTable.NONE || found >>> 32 != top >>> 32) {
        continue; // A merge beside it was faster.
      }
      ids[place] = (int) found;
      next[place] = next[right];
      previous[right] = GONE;
      if (next[place] < count) {
        previous[next[place]] = place;
        offer(rule, place);
      }
      if (previous[place] >= 0) {
        offer(rule, previous[place]);
      }
    }
  }

  /** The place after a symbol: the first is at 0, and the count of symbols is after the last. */
  int next(int place) {
    return next[place];
  }

  private void offer(Rule rule, int place) {
    int right = next[place];
    long found = rule.merge(place, right, next[right]);
    if (found != MergeTable.NONE) {
      push(((found >>> 32) << 32) | place);
    }
  }

  private void push(long entry) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    int at = size++;
    while (at > 0 && heap[(at - 1) >> 1] > entry) {
      heap[at] = heap[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    heap[at] = entry;
  }

  private long poll() {
    long top = heap[0];
    long last = heap[--size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
