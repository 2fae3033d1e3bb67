package dev.chainrule.timeseries.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyntheticSeriesTest {
  @Test
  void seriesAreFiniteAndEachIsItsOwnAndRepeatsItself() {
    Set<Integer> periods = new HashSet<>();
    int constant = 0;
    for (long i = 0; i < 500; i++) {
      SyntheticSeries series = SyntheticSeries.of(7, i, 200);
      assertThat(SyntheticSeries.of(7, i, 200).values()).isEqualTo(series.values());
      assertThat(SyntheticSeries.of(8, i, 200).values()).isNotEqualTo(series.values());
      double[] there = Arrays.stream(series.values()).filter(v -> !Double.isNaN(v)).toArray();
      assertThat(there).as("series " + i).hasSizeGreaterThan(100);
      assertThat(Arrays.stream(there).allMatch(Double::isFinite)).as("series " + i).isTrue();
      constant += Arrays.stream(there).distinct().count() == 1 ? 1 : 0;
      periods.add(series.period());
    }
    assertThat(constant).isLessThan(10);
    assertThat(periods).contains(1, 4, 7, 12, 24);
  }

  @Test
  void batchesAreOfManyLengthsAndKnownInPart() {
    ZeroShotConfig config = ZeroShotConfig.shipped();
    SyntheticPatches source = new SyntheticPatches(config, 2, 3);
    Set<Integer> lengths = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      PatchBatch batch = source.at(i);
      int patches = batch.length() / config.patchLength();
      lengths.add(patches);
      assertThat(batch.known().getInt(0)).isBetween(1, patches - 1);
      assertThat(batch.scales().get(1)).isPositive();
    }
    assertThat(lengths).hasSizeGreaterThan(10);
  }
}
