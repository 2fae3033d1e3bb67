package dev.chainrule.experiments.bench;

import java.util.List;

/** The list of all benchmarks, in the order they run. */
final class Benchmarks {
  private Benchmarks() {}

  static List<Benchmark> all() {
    return List.of(
        new ProductBenchmark(384, 512, 128), //
        new ProductBenchmark(1024, 1024, 256));
  }
}
