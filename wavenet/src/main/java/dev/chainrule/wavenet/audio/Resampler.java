package dev.chainrule.wavenet.audio;

import dev.chainrule.base.InputException;

/**
 * Sampling-rate conversion by a Kaiser-windowed sinc whose cut-off lies below half of the lower
 * rate, so that nothing folds back. The filter is laid out by phase: between rates whose ratio is
 * {@code up/down} in lowest terms there are {@code up} phases.
 */
public final class Resampler {
  /** The larger rate is less than this many times the smaller one. */
  public static final int MAX_RATIO = 100;

  /** Samples of the longest result: about 6 hours at 48 kHz. */
  public static final int MAX_SAMPLES = 1 << 30;

  /** The weights of a phase are kept where they are used so often. */
  private static final int USES_KEPT = 8;

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
  private final double cutoff;
  private final int reach;

  /**
   * A converter between two rates in Hz.
   *
   * @throws IllegalArgumentException if one is more than {@link #MAX_RATIO} times the other: a
   *     small file would become a large signal, or every sample a sum of thousands
   */
  public Resampler(int from, int to) {
    if (from < 1 || to < 1 || from / to >= MAX_RATIO || to / from >= MAX_RATIO) {
      throw new IllegalArgumentException(
          "conversion from %d to %d Hz, expected rates of which one is less than %d times the other"
              .formatted(from, to, MAX_RATIO));
    }
    this.from = from;
    this.to = to;
    int divisor = gcd(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    this.cutoff = PASS * Math.min(1, (double) to / from);
    this.reach = (int) Math.ceil(CROSSINGS / cutoff);
  }

  /** The weights of input samples {@code -reach+1 .. reach} around a time between 0 and 1. */
  private float[] taps(double fraction, double[] taps, float[] scaled) {
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

  /**
   * The clip at the other rate; its length in seconds stays, but for one sample.
   *
   * @throws InputException if it would have more than {@link #MAX_SAMPLES} samples
   */
  public AudioClip apply(AudioClip clip) {
    if (clip.sampleRate() != from) {
      throw new IllegalArgumentException(
          "a clip of %d Hz, expected %d".formatted(clip.sampleRate(), from));
    }
    if (from == to) {
      return clip;
    }
    float[] x = clip.samples();
    long length = ((long) x.length * up + down - 1) / down;
    if (length > MAX_SAMPLES) {
      throw new InputException(
          "a clip of %d samples at %d Hz has %d at %d Hz, expected at most %d"
              .formatted(x.length, from, length, to, MAX_SAMPLES));
    }
    float[] y = new float[(int) length];
    // Few outputs use each phase once or twice, and all phases may be far larger than the clip.
    float[][] phases = new float[up > length / USES_KEPT ? 0 : up][];
    double[] scratch = new double[2 * reach];
    float[] once = new float[2 * reach];
    for (int n = 0; n < y.length; n++) {
      long at = (long) n * down;
      int centre = (int) (at / up);
      float[] taps = phase(phases, (int) (at % up), scratch, once);
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

  private float[] phase(float[][] kept, int phase, double[] scratch, float[] once) {
    if (kept.length == 0) {
      return taps((double) phase / up, scratch, once);
    }
    if (kept[phase] == null) {
      kept[phase] = taps((double) phase / up, scratch, new float[2 * reach]);
    }
    return kept[phase];
  }

  /**
   * The clip at this rate; unchanged if it has it.
   *
   * @param origin where the clip is from, for messages
   * @throws InputException if the rates are too far apart, or the result would be too long
   */
  public static AudioClip toRate(AudioClip clip, int sampleRate, String origin) {
    if (clip.sampleRate() == sampleRate) {
      return clip;
    }
    try {
      return new Resampler(clip.sampleRate(), sampleRate).apply(clip);
    } catch (IllegalArgumentException | InputException e) {
      throw new InputException(origin + ": " + e.getMessage(), e);
    }
  }
}
