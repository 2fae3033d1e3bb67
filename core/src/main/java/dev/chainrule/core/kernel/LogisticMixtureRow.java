package dev.chainrule.core.kernel;

/**
 * The discretised mixture of logistics (Salimans et al. 2017) of one number that takes Q values v
 * from 0 to Q - 1, at {@code x = 2v/(Q-1) - 1}; the first and the last bin are open to their side.
 *
 * <p>In place of the paper's branches for thin bins the mass of a bin is computed exactly ({@link
 * LogisticBin}), so the masses sum to one for any scale, at 65,536 levels too. Keeps scratch
 * memory; used by one thread at a time.
 */
public final class LogisticMixtureRow {
  private final int components;
  private final LogisticBin bin;
  private final double[] terms;

  /** The parameters of the row at hand: M logits, M means, M log-scales; written by the caller. */
  public final double[] parameters;

  /** Filled by {@link #gradient}. */
  public final double[] gradient;

  public LogisticMixtureRow(int components, int levels, double minLogScale) {
    this.components = components;
    this.bin = new LogisticBin(levels, minLogScale);
    this.parameters = new double[3 * components];
    this.gradient = new double[3 * components];
    this.terms = new double[components];
  }

  /** {@code ln P(v)} under {@link #parameters}, in nats. */
  public double logProb(int v) {
    for (int k = 0; k < components; k++) {
      compute(k, v);
      terms[k] = parameters[k] + bin.logMass;
    }
    return logSumExp(terms) - logSumExp(parameters);
  }

  /** Fills {@link #gradient} with that of {@code -ln P(v)}. */
  public void gradient(int v) {
    double logNormaliser = logSumExp(parameters);
    for (int k = 0; k < components; k++) {
      compute(k, v);
      terms[k] = parameters[k] + bin.logMass;
      gradient[components + k] = -bin.dMean;
      gradient[2 * components + k] = -bin.dLogScale;
    }
    double total = logSumExp(terms);
    for (int k = 0; k < components; k++) {
      double share = Math.exp(terms[k] - total);
      gradient[k] = Math.exp(parameters[k] - logNormaliser) - share;
      gradient[components + k] *= share;
      gradient[2 * components + k] *= share;
    }
  }

  /** The scale of a component, not below its floor. */
  public double scale(int k) {
    return 1 / bin.inverseScale(parameters[2 * components + k]);
  }

  private void compute(int k, int v) {
    bin.compute(v, parameters[components + k], parameters[2 * components + k]);
  }

  private double logSumExp(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < components; k++) {
      max = Math.max(max, x[k]);
    }
    double sum = 0;
    for (int k = 0; k < components; k++) {
      sum += Math.exp(x[k] - max);
    }
    return max + Math.log(sum);
  }
}
