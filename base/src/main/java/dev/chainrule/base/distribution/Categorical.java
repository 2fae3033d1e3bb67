package dev.chainrule.base.distribution;

import dev.chainrule.base.InputException;

/**
 * One of V classes, numbered from 0.
 *
 * @param logits unnormalised log-probabilities [V], of which negative infinity means impossible;
 *     not copied: who draws millions writes them anew
 */
@SuppressWarnings("ArrayRecordComponent")
public record Categorical(float[] logits) implements Distribution {
  /** Rejects no class at all. */
  public Categorical {
    if (logits.length < 1) {
      throw new IllegalArgumentException("0 classes, expected 1 or more");
    }
  }

  @Override
  public Support support() {
    return Support.classes(logits.length);
  }

  @Override
  public double logProb(double x) {
    int k = (int) x;
    if (k != x || k < 0 || k >= logits.length) {
      return Double.NEGATIVE_INFINITY;
    }
    return logits[k] - logSumExp(logits, logits.length);
  }

  @Override
  public double cdf(double x) {
    double max = max(logits, logits.length);
    double sum = 0;
    double upTo = 0;
    for (int k = 0; k < logits.length; k++) {
      double weight = Math.exp(logits[k] - max);
      sum += weight;
      upTo += k <= x ? weight : 0;
    }
    return upTo / sum;
  }

  /** Never an impossible class. */
  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    double max = max(logits, logits.length);
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    double wanted = level * sum;
    int last = 0;
    double cumulative = 0;
    for (int k = 0; k < logits.length; k++) {
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

  /** The expected class number. */
  @Override
  public double mean() {
    return moment(0, 1);
  }

  @Override
  public double variance() {
    return moment(mean(), 2);
  }

  /** The expected power of the distance from a centre. */
  private double moment(double centre, int power) {
    double max = max(logits, logits.length);
    double sum = 0;
    double weighted = 0;
    for (int k = 0; k < logits.length; k++) {
      double weight = Math.exp(logits[k] - max);
      sum += weight;
      weighted += Math.pow(k - centre, power) * weight;
    }
    return weighted / sum;
  }

  /** The most probable class; the first of several. */
  public int mode() {
    int best = 0;
    for (int k = 1; k < logits.length; k++) {
      if (logits[k] > logits[best]) {
        best = k;
      }
    }
    return best;
  }

  /** {@code -sum p log p} in nats. */
  public double entropy() {
    double logSum = logSumExp(logits, logits.length);
    double entropy = 0;
    for (float logit : logits) {
      double logProb = logit - logSum;
      double p = Math.exp(logProb);
      if (p > 0) {
        entropy -= p * logProb;
      }
    }
    return entropy;
  }

  /**
   * {@code log sum exp(x)} of the first n numbers.
   *
   * @throws InputException if one is NaN or positive infinity, or all are negative infinity: so are
   *     logits of a model whose weights are damaged
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
        throw new InputException(
            "logit of class %d is %s, expected a number or negative infinity: weights of the model are damaged or too large"
                .formatted(k, logit));
      }
      max = Math.max(max, logit);
    }
    if (max == Float.NEGATIVE_INFINITY) {
      throw new InputException(
          "all %d logits are negative infinity, expected at least one possible class".formatted(n));
    }
    return max;
  }
}
