package dev.chainrule.wavenet.audio;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;

/**
 * Log-mel frames: power spectra through triangles spread evenly on the mel scale {@code 2595
 * log10(1 + f/700)}, then {@code log10(max(S, 1e-10))}, brought to about -1 to 1.
 */
public final class MelFeatures {
  private static final double FLOOR = 1e-10;
  private static final int MAX_FRAME = 1 << 16;

  /**
   * How features are computed.
   *
   * @param sampleRate of the audio in Hz
   * @param frameSize samples in a frame, even
   * @param hop samples from one frame to the next
   * @param bands number of triangles
   * @param minHz where the first begins
   * @param maxHz where the last ends, at most half the sampling rate
   */
  public record Config(
      int sampleRate, int frameSize, int hop, int bands, double minHz, double maxHz) {
    public Config {
      if (frameSize < 2 || frameSize % 2 != 0 || frameSize > MAX_FRAME) {
        throw new IllegalArgumentException(
            "mel frames of %d samples, expected an even number from 2 to %d"
                .formatted(frameSize, MAX_FRAME));
      }
      if (hop < 1 || hop > frameSize) {
        throw new IllegalArgumentException(
            "a mel frame every %d samples, expected 1 to the frame's %d".formatted(hop, frameSize));
      }
      if (bands > frameSize) {
        throw new IllegalArgumentException(
            "%d mel bands of frames of %d samples, expected no more bands than samples"
                .formatted(bands, frameSize));
      }
      if (bands < 1 || !(minHz >= 0) || !(maxHz > minHz) || maxHz > sampleRate / 2.0) {
        throw new IllegalArgumentException(
            "%d mel bands from %s to %s Hz at %d Hz, expected 1 or more within 0 to half the rate"
                .formatted(bands, minHz, maxHz, sampleRate));
      }
    }

    /** 40 bands over the whole range, frames of 32 ms every 8 ms. */
    public static Config of(int sampleRate) {
      int hop = sampleRate / 125;
      return new Config(sampleRate, 4 * hop, hop, 40, 0, sampleRate / 2.0);
    }
  }

  private final Config config;
  private final Spectrogram spectrogram;
  private final double[][] triangles;

  public MelFeatures(Config config) {
    this.config = config;
    this.spectrogram = new Spectrogram(config.frameSize(), config.hop());
    this.triangles = new double[config.bands()][spectrogram.bins()];
    double low = mel(config.minHz());
    double step = (mel(config.maxHz()) - low) / (config.bands() + 1);
    for (int band = 0; band < config.bands(); band++) {
      double from = hertz(low + band * step);
      double centre = hertz(low + (band + 1) * step);
      double to = hertz(low + (band + 2) * step);
      double width = (double) config.sampleRate() / config.frameSize();
      for (int k = 0; k < spectrogram.bins(); k++) {
        double f = k * width;
        double rise = (f - from) / Math.max(centre - from, width);
        double fall = (to - f) / Math.max(to - centre, width);
        triangles[band][k] = Math.max(0, Math.min(rise, fall));
      }
    }
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  private static double hertz(double mel) {
    return 700 * (Math.pow(10, mel / 2595) - 1);
  }

  public Config config() {
    return config;
  }

  /** Frames [F, bands] of a signal, one for every hop begun. */
  public Tensor of(float[] samples) {
    double[][] power = spectrogram.power(samples);
    Tensor frames = Tensor.zeros(DType.FLOAT32, power.length, config.bands());
    for (int f = 0; f < power.length; f++) {
      for (int band = 0; band < config.bands(); band++) {
        double sum = 0;
        for (int k = 0; k < power[f].length; k++) {
          sum += triangles[band][k] * power[f][k];
        }
        double log = Math.log10(Math.max(sum, FLOOR));
        frames.set((long) f * config.bands() + band, 1 + log / 5);
      }
    }
    return frames;
  }
}
