package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/**
 * One of V classes, numbered from 0; the parameters are logits, unnormalised log-probabilities of
 * which negative infinity means impossible.
 *
 * @param numClasses V
 */
public record Categorical(int numClasses) implements UnivariateDistribution {
  public Categorical {
    if (numClasses < 1) {
      throw new IllegalArgumentException("%d classes, expected 1 or more".formatted(numClasses));
    }
  }

  @Override
  public int numParameters() {
    return numClasses;
  }

  @Override
  public double logProb(float[] logits, double x) {
    int k = (int) x;
    if (k != x || k < 0 || k >= numClasses) {
      return Double.NEGATIVE_INFINITY;
    }
    return logits[k] - logSumExp(logits, numClasses);
  }

  @Override
  public double sample(float[] logits, RandomGenerator rng) {
    return quantile(logits, rng.nextDouble());
  }

  /** The expected class number. */
  @Override
  public double mean(float[] logits) {
    double max = max(logits, numClasses);
    double sum = 0;
    double weighted = 0;
    for (int k = 0; k < numClasses; k++) {
      double weight = Math.exp(logits[k] - max);
      sum += weight;
      weighted += k * weight;
    }
    return weighted / sum;
  }

  /**
   * The smallest class whose cumulative probability exceeds the level (reaches it, at 1); a level
   * drawn uniformly from [0, 1) makes it a draw. Never an impossible class.
   */
  @Override
  public double quantile(float[] logits, double level) {
    if (!(level >= 0 && level <= 1)) {
      throw new IllegalArgumentException(
          "quantile level %s, expected from 0 to 1".formatted(level));
    }
    double max = max(logits, numClasses);
    double sum = 0;
    for (int k = 0; k < numClasses; k++) {
      sum += Math.exp(logits[k] - max);
    }
    double wanted = level * sum;
    int last = 0;
    double cumulative = 0;
    for (int k = 0; k < numClasses; k++) {
      double weight = Math.exp(logits[k] - max);
      if (weight > 0) {
        last = k;
        cumulative += weight;
        if (cumulative > wanted) {
          return k;
        }
      }
    }
    return last;
  }

  /** The most probable class; the first of several. */
  public int mode(float[] logits) {
    int best = 0;
    for (int k = 1; k < numClasses; k++) {
      if (logits[k] > logits[best]) {
        best = k;
      }
    }
    return best;
  }

  /** {@code -sum p log p} in nats. */
  public double entropy(float[] logits) {
    double logSum = logSumExp(logits, numClasses);
    double entropy = 0;
    for (int k = 0; k < numClasses; k++) {
      double logProb = logits[k] - logSum;
      double p = Math.exp(logProb);
      if (p > 0) {
        entropy -= p * logProb;
      }
    }
    return entropy;
  }

  /**
   * Normalised log-probabilities of all classes.
   *
   * @param logits [V]
   * @param logProbs [V], written
   */
  public void logProbs(float[] logits, double[] logProbs) {
    double logSum = logSumExp(logits, numClasses);
    for (int k = 0; k < numClasses; k++) {
      logProbs[k] = logits[k] - logSum;
    }
  }

  /**
   * {@code log sum exp(x)} of the first n numbers.
   *
   * @throws IllegalArgumentException if one is NaN or positive infinity, or all are negative
   *     infinity
   */
  public static double logSumExp(float[] x, int n) {
    double max = max(x, n);
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += Math.exp(x[k] - max);
    }
    return max + Math.log(sum);
  }

  private static float max(float[] logits, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < n; k++) {
      float logit = logits[k];
      // Written so that NaN fails too.
      if (!(logit < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "logit of class %d is %s, expected a number or negative infinity".formatted(k, logit));
      }
      max = Math.max(max, logit);
    }
    if (max == Float.NEGATIVE_INFINITY) {
      throw new IllegalArgumentException(
          "all %d logits are negative infinity, expected at least one possible class".formatted(n));
    }
    return max;
  }
}
