package dev.chainrule.core.kernel;

/**
 * The discretised mixture of logistics of a pixel's three values (Salimans et al. 2017, section
 * 2.2): one component for the whole pixel, and means that depend linearly on the values before:
 * {@code mean_R = m_R}, {@code mean_G = m_G + c_R x_R}, {@code mean_B = m_B + c_G x_R + c_B x_G},
 * each c being the hyperbolic tangent of a parameter. Bins as in {@link LogisticMixtureRow}.
 *
 * <p>By the chain rule each value has a conditional of its own: a mixture whose logits are those of
 * the pixel plus the log-likelihoods of the values before. Keeps scratch memory; used by one thread
 * at a time.
 */
public final class PixelMixtureRow {
  private static final int CHANNELS = 3;

  private final int components;
  private final LogisticBin bin;

  /**
   * K logits, then for each channel K means, K log-scales, K coefficients; written by the caller.
   */
  public final double[] parameters;

  /** A mixture's logits after 0 to 3 values; the first are the parameters. */
  private final double[][] logits;

  /** Logarithms of the sums of {@code exp(logits)}. */
  private final double[] totals = new double[CHANNELS + 1];

  private final double[] means;

  /** Hyperbolic tangents of the coefficients, by channel. */
  private final double[] slopes;

  private final double[] dMeans;
  private final double[] dLogScales;
  private final double[] x = new double[CHANNELS];

  public PixelMixtureRow(int components, int levels, double minLogScale) {
    this.components = components;
    this.bin = new LogisticBin(levels, minLogScale);
    this.parameters = new double[numParameters(components)];
    this.logits = new double[CHANNELS + 1][components];
    this.means = new double[CHANNELS * components];
    this.slopes = new double[CHANNELS * components];
    this.dMeans = new double[CHANNELS * components];
    this.dLogScales = new double[CHANNELS * components];
  }

  /** Numbers that describe a pixel: 10 for each component. */
  public static int numParameters(int components) {
    return 10 * components;
  }

  /** Begins a pixel whose {@link #parameters} have been set. */
  public void begin() {
    System.arraycopy(parameters, 0, logits[0], 0, components);
    totals[0] = logSumExp(logits[0]);
    for (int i = 0; i < slopes.length; i++) {
      double raw = parameters[coefficient(i / components, i % components)];
      slopes[i] = 1 - 2 / (Math.exp(2 * raw) + 1);
    }
    setMeans(0);
  }

  /** Takes a value in; channels follow each other. Returns its log-likelihood in nats. */
  public double observe(int channel, int level) {
    x[channel] = bin.value(level);
    for (int k = 0; k < components; k++) {
      int i = channel * components + k;
      bin.compute(level, means[i], parameters[logScale(channel, k)]);
      dMeans[i] = bin.dMean;
      dLogScales[i] = bin.dLogScale;
      logits[channel + 1][k] = logits[channel][k] + bin.logMass;
    }
    totals[channel + 1] = logSumExp(logits[channel + 1]);
    if (channel + 1 < CHANNELS) {
      setMeans(channel + 1);
    }
    return totals[channel + 1] - totals[channel];
  }

  /** Number {@code i} of the 3K logits, means and log-scales of a channel's conditional. */
  public double conditional(int channel, int i) {
    int k = i % components;
    return switch (i / components) {
      case 0 -> logits[channel][k] - totals[channel];
      case 1 -> means[channel * components + k];
      default -> parameters[logScale(channel, k)];
    };
  }

  /**
   * The gradient, for {@link #parameters}, of the sum of {@code -weights[c] ln P(value c)}; after
   * all three values.
   *
   * @param weights [3]
   * @param gradient [10K], written
   */
  public void gradient(double[] weights, double[] gradient) {
    for (int k = 0; k < components; k++) {
      double after = 0;
      double share = Math.exp(logits[CHANNELS][k] - totals[CHANNELS]);
      for (int channel = CHANNELS - 1; channel >= 0; channel--) {
        double shareBefore = Math.exp(logits[channel][k] - totals[channel]);
        // The share of this value's own likelihood, and of the later ones that it weighs in.
        double weight = -weights[channel] * share + after;
        after += weights[channel] * (shareBefore - share);
        int i = channel * components + k;
        gradient[mean(channel, k)] = weight * dMeans[i];
        gradient[logScale(channel, k)] = weight * dLogScales[i];
        share = shareBefore;
      }
      gradient[k] = after;
      gradient[coefficient(0, k)] = gradient[mean(1, k)] * x[0] * dSlope(0, k);
      gradient[coefficient(1, k)] = gradient[mean(2, k)] * x[0] * dSlope(1, k);
      gradient[coefficient(2, k)] = gradient[mean(2, k)] * x[1] * dSlope(2, k);
    }
  }

  private void setMeans(int channel) {
    for (int k = 0; k < components; k++) {
      double mean = parameters[mean(channel, k)];
      if (channel == 1) {
        mean += slopes[k] * x[0];
      } else if (channel == 2) {
        mean += slopes[components + k] * x[0] + slopes[2 * components + k] * x[1];
      }
      means[channel * components + k] = mean;
    }
  }

  private double dSlope(int channel, int k) {
    double tanh = slopes[channel * components + k];
    return 1 - tanh * tanh;
  }

  private int mean(int channel, int k) {
    return components * (1 + CHANNELS * channel) + k;
  }

  private int logScale(int channel, int k) {
    return components * (2 + CHANNELS * channel) + k;
  }

  private int coefficient(int channel, int k) {
    return components * (3 + CHANNELS * channel) + k;
  }

  private static double logSumExp(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : x) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }
}
