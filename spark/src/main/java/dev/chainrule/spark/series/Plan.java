package dev.chainrule.spark.series;

import dev.chainrule.base.series.SeriesFacts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which series are done by which task. A block holds as much work as another, as far as whole
 * series allow, and none is empty. Where each part of the input holds whole series and is at most
 * {@value #LARGEST} times a block, blocks are parts that follow each other, and no row travels;
 * else series are dealt out to blocks in the order in which they came first.
 *
 * @param parts of each block, by index, where parts are not taken apart; null where they are
 * @param dealt where each series goes, where parts are taken apart; null where they are not
 */
record Plan(@Nullable List<List<Integer>> parts, @Nullable Dealt dealt) {
  /** A part that is larger keeps the cluster waiting for it at the end. */
  private static final int LARGEST = 2;

  /** Blocks for each task that can run at a time: the last ones fill the gaps. */
  private static final int BLOCKS_PER_SLOT = 4;

  /** What a lost executor has to do again at most, in {@link #cost}. */
  private static final double MOST = 1e6;

  /** What a series costs beside its values. */
  private static final int PER_SERIES = 50;

  /**
   * Where series go.
   *
   * @param places of series by their {@link SeriesFacts#id}, in the order in which they came first
   * @param starts place of the first series of each block
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Dealt(HashMap<Long, Integer> places, int[] starts) implements Serializable {
    int place(String id) {
      return places.getOrDefault(SeriesFacts.id(id), 0);
    }

    int block(int place) {
      int found = java.util.Arrays.binarySearch(starts, place);
      return found >= 0 ? found : -found - 2;
    }
  }

  /** What the work on a series is in proportion to. */
  private static double cost(int rows) {
    return PER_SERIES + rows;
  }

  /**
   * A plan.
   *
   * @param facts of the parts, in their order
   * @param slots tasks that run at a time
   */
  static Plan of(List<SeriesFacts> facts, int slots) {
    Map<Long, Integer> places = new HashMap<>();
    List<Double> costs = new ArrayList<>();
    boolean whole = true;
    double total = 0;
    double largest = 0;
    for (SeriesFacts part : facts) {
      double sum = 0;
      long[] ids = part.ids();
      int[] rows = part.rows();
      for (int i = 0; i < ids.length; i++) {
        Integer place = places.putIfAbsent(ids[i], places.size());
        if (place == null) {
          costs.add(cost(rows[i]));
        } else {
          whole = false;
          costs.set(place, costs.get(place) + rows[i]);
        }
        sum += cost(rows[i]);
      }
      total += sum;
      largest = Math.max(largest, sum);
    }
    int blocks =
        (int) Math.min(places.size(), Math.max(BLOCKS_PER_SLOT * slots, Math.ceil(total / MOST)));
    double each = total / Math.max(1, blocks);
    if (whole && largest <= LARGEST * each) {
      return new Plan(together(facts, each), null);
    }
    return new Plan(null, new Dealt((HashMap<Long, Integer>) places, starts(costs, total, blocks)));
  }

  int blocks() {
    if (parts != null) {
      return parts.size();
    }
    return dealt == null ? 0 : dealt.starts.length;
  }

  /** Parts that follow each other, as many as come nearest to a block; empty ones go along. */
  private static List<List<Integer>> together(List<SeriesFacts> facts, double each) {
    List<List<Integer>> blocks = new ArrayList<>();
    List<Integer> block = new ArrayList<>();
    double before = 0;
    double sum = 0;
    for (int p = 0; p < facts.size(); p++) {
      int[] rows = facts.get(p).rows();
      if (rows.length == 0) {
        continue;
      }
      double cost = 0;
      for (int count : rows) {
        cost += cost(count);
      }
      // A part belongs to the block in which its middle lies.
      if (!block.isEmpty() && sum + cost / 2 > before + each) {
        blocks.add(block);
        block = new ArrayList<>();
        before = sum;
      }
      block.add(p);
      sum += cost;
    }
    if (!block.isEmpty()) {
      blocks.add(block);
    }
    return blocks;
  }

  /** Places at which blocks begin, each with a series at least. */
  private static int[] starts(List<Double> costs, double total, int blocks) {
    int[] starts = new int[blocks];
    double sum = 0;
    int place = 0;
    for (int b = 0; b < blocks; b++) {
      starts[b] = place;
      int last = costs.size() - (blocks - 1 - b);
      do {
        sum += costs.get(place++);
      } while (place < last && sum + costs.get(place) / 2 < total * (b + 1) / blocks);
    }
    return starts;
  }
}
