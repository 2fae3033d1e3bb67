package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import java.util.List;

/**
 * A training step of a WaveNet of 30 layers, 64 residual, 2 x 64 gate and 256 skip channels:
 * forward, backward, clipping to norm 1, AdamW.
 *
 * @param batchSize clips B in a batch
 * @param length samples T in a clip
 */
record WaveNetTrainingBenchmark(int batchSize, int length) implements Benchmark {
  static final WaveNetConfig CONFIG = WaveNetConfig.muLaw(16_000, WaveNetConfig.thirtyLayers());

  @Override
  public String name() {
    return "wavenet.train.30x64.B%dT%d".formatted(batchSize, length);
  }

  @Override
  public Work prepare(Setup setup) {
    double samples = (double) batchSize * length;
    double flop = 6.0 * multipliedWeights(new WaveNet(CONFIG).parameters().count()) * samples;
    List<String> arguments =
        List.of(
            "train", "--batch", Integer.toString(batchSize), "--length", Integer.toString(length));
    return new TrainingSteps<>(
        setup,
        new TrainingSteps.Subject<>(
            () -> new WaveNet(CONFIG),
            batch(batchSize, length),
            1,
            1,
            Cost.arithmetic(flop, samples)),
        new TrainingSteps.Script("wavenet_step.py", arguments));
  }

  /** Weights that take part in products for every sample: all but the vectors of codes. */
  static long multipliedWeights(long parameters) {
    return parameters - (long) CONFIG.signal().levels() * CONFIG.stack().residualChannels();
  }

  /** The batch that the peer's {@code batch_of} makes too: pseudo-random codes [B, T]. */
  static WaveBatch batch(int batchSize, int length) {
    int[] codes = new int[batchSize * length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (int) (((i * 2_654_435_761L) & 0xFFFF_FFFFL) >>> 16) % 256;
    }
    return new WaveBatch(Tensor.of(codes, batchSize, length), Conditions.NONE);
  }
}
