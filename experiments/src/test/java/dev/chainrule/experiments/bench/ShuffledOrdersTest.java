package dev.chainrule.experiments.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ShuffledOrdersTest {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private static final List<Benchmark> THREE = List.of(named("a"), named("b"), named("c"));

  private static Benchmark named(String name) {
    return new Benchmark() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Work prepare(Setup setup) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private static ShuffledOrders orders(ShuffledOrders.Alone alone, ShuffledOrders.Here here) {
    return new ShuffledOrders(alone, here, NOWHERE, () -> false);
  }

  @Test
  void eachOrderRunsAllOnceAndTheSeedDrawsIt() throws Exception {
    List<String> ran = new ArrayList<>();
    ShuffledOrders orders =
        orders(
            benchmark -> 10,
            benchmark -> {
              ran.add(benchmark.name());
              return OptionalDouble.of(12);
            });
    ShuffledOrders.Report report = orders.run(THREE, 4, 1);
    assertThat(report.results())
        .extracting(ShuffledOrders.Row::name)
        .containsExactly("a", "b", "c");
    assertThat(report.results()).allMatch(row -> row.milliseconds().size() == 4);
    assertThat(report.results().getFirst().worst()).isEqualTo(1.2);
    List<String> first = List.copyOf(ran);
    for (int order = 0; order < 4; order++) {
      assertThat(first.subList(3 * order, 3 * order + 3)).containsExactlyInAnyOrder("a", "b", "c");
    }
    ran.clear();
    orders.run(THREE, 4, 1);
    assertThat(ran).isEqualTo(first);
    ran.clear();
    orders.run(THREE, 4, 2);
    assertThat(ran).isNotEqualTo(first);
  }

  @Test
  void whatStaysSlowIsAFailureThatNamesIt() {
    ShuffledOrders orders =
        orders(
            benchmark -> 72,
            benchmark -> OptionalDouble.of(benchmark.name().equals("b") ? 441 : 80));
    assertThatThrownBy(() -> orders.run(THREE, 1, 1))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "b takes 441.000 ms after other benchmarks, 72.000 ms alone, expected at most 1.3 times"
                + " as long.");
  }

  @Test
  void aMachineThatWasSlowForAWhileIsNoFailure() throws Exception {
    List<Double> times = new ArrayList<>(List.of(20.0, 11.0));
    ShuffledOrders orders =
        orders(benchmark -> 10, benchmark -> OptionalDouble.of(times.removeFirst()));
    assertThat(orders.run(List.of(named("a")), 1, 1).results().getFirst().milliseconds())
        .containsExactly(11.0);
  }
}
