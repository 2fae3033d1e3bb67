package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionCache;
import dev.chainrule.core.kernel.RowKernels;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Keys and values of streams that come and go: a stream has room for at most twice what it has
 * stored, and gives it to others when it is forgotten. What is computed is the same to the bit as
 * with room for all from the beginning.
 *
 * <p>{@link #extend} and {@link #release} are for one thread, while none uses the cache.
 */
final class GrowingCache implements AttentionCache {
  private static final int FEWEST = 64;

  private final RowKernels kernels;
  private final int heads;
  private final int headSize;
  private final int most;

  /** Of no time: what a stream has that has stored nothing. */
  private final AttentionCache empty;

  private final AttentionCache[] rooms;
  private final int[] capacities;
  private final int[] times;
  private final Map<Integer, Deque<AttentionCache>> free = new HashMap<>();
  private final Tensor moved;
  private long bytes;

  /**
   * An empty cache.
   *
   * @param most times of a stream at most
   */
  GrowingCache(RowKernels kernels, int streams, int heads, int headSize, int most) {
    this.kernels = kernels;
    this.heads = heads;
    this.headSize = headSize;
    this.most = most;
    empty = kernels.attentionCache(1, heads, headSize, 1);
    rooms = new AttentionCache[streams];
    Arrays.fill(rooms, empty);
    capacities = new int[streams];
    times = new int[streams];
    moved = Tensor.zeros(DType.FLOAT32, 2, headSize);
  }

  /** About the bytes of memory that it has, used or kept for later. */
  long bytes() {
    return bytes;
  }

  /** Makes room for so many times of a stream. */
  void extend(int stream, int count) {
    if (count > capacities[stream]) {
      int capacity = Math.max(FEWEST, capacities[stream]);
      while (capacity < count) {
        capacity *= 2;
      }
      AttentionCache before = rooms[stream];
      int capacityBefore = capacities[stream];
      capacities[stream] = Math.min(capacity, most);
      rooms[stream] = room(capacities[stream]);
      copy(before, rooms[stream], times[stream]);
      giveBack(before, capacityBefore);
    }
    times[stream] = count;
  }

  /** Forgets a stream. */
  void release(int stream) {
    giveBack(rooms[stream], capacities[stream]);
    rooms[stream] = empty;
    capacities[stream] = 0;
    times[stream] = 0;
  }

  private AttentionCache room(int capacity) {
    Deque<AttentionCache> kept = free.get(capacity);
    if (kept != null && !kept.isEmpty()) {
      return kept.pop();
    }
    bytes += 8L * heads * headSize * capacity;
    return kernels.attentionCache(1, heads, headSize, capacity);
  }

  private void giveBack(AttentionCache room, int capacity) {
    if (capacity > 0) {
      free.computeIfAbsent(capacity, none -> new ArrayDeque<>()).push(room);
    }
  }

  private void copy(AttentionCache from, AttentionCache to, int count) {
    long key = moved.address();
    long value = key + 4L * headSize;
    try {
      for (int head = 0; head < heads; head++) {
        for (int time = 0; time < count; time++) {
          from.get(0, head, time, key, value);
          to.put(0, head, time, key, value);
        }
      }
    } finally {
      Reference.reachabilityFence(moved);
    }
  }

  @Override
  public void put(int stream, int head, int time, long key, long value) {
    rooms[stream].put(0, head, time, key, value);
  }

  @Override
  public void get(int stream, int head, int time, long key, long value) {
    rooms[stream].get(0, head, time, key, value);
  }

  @Override
  public void copyStream(int from, int to) {
    if (from != to) {
      release(to);
      extend(to, times[from]);
      copy(rooms[from], rooms[to], times[from]);
    }
  }

  @Override
  public int scoreRoom(int count) {
    return empty.scoreRoom(count);
  }

  @Override
  public void scores(long scores, long query, int stream, int head, int visible) {
    rooms[stream].scores(scores, query, 0, head, visible);
  }

  @Override
  public void mix(long y, long weights, float total, int stream, int head, int visible) {
    rooms[stream].mix(y, weights, total, 0, head, visible);
  }
}
