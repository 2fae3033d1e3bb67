package dev.chainrule.wavenet.audio;

import java.util.Arrays;

/** One channel of audio. */
public final class AudioClip {
  private final int sampleRate;
  private final float[] samples;

  /**
   * A clip.
   *
   * @param sampleRate in Hz
   * @param samples from -1 to 1; a louder signal may go beyond; not copied
   */
  public AudioClip(int sampleRate, float[] samples) {
    if (sampleRate < 1) {
      throw new IllegalArgumentException(
          "sample rate %d Hz, expected 1 or more".formatted(sampleRate));
    }
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new IllegalArgumentException(
            "sample %d is %s, expected a finite number".formatted(i, samples[i]));
      }
    }
    this.sampleRate = sampleRate;
    this.samples = samples;
  }

  /** In Hz. */
  public int sampleRate() {
    return sampleRate;
  }

  /** The samples, not copied. */
  public float[] samples() {
    return samples;
  }

  public double seconds() {
    return (double) samples.length / sampleRate;
  }

  /** The largest absolute sample. */
  public float peak() {
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  }

  /** Root mean square of the samples; 0 without any. */
  public double rms() {
    double sum = 0;
    for (float sample : samples) {
      sum += (double) sample * sample;
    }
    return samples.length == 0 ? 0 : Math.sqrt(sum / samples.length);
  }

  /** Every sample times a factor. */
  public AudioClip scaled(double factor) {
    float[] scaled = new float[samples.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (factor * samples[i]);
    }
    return new AudioClip(sampleRate, scaled);
  }

  /** Scaled so that the largest absolute sample is this; silence stays. */
  public AudioClip withPeak(double peak) {
    return peak() == 0 ? this : scaled(peak / peak());
  }

  /**
   * Scaled to a root mean square, in decibels of full scale, but no further than that no sample
   * goes beyond 1; silence stays.
   */
  public AudioClip withLoudness(double decibels) {
    double rms = rms();
    if (rms == 0) {
      return this;
    }
    return scaled(Math.min(Math.pow(10, decibels / 20) / rms, 1 / (double) peak()));
  }

  /**
   * Without the silence before and after: without the frames of 10 ms at both ends whose root mean
   * square is below a threshold.
   *
   * @param decibels relative to the loudest frame, for example -40
   */
  public AudioClip trimmed(double decibels) {
    int frame = Math.max(1, sampleRate / 100);
    int frames = (samples.length + frame - 1) / frame;
    double[] energy = new double[frames];
    double loudest = 0;
    for (int f = 0; f < frames; f++) {
      int end = Math.min(samples.length, (f + 1) * frame);
      for (int i = f * frame; i < end; i++) {
        energy[f] += (double) samples[i] * samples[i] / (end - f * frame);
      }
      loudest = Math.max(loudest, energy[f]);
    }
    double least = loudest * Math.pow(10, decibels / 10);
    int first = 0;
    while (first < frames && energy[first] < least) {
      first++;
    }
    int last = frames;
    while (last > first && energy[last - 1] < least) {
      last--;
    }
    int from = first * frame;
    int to = Math.min(samples.length, last * frame);
    return new AudioClip(sampleRate, Arrays.copyOfRange(samples, from, Math.max(from, to)));
  }
}
