package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Distributions after warping, as Hugging Face's transformers 5 computes them. */
class WarperOracleTest {
  @Test
  void warpedDistributionsAreThoseOfTransformers() throws Exception {
    String data = System.getenv("CHAINRULE_DATA");
    assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path file = Path.of(data).resolveSibling("oracles").resolve("hf/warpers.json");
    assumeTrue(Files.exists(file), file + " is not there");
    int checked = 0;
    for (JsonNode entry : new ObjectMapper().readTree(file.toFile())) {
      Warper[] chain = chain(entry.get("warpers").asString());
      if (chain.length > 0) {
        double[] expected = numbers(entry.get("probabilities"));
        float[] logits = new float[expected.length];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = (float) entry.get("logits").get(i).asDouble();
        }
        assertThat(WarperTest.probabilities(logits, chain))
            .as(entry.get("warpers").asString())
            .containsExactly(expected, within(1e-6));
        checked++;
      }
    }
    assertThat(checked).isEqualTo(14);
  }

  /** None where a warper is not ours. */
  private static Warper[] chain(String description) {
    String[] parts = description.split(", ");
    Warper[] chain = new Warper[parts.length];
    for (int i = 0; i < parts.length; i++) {
      String[] words = parts[i].split(" ");
      double value = Double.parseDouble(words[1]);
      switch (words[0]) {
        case "temperature" -> chain[i] = Warper.temperature(value);
        case "top_k" -> chain[i] = Warper.topK((int) value);
        case "top_p" -> chain[i] = Warper.topP(value);
        case "min_p" -> chain[i] = Warper.minP(value);
        default -> {
          return new Warper[0];
        }
      }
    }
    return chain;
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    Arrays.setAll(numbers, i -> array.get(i).asDouble());
    return numbers;
  }
}
