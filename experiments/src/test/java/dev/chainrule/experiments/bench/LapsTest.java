package dev.chainrule.experiments.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LapsTest {
  @Test
  void theMedianOfTheRoundsIsReportedAndTheWarmUpDoesNotCount() throws Exception {
    Laps laps = new Laps(new Laps.Plan(0, 3, 0), () -> false);
    int calls = 0;
    while (!laps.done()) {
      calls++;
      Thread.sleep(calls <= 2 || calls == 4 ? 60 : 2);
      laps.lap();
    }
    assertThat(calls).isEqualTo(5);
    assertThat(laps.seconds().orElseThrow()).isBetween(0.002, 0.05);
  }

  @Test
  void shortRepetitionsAreGatheredIntoRounds() throws Exception {
    Laps laps = new Laps(new Laps.Plan(0, 2, 0.02), () -> false);
    int calls = 0;
    while (!laps.done()) {
      calls++;
      Thread.sleep(1);
      laps.lap();
    }
    assertThat(calls).isGreaterThan(4);
    assertThat(laps.seconds().orElseThrow()).isBetween(0.001, 0.02);
  }

  @Test
  void aMeasurementThatIsStoppedHasNoResult() {
    Laps laps = new Laps(Laps.Plan.DEFAULT, () -> true);
    assertThat(laps.done()).isTrue();
    assertThat(laps.seconds()).isEmpty();
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
