package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Pull;

/**
 * Draws samples of a number of streams beside each other, in pieces of any length: a long signal
 * can be written, or heard, while it is made. Stream n draws from {@code CounterRandom.of(seed, n)}
 * and so comes out the same in one piece or many, and whatever streams are beside it.
 */
public final class WaveGenerator {
  private final Pull pull;
  private final double[] logProbs;
  private final int levels;
  private final Quantization quantization;

  /**
   * Begins.
   *
   * @param config of the decoder's model
   * @param temperature see {@link WaveNetConfig#sampler}
   */
  public WaveGenerator(Decoder decoder, WaveNetConfig config, double temperature, long seed) {
    this(decoder, config, temperature, seed, new float[0]);
  }

  /**
   * Begins after a signal that the network hears first, the same for all streams; it is not drawn,
   * and may be shorter than the receptive field.
   *
   * @param config of the decoder's model
   * @param temperature see {@link WaveNetConfig#sampler}
   * @param heard samples from -1 to 1
   */
  public WaveGenerator(
      Decoder decoder, WaveNetConfig config, double temperature, long seed, float[] heard) {
    levels = config.signal().levels();
    quantization = config.signal().quantization();
    logProbs = new double[decoder.streams()];
    Tensor codes = Tensor.zeros(DType.INT32, 1, heard.length);
    for (int t = 0; t < heard.length; t++) {
      codes.set(t, quantization.encode(heard[t], levels));
    }
    pull =
        new Generator(decoder, config.sampler(temperature))
            .begin(codes, GenerationConfig.of(Integer.MAX_VALUE, seed));
  }

  /** Log-probability in nats of all samples drawn by a stream so far. */
  public double logProb(int stream) {
    return logProbs[stream];
  }

  /**
   * Draws the next samples of all streams.
   *
   * @param codes [streams][n], written
   */
  public void generate(int[][] codes) {
    for (int t = 0; t < codes[0].length; t++) {
      pull.next();
      for (int s = 0; s < codes.length; s++) {
        codes[s][t] = (int) pull.element(s, 0);
        logProbs[s] += pull.logProb(s);
      }
    }
  }

  /** Codes as samples from -1 to 1. */
  public void decode(int[] codes, float[] samples) {
    for (int t = 0; t < codes.length; t++) {
      samples[t] = (float) quantization.decode(codes[t], levels);
    }
  }
}
