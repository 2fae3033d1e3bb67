package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.base.random.CounterRandom;

/**
 * Draws samples of a number of streams beside each other, in pieces of any length: a long signal
 * can be written, or heard, while it is made. Stream n draws from {@code CounterRandom.of(seed, n)}
 * and so comes out the same in one piece or many, and whatever streams are beside it.
 */
public final class WaveGenerator {
  private final WaveNetDecoder decoder;
  private final SampleChooser chooser;
  private final CounterRandom[] random;
  private final Tensor next;
  private final double[] logProbs;
  private final int levels;
  private final Quantization quantization;
  private boolean pending;

  /**
   * Begins.
   *
   * @param decoder a new one, or one that was reset
   * @param config of its model
   * @param temperature see {@link SampleChooser}
   */
  public WaveGenerator(
      WaveNetDecoder decoder, WaveNetConfig config, double temperature, long seed) {
    this.decoder = decoder;
    this.chooser = new SampleChooser(config, temperature);
    this.levels = config.signal().levels();
    this.quantization = config.signal().quantization();
    this.next = Tensor.zeros(DType.INT32, decoder.streams());
    this.logProbs = new double[decoder.streams()];
    this.random = new CounterRandom[decoder.streams()];
    for (int s = 0; s < random.length; s++) {
      random[s] = CounterRandom.of(seed, s);
    }
  }

  /** Log-probability in nats of all samples drawn by a stream so far. */
  public double logProb(int stream) {
    return logProbs[stream];
  }

  /**
   * Lets the network hear a signal first, the same for all streams; it is not drawn, and may be
   * shorter than the receptive field.
   */
  public void prompt(float[] samples) {
    feedPending();
    for (float sample : samples) {
      next.fill(quantization.encode(sample, levels));
      decoder.feed(next);
    }
  }

  /**
   * Draws the next samples of all streams.
   *
   * @param codes [streams][n], written
   */
  public void generate(int[][] codes) {
    int width = decoder.conditional().dim(1);
    for (int t = 0; t < codes[0].length; t++) {
      feedPending();
      long row = decoder.conditional().address();
      for (int s = 0; s < codes.length; s++) {
        int code = chooser.choose(row + 4L * width * s, random[s].nextDouble());
        codes[s][t] = code;
        next.set(s, code);
        logProbs[s] += chooser.logProb();
      }
      pending = true;
    }
  }

  /** The codes drawn last are fed only when more is asked for: features may end with them. */
  private void feedPending() {
    if (pending) {
      decoder.feed(next);
      pending = false;
    }
  }

  /** Codes as samples from -1 to 1. */
  public void decode(int[] codes, float[] samples) {
    for (int t = 0; t < codes.length; t++) {
      samples[t] = (float) quantization.decode(codes[t], levels);
    }
  }
}
