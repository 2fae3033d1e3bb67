package dev.chainrule.core.kernel;

/**
 * The mass of one bin under one logistic, and its derivatives. With p and m the upper and the lower
 * edge, {@code ln(sigma(p) - sigma(m)) = -softplus(-p) - softplus(m) + ln(1 - e^-(p-m))}: exact for
 * bins however thin. Holds the last result; used by one thread at a time.
 */
final class LogisticBin {
  private final int levels;
  private final double halfBin;
  private final double minLogScale;

  double logMass;

  /** Of {@link #logMass} for the mean. */
  double dMean;

  /** Of {@link #logMass} for the log-scale as given; zero where it is at its floor. */
  double dLogScale;

  LogisticBin(int levels, double minLogScale) {
    this.levels = levels;
    this.halfBin = 1.0 / (levels - 1);
    this.minLogScale = minLogScale;
  }

  /** The number that a level stands for. */
  double value(int level) {
    return 2.0 * level / (levels - 1) - 1;
  }

  double inverseScale(double logScale) {
    return Math.exp(-Math.max(logScale, minLogScale));
  }

  /** Computes mass and derivatives of a level. */
  void compute(int level, double mean, double logScale) {
    double inverseScale = inverseScale(logScale);
    double centre = value(level) - mean;
    boolean first = level == 0;
    boolean last = level == levels - 1;
    double p = (centre + halfBin) * inverseScale;
    double m = (centre - halfBin) * inverseScale;
    // ln(1 + e^-p) and ln(1 + e^m), the powers taken of what is not positive, share a logarithm.
    double mass = 1;
    double far = 0;
    double above = 0;
    double below = 0;
    double thinning = 0;
    if (!last) {
      double e = Math.exp(-Math.abs(p));
      mass /= 1 + e;
      far += Math.max(-p, 0);
      above = p > 0 ? e / (1 + e) : 1 / (1 + e);
    }
    if (!first) {
      double e = Math.exp(-Math.abs(m));
      mass /= 1 + e;
      far += Math.max(m, 0);
      below = m > 0 ? 1 / (1 + e) : e / (1 + e);
    }
    if (!first && !last) {
      double width = 2 * halfBin * inverseScale;
      double open = oneMinusExp(width);
      mass *= open;
      thinning = width * (1 - open) / open;
    }
    logMass = Math.log(mass) - far;
    dMean = (below - above) * inverseScale;
    double slope = (first ? 0 : m * below) - (last ? 0 : p * above) - thinning;
    dLogScale = logScale < minLogScale ? 0 : slope;
  }

  /** {@code 1 - e^-x} for x from 0, to 12 digits: {@link Math#expm1} is many times slower. */
  private static double oneMinusExp(double x) {
    return x < 1e-4 ? x * (1 - x / 2 + x * x / 6) : 1 - Math.exp(-x);
  }
}
