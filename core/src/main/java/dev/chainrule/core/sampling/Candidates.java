package dev.chainrule.core.sampling;

import dev.chainrule.base.InputException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The classes that may still be drawn, with their logits, in ascending order of class. Memory is
 * taken once; nothing here allocates afterwards.
 */
public final class Candidates {
  /** The largest are found by a heap where there are so many times as many. */
  private static final int FEW = 16;

  /** Of 64 neighbours, so many that each is looked at. */
  private static final int MANY = 16;

  private final int[] ids;
  private final float[] logits;
  private final double[] weights;
  private final int[] order;
  private final float[] keys;
  private final @Nullable Past past;
  private int size;

  /** What was taken from all logits to keep them small: penalties ask for their sign. */
  private double shift;

  private double drawnLogSumExp;

  /**
   * Room for some classes.
   *
   * @param numClasses V
   */
  public Candidates(int numClasses) {
    this(numClasses, null);
  }

  /**
   * Room for the classes of one stream.
   *
   * @param past what penalties look at; without one there can be none
   */
  public Candidates(int numClasses, @Nullable Past past) {
    this.past = past;
    keys = new float[numClasses];
    ids = new int[numClasses];
    logits = new float[numClasses];
    weights = new double[numClasses];
    order = new int[numClasses];
  }

  /**
   * Begins with all possible classes: those whose logit is above negative infinity.
   *
   * @param row logits [V]
   * @throws InputException if a logit is NaN or positive infinity, or no class possible: so are
   *     logits of a model whose weights are damaged
   */
  public void reset(float[] row) {
    shift = 0;
    if (isFinite(row)) {
      for (int id = 0; id < ids.length; id++) {
        ids[id] = id;
      }
      System.arraycopy(row, 0, logits, 0, ids.length);
      size = ids.length;
      return;
    }
    resetPossible(row);
  }

