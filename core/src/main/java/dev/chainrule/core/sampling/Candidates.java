package dev.chainrule.core.sampling;

import java.util.Arrays;

/**
 * The classes that may still be drawn, with their logits, in ascending order of class. Memory is
 * taken once; nothing here allocates afterwards.
 */
public final class Candidates {
  private final int[] ids;
  private final float[] logits;
  private final double[] weights;
  private final int[] order;
  private int size;

  /**
   * Room for some classes.
   *
   * @param numClasses V
   */
  public Candidates(int numClasses) {
    ids = new int[numClasses];
    logits = new float[numClasses];
    weights = new double[numClasses];
    order = new int[numClasses];
  }

  /**
   * Begins with all possible classes: those whose logit is above negative infinity.
   *
   * @param row logits [V]
   * @throws IllegalArgumentException if a logit is NaN or positive infinity, or no class possible
   */
  public void reset(float[] row) {
    size = 0;
    for (int id = 0; id < ids.length; id++) {
      float logit = row[id];
      if (logit != Float.NEGATIVE_INFINITY) {
        // Written so that NaN fails too.
        if (!(logit < Float.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "logit of class %d is %s, expected a number or negative infinity"
                  .formatted(id, logit));
        }
        ids[size] = id;
        logits[size++] = logit;
      }
    }
    if (size == 0) {
      throw new IllegalArgumentException(
          "all %d logits are negative infinity, expected a possible class".formatted(ids.length));
    }
  }

  /** Number of classes left, at least 1. */
  public int size() {
    return size;
  }

  /** The i-th class left. */
  public int id(int i) {
    return ids[i];
  }

  /** The logit of the i-th class left. */
  public float logit(int i) {
    return logits[i];
  }

  /** Changes the logit of the i-th class left, to a finite number. */
  public void setLogit(int i, float logit) {
    logits[i] = logit;
  }

  /** The largest logit. */
  public float max() {
    return logits[best()];
  }

  /**
   * Divides all logits.
   *
   * @param divisor above 0
   */
  public void divide(double divisor) {
    double max = max();
    for (int i = 0; i < size; i++) {
      // Relative to the largest, so that a small divisor cannot overflow to infinity.
      logits[i] = (float) Math.max((logits[i] - max) / divisor, -Float.MAX_VALUE);
    }
  }

  /** Keeps the class of the largest logit, the first of several. */
  public void keepBest() {
    int best = best();
    ids[0] = ids[best];
    logits[0] = logits[best];
    size = 1;
  }

  /** Keeps the k largest logits, and those equal to the k-th. */
  public void keepLargest(int k) {
    if (k >= size) {
      return;
    }
    Arrays.fill(weights, 0, size, 1);
    float least = logits[reach(k)];
    retain(least, Integer.MAX_VALUE);
  }

  /** Keeps the fewest largest whose share of the probability is at least p. */
  public void keepMass(double p) {
    if (p >= 1) {
      return;
    }
    double total = exponentiate();
    int last = reach(p * total);
    retain(logits[last], ids[last]);
  }

  /** Keeps logits that are at least the largest plus a negative distance in nats. */
  public void keepWithin(double distance) {
    double least = max() + distance;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (logits[i] >= least) {
        ids[kept] = ids[i];
        logits[kept++] = logits[i];
      }
    }
    size = kept;
  }

  /**
   * Draws a class: the first whose cumulative probability exceeds the number.
   *
   * @param uniform at least 0, less than 1
   */
  public int draw(double uniform) {
    double wanted = uniform * exponentiate();
    int last = 0;
    double cumulative = 0;
    for (int i = 0; i < size; i++) {
      cumulative += weights[i];
      if (cumulative > wanted) {
        return ids[i];
      }
      if (weights[i] > 0) {
        last = i;
      }
    }
    return ids[last];
  }

  private int best() {
    int best = 0;
    for (int i = 1; i < size; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Weights become {@code exp(logit - max)}; returns their sum. */
  private double exponentiate() {
    float max = max();
    double total = 0;
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp((double) logits[i] - max);
      total += weights[i];
    }
    return total;
  }

  /** Keeps logits above the least, and those equal to it up to class lastId. */
  private void retain(float least, int lastId) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (logits[i] > least || (logits[i] == least && ids[i] <= lastId)) {
        ids[kept] = ids[i];
        logits[kept++] = logits[i];
      }
    }
    size = kept;
  }

  /**
   * The candidate with which the weights, added up from the largest logit down (of equal ones from
   * the lowest class up), reach the target. Quickselect on weights: linear time on average, where
   * sorting a large vocabulary would cost more than a step of a small model.
   */
  private int reach(double target) {
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    int low = 0;
    int high = size - 1;
    double left = target;
    while (low < high) {
      int split = partition(low, high);
      double mass = 0;
      for (int i = low; i <= split; i++) {
        mass += weights[order[i]];
      }
      if (mass >= left) {
        high = split;
      } else {
        left -= mass;
        low = split + 1;
      }
    }
    return order[low];
  }

  /** Hoare's partition: afterwards order[low..split] come before order[split+1..high]. */
  private int partition(int low, int high) {
    int pivot = order[(low + high) >>> 1];
    int i = low - 1;
    int j = high + 1;
    while (true) {
      do {
        i++;
      } while (before(order[i], pivot));
      do {
        j--;
      } while (before(pivot, order[j]));
      if (i >= j) {
        return j;
      }
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  private boolean before(int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  }
}
