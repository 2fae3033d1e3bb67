package dev.chainrule.experiments.bench;

import dev.chainrule.experiments.arima.ArimaBenchmark;
import dev.chainrule.text.gpt.GptConfig;
import java.util.ArrayList;
import java.util.List;

/** The list of all benchmarks, in the order they run. */
final class Benchmarks {
  private Benchmarks() {}

  static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    all.addAll(
        List.of(
            new ProductBenchmark(384, 512, 128),
            new ProductBenchmark(1024, 1024, 256),
            new GptTrainingBenchmark(12, GptConfig.nanoCpu(65)),
            new GptTrainingBenchmark(16, new GptConfig(65, 128, 4, 4, 256, 0.0, false, true)),
            new GptDecodingBenchmark("10M", GptConfig.baby(65)),
            new GptDecodingBenchmark(
                "124M", new GptConfig(50_257, 1024, 12, 12, 768, 0.0, true, true)),
            new PixelTrainingBenchmark(PixelNetwork.GATED, 16),
            new PixelTrainingBenchmark(PixelNetwork.PLAIN, 16),
            new PixelTrainingBenchmark(PixelNetwork.PLUSPLUS, 16),
            new PixelSamplingBenchmark(PixelNetwork.GATED, 1),
            new PixelSamplingBenchmark(PixelNetwork.GATED, 16),
            new PixelSamplingBenchmark(PixelNetwork.PLUSPLUS, 1),
            new PixelSamplingBenchmark(PixelNetwork.PLUSPLUS, 16)));
    all.addAll(DecoderTrainingBenchmark.all());
    all.addAll(BlockDecodingBenchmark.all());
    all.addAll(StructureBenchmark.all());
    all.addAll(PixelSizeBenchmark.all());
    all.add(new DeepArTrainingBenchmark());
    all.add(new DeepArSamplingBenchmark());
    all.addAll(ArimaBenchmark.all());
    all.add(new WaveNetTrainingBenchmark(4, 2048));
    all.addAll(WaveNetSamplingBenchmark.all());
    return all;
  }
}
