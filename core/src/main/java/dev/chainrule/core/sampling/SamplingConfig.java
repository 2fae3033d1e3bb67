package dev.chainrule.core.sampling;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * How elements of a finite alphabet are drawn.
 *
 * @param seed with a stream's number, the only source of its random numbers
 * @param temperature divides logits: below 1 safer, above 1 wilder, 0 greedy: of all that does not
 *     change which class is the best, nothing is done then
 * @param topK draw from the K most probable; 0 for all
 * @param topP draw from the fewest of probability P together; 1 for all
 * @param minP draw from those at least P times as probable as the best; 0 for all
 * @param typicalP draw from the fewest of probability P together whose surprise is nearest to the
 *     expected one; 1 for all
 * @param epsilon draw from those of at least this probability; 0 for all
 * @param eta draw from those of at least a probability that falls with the entropy, by {@link
 *     Warper#eta}; 0 for all
 * @param penalties what is held against classes
 * @param order in which all of these are applied, each at most once; those left out must change
 *     nothing
 */
public record SamplingConfig(
    long seed,
    double temperature,
    int topK,
    double topP,
    double minP,
    double typicalP,
    double epsilon,
    double eta,
    Penalties penalties,
    List<SamplingStage> order) {
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
    if (!(typicalP > 0 && typicalP <= 1)) {
      throw new IllegalArgumentException(
          "typical_p %s, expected above 0 and at most 1".formatted(typicalP));
    }
    requireShare("epsilon", epsilon);
    requireShare("eta", eta);
    order = List.copyOf(order);
    EnumSet<SamplingStage> missing = EnumSet.allOf(SamplingStage.class);
    for (SamplingStage stage : order) {
      if (!missing.remove(stage)) {
        throw new IllegalArgumentException("order %s: %s occurs twice".formatted(order, stage));
      }
    }
    for (SamplingStage stage : missing) {
      if (!warpers(stage, temperature, topK, topP, minP, typicalP, epsilon, eta, penalties)
          .isEmpty()) {
        throw new IllegalArgumentException(
            "order %s: leaves out %s, which is asked for".formatted(order, stage));
      }
    }
  }

  private static void requireShare(String name, double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "%s %s, expected 0 or more and less than 1".formatted(name, share));
    }
  }

  /** From the whole distribution, as the model has it. */
  public static SamplingConfig of(long seed) {
    return new SamplingConfig(
        seed, 1, 0, 1, 0, 1, 0, 0, Penalties.none(), SamplingStage.TRANSFORMERS);
  }

  /** Always the most probable element. */
  public static SamplingConfig greedy() {
    return of(0).withTemperature(0);
  }

  /** At another temperature. */
  public SamplingConfig withTemperature(double divisor) {
    return new SamplingConfig(
        seed, divisor, topK, topP, minP, typicalP, epsilon, eta, penalties, order);
  }

  /** From the K most probable. */
  public SamplingConfig withTopK(int k) {
    return new SamplingConfig(
        seed, temperature, k, topP, minP, typicalP, epsilon, eta, penalties, order);
  }

  /** From the fewest of this probability together. */
  public SamplingConfig withTopP(double mass) {
    return new SamplingConfig(
        seed, temperature, topK, mass, minP, typicalP, epsilon, eta, penalties, order);
  }

  /** From those at least so many times as probable as the best. */
  public SamplingConfig withMinP(double share) {
    return new SamplingConfig(
        seed, temperature, topK, topP, share, typicalP, epsilon, eta, penalties, order);
  }

  /** From the most typical of this probability together. */
  public SamplingConfig withTypicalP(double mass) {
    return new SamplingConfig(
        seed, temperature, topK, topP, minP, mass, epsilon, eta, penalties, order);
  }

  /** From those of at least this probability. */
  public SamplingConfig withEpsilon(double least) {
    return new SamplingConfig(
        seed, temperature, topK, topP, minP, typicalP, least, eta, penalties, order);
  }

  /** From those of at least a probability that falls with the entropy. */
  public SamplingConfig withEta(double least) {
    return new SamplingConfig(
        seed, temperature, topK, topP, minP, typicalP, epsilon, least, penalties, order);
  }

  /** With these held against classes. */
  public SamplingConfig withPenalties(Penalties held) {
    return new SamplingConfig(
        seed, temperature, topK, topP, minP, typicalP, epsilon, eta, held, order);
  }

  /** In another order. */
  public SamplingConfig withOrder(List<SamplingStage> stages) {
    return new SamplingConfig(
        seed, temperature, topK, topP, minP, typicalP, epsilon, eta, penalties, stages);
  }

  /** What changes the logits, in the order in which it does. */
  public List<Warper> warpers() {
    List<Warper> warpers = new ArrayList<>();
    if (temperature == 0) {
      warpers.addAll(penalties.warpers());
      warpers.add(Warper.greedy());
      return warpers;
    }
    for (SamplingStage stage : order) {
      warpers.addAll(
          warpers(stage, temperature, topK, topP, minP, typicalP, epsilon, eta, penalties));
    }
    return warpers;
  }

  /** Those of a stage; none if it would change nothing. */
  private static List<Warper> warpers(
      SamplingStage stage,
      double temperature,
      int topK,
      double topP,
      double minP,
      double typicalP,
      double epsilon,
      double eta,
      Penalties penalties) {
    return switch (stage) {
      case PENALTIES -> penalties.warpers();
      case TEMPERATURE -> temperature == 1 ? List.of() : List.of(Warper.temperature(temperature));
      case TOP_K -> topK == 0 ? List.of() : List.of(Warper.topK(topK));
      case TOP_P -> topP == 1 ? List.of() : List.of(Warper.topP(topP));
      case MIN_P -> minP == 0 ? List.of() : List.of(Warper.minP(minP));
      case TYPICAL -> typicalP == 1 ? List.of() : List.of(Warper.typical(typicalP));
      case EPSILON -> epsilon == 0 ? List.of() : List.of(Warper.epsilon(epsilon));
      case ETA -> eta == 0 ? List.of() : List.of(Warper.eta(eta));
    };
  }
}
