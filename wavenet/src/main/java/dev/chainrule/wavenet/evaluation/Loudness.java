package dev.chainrule.wavenet.evaluation;

import dev.chainrule.wavenet.audio.AudioClip;
import java.util.Arrays;
import java.util.List;

/**
 * How the energy of clips is distributed, in decibels of full scale.
 *
 * @param quietDecibels level below which a tenth of all frames of 20 ms lie
 * @param medianDecibels level of the middle frame
 * @param loudDecibels level above which a tenth of the frames lie
 * @param clipDecibels root mean square of the middle clip
 * @param silentClips share of clips that stay below -50 dB
 * @param saturated share of samples beyond 0.98 of full scale
 */
public record Loudness(
    double quietDecibels,
    double medianDecibels,
    double loudDecibels,
    double clipDecibels,
    double silentClips,
    double saturated) {
  private static final double SILENCE = -50;
  private static final double FULL = 0.98;
  private static final double FLOOR = 1e-5;

  /** Measures. */
  public static Loudness of(List<AudioClip> clips) {
    double[] whole = new double[clips.size()];
    double[] frames = new double[clips.stream().mapToInt(Loudness::frames).sum()];
    if (frames.length == 0) {
      throw new IllegalArgumentException(
          "%d clips without a frame of 20 ms, expected at least one".formatted(clips.size()));
    }
    int silent = 0;
    long saturated = 0;
    long samples = 0;
    int next = 0;
    for (int n = 0; n < whole.length; n++) {
      AudioClip clip = clips.get(n);
      float[] x = clip.samples();
      whole[n] = decibels(x, 0, x.length);
      silent += whole[n] < SILENCE ? 1 : 0;
      for (float sample : x) {
        saturated += Math.abs(sample) > FULL ? 1 : 0;
      }
      samples += x.length;
      int length = frame(clip);
      for (int f = 0; f < frames(clip); f++) {
        frames[next++] = decibels(x, f * length, (f + 1) * length);
      }
    }
    Arrays.sort(frames);
    Arrays.sort(whole);
    return new Loudness(
        frames[frames.length / 10],
        frames[frames.length / 2],
        frames[frames.length - 1 - frames.length / 10],
        whole[whole.length / 2],
        (double) silent / whole.length,
        (double) saturated / samples);
  }

  private static int frame(AudioClip clip) {
    return Math.max(1, clip.sampleRate() / 50);
  }

  private static int frames(AudioClip clip) {
    return clip.samples().length / frame(clip);
  }

  private static double decibels(float[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) x[i] * x[i];
    }
    return 20 * Math.log10(Math.max(FLOOR, Math.sqrt(sum / Math.max(1, to - from))));
  }
}
