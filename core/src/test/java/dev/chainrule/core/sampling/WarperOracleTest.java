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
      double[] expected = numbers(entry.get("probabilities"));
      float[] logits = new float[expected.length];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) entry.get("logits").get(i).asDouble();
      }
      int[] history = new int[entry.get("history").size()];
      Arrays.setAll(history, i -> entry.get("history").get(i).asInt());
      Past past = new Past(logits.length, history);
      assertThat(WarperTest.probabilities(past, logits, chain(entry.get("warpers").asString())))
          .as(entry.get("warpers").asString())
          .containsExactly(expected, within(1e-6));
      checked++;
    }
    assertThat(checked).isEqualTo(24);
  }

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
        case "typical_p" -> chain[i] = Warper.typical(value);
        case "epsilon" -> chain[i] = Warper.epsilon(value);
        case "eta" -> chain[i] = Warper.eta(value);
        case "repetition_penalty" -> chain[i] = Warper.repetitionPenalty(value);
        case "no_repeat_ngram" -> chain[i] = Warper.noRepeatNgram((int) value);
        default -> throw new AssertionError(words[0]);
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
