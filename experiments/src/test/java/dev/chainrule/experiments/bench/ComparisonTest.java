package dev.chainrule.experiments.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void theVerdictIsByThresholdAndByOverlap() {
    Comparison slower = Comparison.of("a", List.of(10.0, 10.2, 10.1), List.of(12.0, 11.8, 12.1));
    assertThat(slower.ratio()).isEqualTo(12.0 / 10.1);
    assertThat(slower.chance()).isEqualTo(1.0 / 20, within(1e-12));
    assertThat(slower.old().relative()).isEqualTo(0.2 / 10.1, within(1e-12));
    assertThat(slower.verdict(0.05)).isEqualTo(Comparison.Verdict.SLOWER);
    assertThat(slower.verdict(0.2)).isEqualTo(Comparison.Verdict.SAME);
    Comparison faster = Comparison.of("a", List.of(12.0), List.of(10.0));
    assertThat(faster.verdict(0.05)).isEqualTo(Comparison.Verdict.FASTER);
    assertThat(faster.chance()).isEqualTo(0.5);
    Comparison overlapping = Comparison.of("a", List.of(10.0, 13.0), List.of(12.9, 14.0));
    assertThat(overlapping.verdict(0.05)).isEqualTo(Comparison.Verdict.NOISE);
  }
}
