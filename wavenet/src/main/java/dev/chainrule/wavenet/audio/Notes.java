package dev.chainrule.wavenet.audio;

import java.util.random.RandomGenerator;

/**
 * Music made in code: plucked notes of a few harmonics with exponential decay, the demonstration
 * set that comes with the project.
 */
public final class Notes {
  /** Steps of the scale on which melodies walk: C major pentatonic from C4, MIDI numbers. */
  private static final int[] SCALE = {60, 62, 64, 67, 69, 72, 74, 76};

  private static final double[] HARMONICS = {1.0, 0.5, 0.3, 0.15, 0.08};

  private Notes() {}

  /** Frequency of a MIDI note number in Hz; 69 is A4 at 440. */
  public static double hertz(int midi) {
    return 440 * Math.pow(2, (midi - 69) / 12.0);
  }

  /**
   * Adds a plucked note to a signal; harmonics at or above half the sampling rate are left out.
   *
   * @param samples of the signal, added to
   * @param from first sample
   * @param seconds until it is damped
   */
  public static void add(
      float[] samples, int sampleRate, int from, int midi, double seconds, double gain) {
    int length = Math.min(samples.length - from, (int) (seconds * sampleRate));
    double frequency = hertz(midi);
    // A string is let go at once and damped softly.
    double attack = Math.max(1, sampleRate / 1000.0);
    double release = Math.max(1, sampleRate / 200.0);
    for (int h = 0; h < HARMONICS.length && (h + 1) * frequency < sampleRate / 2.0; h++) {
      double step = 2 * Math.PI * (h + 1) * frequency / sampleRate;
      double decay = (2.0 + 1.5 * h) / sampleRate;
      for (int i = 0; i < length; i++) {
        double envelope = Math.exp(-decay * i);
        double ends = Math.min(1, Math.min((i + 1) / attack, (length - i) / release));
        samples[from + i] += (float) (gain * HARMONICS[h] * envelope * ends * Math.cos(step * i));
      }
    }
  }

  /** A melody that walks up and down the scale in notes of an eighth of a second to a half. */
  public static AudioClip melody(int sampleRate, double seconds, RandomGenerator rng) {
    float[] samples = new float[(int) (seconds * sampleRate)];
    int step = rng.nextInt(SCALE.length);
    double at = 0;
    while (at < seconds) {
      double length = 0.125 * (1 << rng.nextInt(3));
      add(samples, sampleRate, (int) (at * sampleRate), SCALE[step], length + 0.1, 0.4);
      step = Math.clamp(step + rng.nextInt(-2, 3), 0, SCALE.length - 1);
      at += length;
    }
    return new AudioClip(sampleRate, samples).withPeak(0.9);
  }
}
