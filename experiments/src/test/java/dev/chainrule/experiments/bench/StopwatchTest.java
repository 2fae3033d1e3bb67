package dev.chainrule.experiments.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StopwatchTest {
  @Test
  void theMedianOfTheRoundsIsReportedAndTheWarmUpDoesNotCount() throws Exception {
    int[] calls = {0};
    Benchmark.Work work =
        new Benchmark.Work() {
          @Override
          public void once() throws InterruptedException {
            calls[0]++;
            Thread.sleep(calls[0] <= 2 || calls[0] == 4 ? 60 : 2);
          }

          @Override
          public Benchmark.Cost cost() {
            return Benchmark.Cost.arithmetic(1, 1);
          }
        };
    double seconds = new Stopwatch(0, 3, 0).seconds(work);
    assertThat(calls[0]).isEqualTo(5);
    assertThat(seconds).isBetween(0.002, 0.05);
  }

  @Test
  void sharesAreOfTheCeilingThatLimitsTheWork() {
    Ceilings ceilings = new Ceilings(400, 20);
    BenchCommand.Result step =
        BenchCommand.Result.of("a", 0.01, Benchmark.Cost.arithmetic(2e9, 768), ceilings);
    assertThat(step.gflops()).isEqualTo(200);
    assertThat(step.shareOfPeak()).isEqualTo(0.5);
    assertThat(step.shareOfBandwidth()).isNull();
    assertThat(step.perSecond()).isEqualTo(76_800);
    BenchCommand.Result token =
        BenchCommand.Result.of("b", 0.004, Benchmark.Cost.memory(2e7, 4e7, 1), ceilings);
    assertThat(token.shareOfPeak()).isNull();
    assertThat(token.shareOfBandwidth()).isEqualTo(0.5);
    BenchCommand.Result search =
        BenchCommand.Result.of("c", 2, Benchmark.Cost.arithmetic(0, 10), ceilings);
    assertThat(search.gflops()).isNull();
    assertThat(search.shareOfPeak()).isNull();
    assertThat(search.perSecond()).isEqualTo(5);
  }
}