  /** Whether all logits are numbers, by loops that the compiler makes vectors of. */
  private boolean isFinite(float[] row) {
    // NaN is the least and the largest of any.
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < ids.length; id++) {
      least = Math.min(least, row[id]);
      most = Math.max(most, row[id]);
    }
    return least > Float.NEGATIVE_INFINITY && most < Float.POSITIVE_INFINITY;
  }

  /**
   * Begins with the possible ones of some classes.
   *
   * @param row logits [V]
   * @param allowed as {@link Constraint#allowed} gives them
   * @throws InputException if none of them is possible
   */
  public void reset(float[] row, long[] allowed) {
    shift = 0;
    size = 0;
    for (int word = 0; word < allowed.length; word++) {
      long left = allowed[word];
      int first = Long.SIZE * word;
      if (Long.bitCount(left) >= MANY && first + Long.SIZE <= ids.length) {
        addMany(first, left, row);
        continue;
      }
      for (; left != 0; left &= left - 1) {
        add(first + Long.numberOfTrailingZeros(left), row);
      }
    }
    if (size == 0) {
      throw new InputException(
          "none of the classes that may come next is possible to the model, expected one that is");
    }
  }

  /** Those of 64 neighbours, without a branch on each where all are numbers. */
  private void addMany(int first, long allowed, float[] row) {
    int kept = size;
    boolean finite = true;
    for (int i = 0; i < Long.SIZE; i++) {
      // What is not allowed is written too, and then written over.
      ids[kept] = first + i;
      float logit = row[first + i];
      logits[kept] = logit;
      finite &= Math.abs(logit) <= Float.MAX_VALUE;
      kept += (int) (allowed >>> i & 1);
    }
    if (finite) {
      size = kept;
      return;
    }
    for (long left = allowed; left != 0; left &= left - 1) {
      add(first + Long.numberOfTrailingZeros(left), row);
    }
  }

  private void add(int id, float[] row) {
    float logit = row[id];
    if (logit != Float.NEGATIVE_INFINITY) {
      // Written so that NaN fails too.
      if (!(logit < Float.POSITIVE_INFINITY)) {
        throw new InputException(
            "logit of class %d is %s, expected a number or negative infinity: weights of the model are damaged or too large"
                .formatted(id, logit));
      }
      ids[size] = id;
      logits[size++] = logit;
    }
  }

  private void resetPossible(float[] row) {
    size = 0;
    for (int id = 0; id < ids.length; id++) {
      add(id, row);
    }
    if (size == 0) {
      throw new InputException(
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

  /** What came before in the stream. */
  Past past() {
    if (past == null) {
      throw new IllegalStateException(
          "a penalty of repetition needs a sampler for each stream, with its past");
    }
    return past;
  }

  /** The logit of the i-th class left as it would be had nothing been taken from all of them. */
  double plainLogit(int i) {
    return logits[i] + shift;
  }

  /** Changes it. */
  void setPlainLogit(int i, double logit) {
    // At temperatures so low that this is no number only the best is left, whatever is asked for.
    if (Double.isFinite(shift)) {
      logits[i] = (float) Math.clamp(logit - shift, -Float.MAX_VALUE, Float.MAX_VALUE);
    }
  }

  /**
   * Takes classes out.
   *
   * @throws InputException if none is left
   */
  void removeIf(IntPredicate banned) {
    keep(i -> !banned.test(ids[i]));
    if (size == 0) {
      throw new InputException(
          "every class that could come next is banned, expected one that may be drawn");
    }
  }

  /** Keeps the classes at some places. */
  private void keep(IntPredicate place) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (place.test(i)) {
        ids[kept] = ids[i];
        logits[kept++] = logits[i];
      }
    }
    size = kept;
  }

  /** The largest logit. */
  public float max() {
    return max(logits, size);
  }

  private static float max(float[] x, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  /** {@code log sum exp} of the logits [V] of all classes. */
  double logSumExp(float[] row) {
    float max = max(row, ids.length);
    return max + Math.log(Exponentials.of(weights, row, ids.length, max));
  }

  /**
   * Divides all logits.
   *
   * @param divisor above 0
   */
  public void divide(double divisor) {
    double max = max();
    shift = (max + shift) / divisor;
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
    retain(k <= size / FEW ? kthLargest(k) : selected(k), Integer.MAX_VALUE);
  }

  private float selected(int k) {
    Arrays.fill(weights, 0, size, 1);
    return logits[reach(logits, k)];
  }

  /** The k-th largest logit, by a heap of the k largest so far: few of many logits get into it. */
  private float kthLargest(int k) {
    for (int i = 0; i < k; i++) {
      order[i] = i;
    }
    for (int i = k / 2 - 1; i >= 0; i--) {
      sink(i, k);
    }
    float least = logits[order[0]];
    for (int i = k; i < size; i++) {
      if (logits[i] > least) {
        order[0] = i;
        sink(0, k);
        least = logits[order[0]];
      }
    }
    return least;
  }

  /** Brings the candidate at a place of the heap to where none below it has a smaller logit. */
  private void sink(int from, int k) {
    int at = from;
    int moved = order[at];
    float logit = logits[moved];
    for (int child = 2 * at + 1; child < k; child = 2 * at + 1) {
      if (child + 1 < k && logits[order[child + 1]] < logits[order[child]]) {
        child++;
      }
      if (logits[order[child]] >= logit) {
        break;
      }
      order[at] = order[child];
      at = child;
    }
    order[at] = moved;
  }

  /** Keeps the fewest largest whose share of the probability is at least p. */
  public void keepMass(double p) {
    if (p >= 1) {
      return;
    }
    double total = exponentiate();
    // All that are less probable have less than 1 - p together: they need not be ordered.
    double least = (1 - p) * total / size;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (weights[i] >= least) {
        ids[kept] = ids[i];
        logits[kept] = logits[i];
        weights[kept++] = weights[i];
      }
    }
    size = kept;
    int last = reach(logits, p * total);
    retain(logits[last], ids[last]);
  }

  /** Keeps the fewest of probability p together whose surprise is nearest to the entropy. */
  void keepTypical(double p) {
    if (p >= 1) {
      return;
    }
    double total = exponentiate();
    double max = max();
    double entropy = entropy(total, max);
    for (int i = 0; i < size; i++) {
      double surprise = Math.log(total) - (logits[i] - max);
      keys[i] = (float) -Math.abs(surprise - entropy);
    }
    float least = keys[reach(keys, p * total)];
    keep(i -> keys[i] >= least);
  }

  /** Keeps classes of at least a probability, and the most probable ones in any case. */
  void keepProbable(double probability) {
    keepWithin(Math.min(0, Math.log(probability) + Math.log(exponentiate())));
  }

  /** Nats of the distribution over what is left. */
  double entropy() {
    return entropy(exponentiate(), max());
  }

  private double entropy(double total, double max) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      // The weight of an almost impossible class is 0, and so is its part.
      sum += weights[i] > 0 ? weights[i] * (logits[i] - max) : 0;
    }
    return Math.log(total) - sum / total;
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
    float max = max();
    double total = Exponentials.of(weights, logits, size, max);
    drawnLogSumExp = max + Math.log(total);
    double wanted = uniform * total;
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

  /** {@code log sum exp} of the logits from which {@link #draw} drew last. */
  double drawnLogSumExp() {
    return drawnLogSumExp;
  }

  private int best() {
    float max = max();
    int best = 0;
    while (logits[best] != max) {
      best++;
    }
    return best;
  }

  /** Weights become {@code exp(logit - max)}; returns their sum. */
  private double exponentiate() {
    return Exponentials.of(weights, logits, size, max());
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
   * The candidate with which the weights, added up from the largest key down (of equal ones from
   * the lowest class up), reach the target. Quickselect on weights: linear time on average, where
   * sorting a large vocabulary would cost more than a step of a small model.
   */
  private int reach(float[] by, double target) {
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    int low = 0;
    int high = size - 1;
    double left = target;
    while (low < high) {
      int split = partition(by, low, high);
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
  private int partition(float[] by, int low, int high) {
    int pivot = order[(low + high) >>> 1];
    int i = low - 1;
    int j = high + 1;
    while (true) {
      do {
        i++;
      } while (before(by, order[i], pivot));
      do {
        j--;
      } while (before(by, pivot, order[j]));
      if (i >= j) {
        return j;
      }
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  private static boolean before(float[] by, int a, int b) {
    return by[a] > by[b] || (by[a] == by[b] && a < b);
  }
}
