package dev.chainrule.wavenet.audio;

/**
 * Sampling-rate conversion by a Kaiser-windowed sinc whose cut-off lies below half of the lower
 * rate, so that nothing folds back. The filter is laid out by phase: between rates whose ratio is
 * {@code up/down} in lowest terms there are {@code up} phases.
 */
public final class Resampler {
  /** Zero crossings of the sinc on each side. */
  private static final int CROSSINGS = 32;

  /** Stop-band attenuation of about 90 dB. */
  private static final double BETA = 9.0;

  /** Share of half the lower rate that passes. */
  private static final double PASS = 0.94;

  private final int from;
  private final int to;
  private final int up;
  private final int down;
  private final int reach;
  private final float[][] phases;

  /** A converter between two rates in Hz. */
  public Resampler(int from, int to) {
    this.from = from;
    this.to = to;
    int divisor = gcd(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    double cutoff = PASS * Math.min(1, (double) to / from);
    this.reach = (int) Math.ceil(CROSSINGS / cutoff);
    this.phases = new float[up][];
    for (int p = 0; p < up; p++) {
      phases[p] = taps((double) p / up, cutoff);
    }
  }

  /** The weights of input samples {@code -reach+1 .. reach} around a time between 0 and 1. */
  private float[] taps(double fraction, double cutoff) {
    double[] taps = new double[2 * reach];
    double sum = 0;
    for (int i = 0; i < taps.length; i++) {
      double x = i - reach + 1 - fraction;
      double edge = x / reach;
      double window =
          Math.abs(edge) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - edge * edge)) / bessel(BETA);
      double angle = Math.PI * cutoff * x;
      taps[i] = window * (x == 0 ? 1 : Math.sin(angle) / angle);
      sum += taps[i];
    }
    float[] scaled = new float[taps.length];
    for (int i = 0; i < taps.length; i++) {
      scaled[i] = (float) (taps[i] / sum);
    }
    return scaled;
  }

  /** The modified Bessel function of the first kind of order 0. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-12 * sum; k++) {
      term *= x * x / (4.0 * k * k);
      sum += term;
    }
    return sum;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The clip at the other rate; its length in seconds stays, but for one sample. */
  public AudioClip apply(AudioClip clip) {
    if (clip.sampleRate() != from) {
      throw new IllegalArgumentException(
          "a clip of %d Hz, expected %d".formatted(clip.sampleRate(), from));
    }
    if (from == to) {
      return clip;
    }
    float[] x = clip.samples();
    int length = Math.toIntExact(((long) x.length * up + down - 1) / down);
    float[] y = new float[length];
    for (int n = 0; n < length; n++) {
      long at = (long) n * down;
      int centre = (int) (at / up);
      float[] taps = phases[(int) (at % up)];
      double sum = 0;
      for (int i = 0; i < taps.length; i++) {
        int source = centre - reach + 1 + i;
        if (source >= 0 && source < x.length) {
          sum += taps[i] * x[source];
        }
      }
      y[n] = (float) sum;
    }
    return new AudioClip(to, y);
  }

  /** The clip at this rate; unchanged if it has it. */
  public static AudioClip toRate(AudioClip clip, int sampleRate) {
    return clip.sampleRate() == sampleRate
        ? clip
        : new Resampler(clip.sampleRate(), sampleRate).apply(clip);
  }
}
