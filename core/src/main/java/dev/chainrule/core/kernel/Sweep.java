package dev.chainrule.core.kernel;

import java.util.Arrays;

/**
 * How a recurrent layer goes over the places of a grid: in each of T steps it computes a run of
 * places beside each other, and a place p reads places {@code p + tap} of the step before, those of
 * them that the step before has. A cell's state comes from the same place of the step before.
 *
 * <p>The places of all steps one after the other are numbered as rows, from 0 to {@link #rows}.
 */
public final class Sweep {
  private final int[] first;
  private final int[] end;
  private final int[] taps;
  private final int[] start;

  private Sweep(int[] first, int[] end, int[] taps) {
    this.first = first;
    this.end = end;
    this.taps = taps;
    start = new int[first.length + 1];
    for (int t = 0; t < first.length; t++) {
      start[t + 1] = start[t] + end[t] - first[t];
    }
  }

  /** Row after row; a pixel reads three of the row above. */
  public static Sweep byRows(int height, int width) {
    requireSize(height, width);
    int[] end = new int[height];
    Arrays.fill(end, width);
    return new Sweep(new int[height], end, new int[] {-1, 0, 1});
  }

  /**
   * Diagonal after diagonal, from the upper left corner on; a pixel, whose place is its row, reads
   * those above it and to its left.
   */
  public static Sweep byDiagonals(int height, int width) {
    requireSize(height, width);
    int[] first = new int[height + width - 1];
    int[] end = new int[first.length];
    for (int t = 0; t < first.length; t++) {
      first[t] = Math.max(0, t - width + 1);
      end[t] = Math.min(height, t + 1);
    }
    return new Sweep(first, end, new int[] {-1, 0});
  }

  private static void requireSize(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a grid of %d x %d, expected 1 x 1 or more".formatted(height, width));
    }
  }

  /** Number of steps T. */
  public int steps() {
    return first.length;
  }

  /** Places in all steps N. */
  public int rows() {
    return start[first.length];
  }

  /** Number of the first row of a step. */
  public int start(int step) {
    return start[step];
  }

  /** First place of a step. */
  public int first(int step) {
    return first[step];
  }

  /** One after the last place of a step. */
  public int end(int step) {
    return end[step];
  }

  /** One after the highest place of any step. */
  public int places() {
    return Arrays.stream(end).max().orElseThrow();
  }

  /** Number of taps K. */
  public int taps() {
    return taps.length;
  }

  /** From a place to the one that tap k reads. */
  public int tap(int k) {
    return taps[k];
  }

  /** Whether a step, which need not exist, has a place. */
  public boolean has(int step, int place) {
    return step >= 0 && step < first.length && place >= first[step] && place < end[step];
  }

  /** The first place of a step after the first that tap k has something to read for. */
  public int firstReading(int step, int k) {
    return Math.max(first[step], first[step - 1] - taps[k]);
  }

  /** One after the last place of a step after the first that tap k has something to read for. */
  public int endReading(int step, int k) {
    return Math.min(end[step], end[step - 1] - taps[k]);
  }

  /** The row of a place that a step has. */
  public int row(int step, int place) {
    return start[step] + place - first[step];
  }

  @Override
  public String toString() {
    return "Sweep of %d steps, %d rows, taps %s".formatted(steps(), rows(), Arrays.toString(taps));
  }
}
