package dev.chainrule.wavenet.audio;

import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Power spectra of Hann-windowed frames. Frame f is centred on sample {@code f hop}; the signal is
 * mirrored at its ends.
 */
public final class Spectrogram {
  private final int size;
  private final int hop;
  private final double[] window;
  private final DoubleFFT_1D fft;
  private final double[] scratch;

  /**
   * For frames of a size.
   *
   * @param size samples in a frame, even
   * @param hop samples from one frame to the next
   */
  public Spectrogram(int size, int hop) {
    if (size < 2 || size % 2 != 0 || hop < 1) {
      throw new IllegalArgumentException(
          "frames of %d samples every %d, expected an even number and 1 or more"
              .formatted(size, hop));
    }
    this.size = size;
    this.hop = hop;
    this.window = new double[size];
    this.fft = new DoubleFFT_1D(size);
    this.scratch = new double[size];
    for (int i = 0; i < size; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
    }
  }

  /** Numbers in a spectrum: {@code size / 2 + 1}. */
  public int bins() {
    return size / 2 + 1;
  }

  /** Frames of a signal: one for every hop begun. */
  public int frames(int samples) {
    return (samples + hop - 1) / hop;
  }

  /**
   * Squared magnitudes [frames, bins]; a full-scale sine has about 1 at its bin.
   *
   * @param samples of the signal
   */
  public double[][] power(float[] samples) {
    double[][] power = new double[frames(samples.length)][];
    for (int f = 0; f < power.length; f++) {
      power[f] = frame(samples, f * hop - size / 2);
    }
    return power;
  }

  private double[] frame(float[] samples, int from) {
    for (int i = 0; i < size; i++) {
      scratch[i] = window[i] * mirrored(samples, from + i);
    }
    fft.realForward(scratch);
    double[] power = new double[bins()];
    double scale = 16.0 / ((double) size * size);
    power[0] = scale * scratch[0] * scratch[0];
    power[size / 2] = scale * scratch[1] * scratch[1];
    for (int k = 1; k < size / 2; k++) {
      double re = scratch[2 * k];
      double im = scratch[2 * k + 1];
      power[k] = scale * (re * re + im * im);
    }
    return power;
  }

  private static double mirrored(float[] samples, int i) {
    int n = samples.length;
    int at = i < 0 ? -i : i >= n ? 2 * n - 2 - i : i;
    return at < 0 || at >= n ? 0 : samples[at];
  }
}
