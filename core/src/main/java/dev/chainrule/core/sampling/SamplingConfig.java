package dev.chainrule.core.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * How elements of a finite alphabet are drawn.
 *
 * @param seed with a stream's number, the only source of its random numbers
 * @param temperature divides logits: below 1 safer, above 1 wilder, 0 greedy
 * @param topK draw from the K most probable; 0 for all
 * @param topP draw from the fewest of probability P together; 1 for all
 * @param minP draw from those at least P times as probable as the best; 0 for all
 */
public record SamplingConfig(long seed, double temperature, int topK, double topP, double minP) {
  public SamplingConfig {
    Warper.temperature(temperature);
    if (topK < 0) {
      throw new IllegalArgumentException("top_k %d, expected 0 or more".formatted(topK));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "top_p %s, expected above 0 and at most 1".formatted(topP));
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("min_p %s, expected 0 to 1".formatted(minP));
    }
  }

  /** From the whole distribution, as the model has it. */
  public static SamplingConfig of(long seed) {
    return new SamplingConfig(seed, 1, 0, 1, 0);
  }

  /** Always the most probable element. */
  public static SamplingConfig greedy() {
    return new SamplingConfig(0, 0, 0, 1, 0);
  }

  /** At another temperature. */
  public SamplingConfig withTemperature(double divisor) {
    return new SamplingConfig(seed, divisor, topK, topP, minP);
  }

  /** From the K most probable. */
  public SamplingConfig withTopK(int k) {
    return new SamplingConfig(seed, temperature, k, topP, minP);
  }

  /** From the fewest of this probability together. */
  public SamplingConfig withTopP(double probability) {
    return new SamplingConfig(seed, temperature, topK, probability, minP);
  }

  /** From those at least so many times as probable as the best. */
  public SamplingConfig withMinP(double share) {
    return new SamplingConfig(seed, temperature, topK, topP, share);
  }

  /** What changes the logits, in the order in which it does. */
  public List<Warper> warpers() {
    List<Warper> warpers = new ArrayList<>();
    if (temperature == 0) {
      warpers.add(Warper.greedy());
      return warpers;
    }
    warpers.add(Warper.temperature(temperature));
    if (topK > 0) {
      warpers.add(Warper.topK(topK));
    }
    if (topP < 1) {
      warpers.add(Warper.topP(topP));
    }
    if (minP > 0) {
      warpers.add(Warper.minP(minP));
    }
    return warpers;
  }
}
