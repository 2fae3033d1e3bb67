package dev.chainrule.base.distribution;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What several models that are believed alike say of a number: each of the distributions with the
 * same probability.
 *
 * @param of one or more, all continuous or all of whole numbers
 */
public record EqualMixture(List<Distribution> of) implements Distribution {
  public EqualMixture {
    of = List.copyOf(of);
    if (of.stream().map(d -> d.support().whole()).distinct().count() != 1) {
      throw new IllegalArgumentException(
          "a mixture of %s, expected distributions that are all continuous or all of whole numbers"
              .formatted(of.stream().map(Distribution::support).toList()));
    }
  }

  @Override
  public Support support() {
    double lowest = of.stream().mapToDouble(d -> d.support().lowest()).min().orElseThrow();
    double highest = of.stream().mapToDouble(d -> d.support().highest()).max().orElseThrow();
    return new Support(lowest, highest, of.getFirst().support().whole());
  }

  @Override
  public double logProb(double x) {
    double[] terms = of.stream().mapToDouble(d -> d.logProb(x)).toArray();
    double largest = Double.NEGATIVE_INFINITY;
    for (double term : terms) {
      largest = Math.max(largest, term);
    }
    if (Double.isInfinite(largest)) {
      return largest;
    }
    double sum = 0;
    for (double term : terms) {
      sum += Math.exp(term - largest);
    }
    return largest + Math.log(sum / terms.length);
  }

  @Override
  public double cdf(double x) {
    double sum = 0;
    for (Distribution d : of) {
      sum += d.cdf(x);
    }
    return sum / of.size();
  }

  /** Lies between the least and the greatest of the distributions' own. */
  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    double low = of.stream().mapToDouble(d -> d.quantile(level)).min().orElseThrow();
    double high = of.stream().mapToDouble(d -> d.quantile(level)).max().orElseThrow();
    if (level == 0) {
      return low;
    }
    if (level == 1 || low == high) {
      return high;
    }
    if (!support().whole()) {
      return Inversion.continuous(this::cdf, level, low, high);
    }
    double first = low;
    return first + Inversion.whole(k -> cdf(first + k), level, high - first);
  }

  @Override
  public double sample(RandomGenerator rng) {
    return of.get(rng.nextInt(of.size())).sample(rng);
  }

  @Override
  public double mean() {
    return of.stream().mapToDouble(Distribution::mean).sum() / of.size();
  }

  @Override
  public double variance() {
    double mean = mean();
    double sum = 0;
    for (Distribution d : of) {
      double apart = d.mean() - mean;
      sum += d.variance() + apart * apart;
    }
    return sum / of.size();
  }
}
