package dev.chainrule.experiments.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.text.gpt.GptConfig;
import org.junit.jupiter.api.Test;

class GptTrainingBenchmarkTest {
  private static final GptConfig TINY = new GptConfig(11, 8, 1, 2, 8, 0.0, false, true);

  @Test
  void theBatchIsTheOneThatThePeerMakes() {
    assertThat(GptTrainingBenchmark.batch(65, 2, 4).elements().toInts())
        .containsExactly(0, 8, 0, 9, 1, 59, 2, 60, 3, 61);
  }

  @Test
  void theNameSaysTheShapes() {
    assertThat(new GptTrainingBenchmark(12, GptConfig.nanoCpu(65)).name())
        .isEqualTo("text.train.B12T64C128L4H4");
  }

  @Test
  void lookingUpEmbeddingsCountsAsNoArithmetic() {
    long weights = 12L * 8 * 8;
    long head = 11L * 8;
    long positions = 8L * 8;
    double products = 6.0 * (weights + head) * 3 * 8;
    double attention = 12.0 * 8 * (3 * 8) * 4.5;
    assertThat(GptTrainingBenchmark.flop(TINY, weights + head + positions, 3))
        .isEqualTo(products + attention);
  }

  @Test
  void stepsAreTimedOnBothEnginesFromTheSameFirstLoss() throws Exception {
    GptTrainingBenchmark benchmark = new GptTrainingBenchmark(4, TINY);
    double[] losses = new double[2];
    for (int i = 0; i < 2; i++) {
      String engine = i == 0 ? "vector" : "nd4j";
      try (Benchmark.Work work = benchmark.prepare(new Benchmark.Setup(engine, 2, 1))) {
        losses[i] = work.peer().loss();
        Laps laps = new Laps(new Laps.Plan(0, 3, 0), () -> false);
        work.repeat(laps);
        assertThat(laps.seconds().orElseThrow()).isPositive();
        assertThat(work.cost().elements()).isEqualTo(32);
      }
    }
    assertThat(losses[0]).isCloseTo(Math.log(11), within(0.2));
    assertThat(losses[1]).isCloseTo(losses[0], within(1e-5));
  }
}
