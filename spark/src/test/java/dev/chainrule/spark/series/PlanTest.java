package dev.chainrule.spark.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.SeriesFacts;
import dev.chainrule.base.series.SeriesRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  private static final int SLOTS = 3;

  /** Parts of series with so many rows each. */
  private static List<SeriesFacts> parts(List<List<Integer>> rows) {
    List<SeriesFacts> facts = new ArrayList<>();
    int id = 0;
    for (List<Integer> part : rows) {
      SeriesRows read = new SeriesRows("p", Frequency.STEPS, CovariateNames.NONE);
      for (int count : part) {
        for (int t = 1; t <= count; t++) {
          read.add(
              Integer.toString(t),
              new SeriesRows.Row(t, "s" + id, t, new double[0], new double[0], List.of()));
        }
        id++;
      }
      facts.add(read.facts());
    }
    return facts;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void noBlockIsEmptyOrMuchLargerThanOthers(long seed) {
    CounterRandom random = CounterRandom.of(seed);
    List<List<Integer>> rows = new ArrayList<>();
    int largest = 0;
    int all = 0;
    for (int p = 0; p < 1 + random.nextInt(40); p++) {
      List<Integer> part = new ArrayList<>();
      for (int i = 0; i < random.nextInt(30); i++) {
        part.add(1 + random.nextInt(200));
        largest = Math.max(largest, part.getLast() + 50);
        all += part.getLast() + 50;
      }
      rows.add(part);
    }
    Plan plan = Plan.of(parts(rows), SLOTS);
    long series = rows.stream().mapToInt(List::size).sum();
    if (series == 0) {
      assertThat(plan.blocks()).isZero();
      return;
    }
    int most = (int) Math.min(series, 4 * SLOTS);
    assertThat(plan.blocks()).isBetween(1, most);
    Plan.Dealt dealt = plan.dealt();
    if (dealt == null) {
      List<Integer> parts =
          Objects.requireNonNull(plan.parts()).stream().flatMap(List::stream).toList();
      assertThat(parts).isSorted().doesNotHaveDuplicates();
      assertThat(plan.parts()).noneMatch(List::isEmpty);
      return;
    }
    assertThat(plan.blocks()).isEqualTo(most);
    List<Integer> flat = rows.stream().flatMap(List::stream).toList();
    int[] costs = new int[plan.blocks()];
    for (int i = 0; i < flat.size(); i++) {
      assertThat(dealt.place("s" + i)).isEqualTo(i);
      costs[dealt.block(i)] += flat.get(i) + 50;
    }
    assertThat(costs).as("seed %d", seed).doesNotContain(0);
    for (int cost : costs) {
      assertThat(cost).isLessThanOrEqualTo(all / plan.blocks() + 1 + largest);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 40, 200})
  void filesOfABlocksSizeOrLessStayWhole(int files) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int p = 0; p < files; p++) {
      rows.add(List.of(50, 60, 70));
    }
    Plan plan = Plan.of(parts(rows), SLOTS);
    assertThat(plan.dealt()).isNull();
    assertThat(plan.blocks()).isBetween(10, 16);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void fewLargeFilesAreDealtOut(int files) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int p = 0; p < files; p++) {
      rows.add(java.util.Collections.nCopies(100, 30));
    }
    assertThat(Plan.of(parts(rows), SLOTS).dealt()).isNotNull();
  }
}
