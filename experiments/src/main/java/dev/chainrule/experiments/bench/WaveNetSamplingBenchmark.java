package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveGenerator;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.WaveNetDecoder;
import java.util.List;
import java.util.Locale;

/**
 * Drawing audio from a WaveNet of 30 layers, 64 residual, 2 x 64 gate and 256 skip channels, on one
 * core. Every sample reads all weights once, so that their bytes are the limit; naive recomputation
 * would cost the receptive field, 3,070 samples, for each.
 *
 * @param streams drawn beside each other
 * @param precision of the weights
 */
record WaveNetSamplingBenchmark(int streams, WeightFormat precision) implements Benchmark {
  private static final int SAMPLES = 250;

  /** One stream in each precision, eight, and one without queues. */
  static List<Benchmark> all() {
    return List.of(
        new WaveNetSamplingBenchmark(1, WeightFormat.FLOAT32),
        new WaveNetSamplingBenchmark(1, WeightFormat.BFLOAT16),
        new WaveNetSamplingBenchmark(1, WeightFormat.INT8),
        new WaveNetSamplingBenchmark(8, WeightFormat.FLOAT32),
        new WaveNetSamplingBenchmark(8, WeightFormat.BFLOAT16),
        new WaveNetNaiveBenchmark());
  }

  @Override
  public String name() {
    String name = "wavenet.sample.30x64.one_core";
    if (precision != WeightFormat.FLOAT32) {
      name += "." + precision.toString().toLowerCase(Locale.ROOT);
    }
    return streams == 1 ? name : name + ".S" + streams;
  }

  @Override
  public Work prepare(Setup setup) {
    WaveNetConfig config = WaveNetTrainingBenchmark.CONFIG;
    WaveNet model = new WaveNet(config);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    Engine engine = Engines.open(setup.engine(), 1);
    WaveBatch room = WaveBatch.room(streams, Conditions.NONE, SAMPLES);
    Decoder decoder = model.decoder(engine, room, precision);
    if (!(decoder instanceof WaveNetDecoder cached)) {
      throw new InputException(
          "engine %s: has no decoder with queues, expected vector".formatted(engine.name()));
    }
    return new Drawing(cached, new WaveGenerator(decoder, config, 1, setup.seed()));
  }

  private final class Drawing implements Work {
    private final WaveNetDecoder decoder;
    private final WaveGenerator generator;
    private final int[][] codes = new int[streams][SAMPLES];

    Drawing(WaveNetDecoder decoder, WaveGenerator generator) {
      this.decoder = decoder;
      this.generator = generator;
    }

    @Override
    public void repeat(Laps laps) {
      while (!laps.done()) {
        generator.generate(codes);
        laps.lap();
      }
    }

    @Override
    public Cost cost() {
      double weights = (double) decoder.weightBytes() / precision.bytes();
      double samples = (double) SAMPLES * streams;
      return Cost.memory(2 * weights * samples, (double) decoder.weightBytes() * SAMPLES, samples);
    }
  }
}
