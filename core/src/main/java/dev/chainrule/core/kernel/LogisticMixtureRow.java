package dev.chainrule.core.kernel;

/**
 * The discretised mixture of logistics (Salimans et al. 2017) of one number that takes Q values v
 * from 0 to Q - 1, at {@code x = 2v/(Q-1) - 1}; the first and the last bin are open to their side.
 *
 * <p>In place of the paper's branches for thin bins the mass of a bin is computed exactly: {@code
 * ln(sigma(p) - sigma(m)) = -softplus(-p) - softplus(m) + ln(1 - e^-(p-m))} with p and m the upper
 * and lower edge and {@code p - m = 2 e^-s / (Q-1)}; so the masses sum to one for any scale, at
 * 65,536 levels too. Keeps scratch memory; used by one thread at a time.
 */
public final class LogisticMixtureRow {
  private final int components;
  private final double halfBin;
  private final int levels;
  private final double minLogScale;
  private final double[] terms;

  /** The parameters of the row at hand: M logits, M means, M log-scales; written by the caller. */
  public final double[] parameters;

  /** Filled by {@link #gradient}. */
  public final double[] gradient;

  public LogisticMixtureRow(int components, int levels, double minLogScale) {
    this.components = components;
    this.levels = levels;
    this.halfBin = 1.0 / (levels - 1);
    this.minLogScale = minLogScale;
    this.parameters = new double[3 * components];
    this.gradient = new double[3 * components];
    this.terms = new double[components];
  }

  /** {@code ln P(v)} under {@link #parameters}, in nats. */
  public double logProb(int v) {
    for (int k = 0; k < components; k++) {
      terms[k] = parameters[k] + logMass(k, v);
    }
    return logSumExp(terms) - logSumExp(parameters);
  }

  /** Fills {@link #gradient} with that of {@code -ln P(v)}. */
  public void gradient(int v) {
    double logNormaliser = logSumExp(parameters);
    for (int k = 0; k < components; k++) {
      terms[k] = parameters[k] + logMass(k, v);
    }
    double total = logSumExp(terms);
    for (int k = 0; k < components; k++) {
      double share = Math.exp(terms[k] - total);
      gradient[k] = Math.exp(parameters[k] - logNormaliser) - share;
      massGradient(k, v, share);
    }
  }

  /** The scale of a component, not below its floor. */
  public double scale(int k) {
    return 1 / inverseScale(k);
  }

  private double logMass(int k, int v) {
    double inverseScale = inverseScale(k);
    double centre = 2.0 * v / (levels - 1) - 1 - parameters[components + k];
    double p = (centre + halfBin) * inverseScale;
    double m = (centre - halfBin) * inverseScale;
    if (v == 0) {
      return -softplus(-p);
    }
    if (v == levels - 1) {
      return -softplus(m);
    }
    return -softplus(-p) - softplus(m) + Math.log(-Math.expm1(-2 * halfBin * inverseScale));
  }

  private void massGradient(int k, int v, double share) {
    double inverseScale = inverseScale(k);
    double centre = 2.0 * v / (levels - 1) - 1 - parameters[components + k];
    double p = (centre + halfBin) * inverseScale;
    double m = (centre - halfBin) * inverseScale;
    double above = v == levels - 1 ? 0 : sigmoid(-p);
    double below = v == 0 ? 0 : sigmoid(m);
    double width = 2 * halfBin * inverseScale;
    double thinning = v == 0 || v == levels - 1 ? 0 : width / Math.expm1(width);
    double dMean = (below - above) * inverseScale;
    double dLogScale = (v == 0 ? 0 : m * below) - (above == 0 ? 0 : p * above) - thinning;
    boolean floored = parameters[2 * components + k] < minLogScale;
    gradient[components + k] = -share * dMean;
    gradient[2 * components + k] = floored ? 0 : -share * dLogScale;
  }

  private double inverseScale(int k) {
    return Math.exp(-Math.max(parameters[2 * components + k], minLogScale));
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

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
