package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.core.testkit.ConfigFuzz;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeepArFuzzTest {
  private static final DeepArConfig CONFIG =
      DeepArConfig.of(Frequency.of("M"), 12, 6)
          .withNetwork(2, 6, 0.1)
          .withInputs(
              new DeepArInputs(
                  List.of(new DeepArInputs.Column("price", 1, 2)),
                  List.of(),
                  List.of(new DeepArInputs.Column("size", 0, 1)),
                  List.of(new DeepArInputs.Kinds("shop", List.of("a", "b"))),
                  List.of("2024-12-25")));

  @Test
  void configurations() {
    ConfigFuzz.run("deepar-config", CONFIG, DeepArConfig.class, DeepAr::new);
  }

  @Test
  void knownSeries() {
    String[] tokens =
        Mutations.tokens(
            "{\"ids\":[\"a\",\"b\"],\"starts\":[\"1949-01-01T00:00\",\"1950-02-01T00:00\"],"
                + "\"reals\":[[1.0],[2.5]],\"categories\":[[\"a\"],[\"c\"]]}");
    ReaderFuzz.run(
        "series-json",
        120,
        random -> Mutations.text(tokens, random),
        bytes ->
            DeepArFolder.series(
                Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON"), ReaderFuzz.ORIGIN, CONFIG));
  }
}
