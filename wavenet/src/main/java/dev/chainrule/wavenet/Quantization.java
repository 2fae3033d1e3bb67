package dev.chainrule.wavenet;

/**
 * How a sample from -1 to 1 becomes one of a number of codes. Which one is kept in a checkpoint:
 * libraries differ, and a model fed with another's codes gives noise.
 */
public enum Quantization {
  /**
   * Companding (ITU-T G.711) in its continuous form, as ibab's tensorflow-wavenet has it: {@code
   * code = floor((sgn(x) ln(1 + mu |x|) / ln(1 + mu) + 1) / 2 mu + 1/2)} with mu = levels - 1. The
   * code of 0.0 is levels / 2.
   */
  MU_LAW {
    @Override
    public int encode(double x, int levels) {
      int mu = levels - 1;
      double clipped = Math.clamp(x, -1.0, 1.0);
      double y = Math.signum(clipped) * Math.log1p(mu * Math.abs(clipped)) / Math.log1p(mu);
      return (int) Math.floor((y + 1) / 2 * mu + 0.5);
    }

    @Override
    public double decode(double code, int levels) {
      int mu = levels - 1;
      double y = 2.0 * code / mu - 1;
      return Math.signum(y) * Math.expm1(Math.abs(y) * Math.log1p(mu)) / mu;
    }
  },

  /** Evenly spaced: {@code x = 2 code / (levels - 1) - 1}; 65,536 levels are 16-bit samples. */
  LINEAR {
    @Override
    public int encode(double x, int levels) {
      return (int) Math.floor((Math.clamp(x, -1.0, 1.0) + 1) / 2 * (levels - 1) + 0.5);
    }

    @Override
    public double decode(double code, int levels) {
      return 2.0 * code / (levels - 1) - 1;
    }
  };

  /**
   * The code of a sample; beyond -1 and 1 that of the nearer end.
   *
   * @param x must not be NaN
   * @param levels number of codes
   */
  public abstract int encode(double x, int levels);

  /**
   * The sample in the middle of a code, from -1 to 1; halfway between two codes, as in {@code code
   * - 0.5}, the sample where one begins and the other ends.
   */
  public abstract double decode(double code, int levels);

  /** The code of 0.0: what a stream is fed before its first sample. */
  public final int silence(int levels) {
    return encode(0, levels);
  }

  /** A code as a number from -1 to 1, as a network is fed it that takes scalars. */
  public static double position(int code, int levels) {
    return 2.0 * code / (levels - 1) - 1;
  }
}
