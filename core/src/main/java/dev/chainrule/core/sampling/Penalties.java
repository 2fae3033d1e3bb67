package dev.chainrule.core.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is held against classes, by what came before or in any case; applied in the order of the
 * components.
 *
 * @param bias added to the logits of classes; negative infinity bans one
 * @param repetition divides positive logits, and multiplies negative ones, of all classes that
 *     occurred, given or drawn (Keskar et al. 2019); 1 for none
 * @param presence taken from the logits of all classes that were drawn; 0 for none
 * @param frequency taken from the logit of a class as often as it was drawn; 0 for none
 * @param noRepeatNgram no sequence of so many classes occurs twice; 0 for any
 * @param badWords sequences of classes, each of 1 or more, that are not completed
 */
public record Penalties(
    Map<Integer, Double> bias,
    double repetition,
    double presence,
    double frequency,
    int noRepeatNgram,
    List<List<Integer>> badWords) {
  public Penalties {
    bias = new TreeMap<>(bias);
    bias.forEach(
        (id, value) -> {
          if (id < 0 || !(value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "bias %d=%s, expected a class from 0 and a number or -Infinity"
                    .formatted(id, value));
          }
        });
    if (!(repetition > 0 && repetition < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "repetition penalty %s, expected above 0 (1 for none)".formatted(repetition));
    }
    requireFinite("presence", presence);
    requireFinite("frequency", frequency);
    if (noRepeatNgram < 0) {
      throw new IllegalArgumentException(
          "no-repeat ngram %d, expected 0 (any) or more".formatted(noRepeatNgram));
    }
    badWords = badWords.stream().map(List::copyOf).toList();
    if (badWords.stream()
        .anyMatch(word -> word.isEmpty() || word.stream().anyMatch(id -> id < 0))) {
      throw new IllegalArgumentException(
          "bad words %s, expected classes from 0, one or more of each".formatted(badWords));
    }
  }

  private static void requireFinite(String name, double penalty) {
    if (!Double.isFinite(penalty)) {
      throw new IllegalArgumentException(
          "%s penalty %s, expected a number (0 for none)".formatted(name, penalty));
    }
  }

  /** Nothing is held against any class. */
  public static Penalties none() {
    return new Penalties(Map.of(), 1, 0, 0, 0, List.of());
  }

  /** Whether a sampler must know what came before. */
  public boolean needPast() {
    return repetition != 1
        || presence != 0
        || frequency != 0
        || noRepeatNgram > 0
        || !badWords.isEmpty();
  }

  /** The same with other sequences that are not completed. */
  public Penalties withBadWords(List<List<Integer>> words) {
    return new Penalties(bias, repetition, presence, frequency, noRepeatNgram, words);
  }

  List<Warper> warpers() {
    List<Warper> warpers = new ArrayList<>();
    if (!bias.isEmpty()) {
      warpers.add(Warper.bias(bias));
    }
    if (repetition != 1) {
      warpers.add(Warper.repetitionPenalty(repetition));
    }
    if (presence != 0 || frequency != 0) {
      warpers.add(Warper.drawnPenalty(presence, frequency));
    }
    if (noRepeatNgram > 0) {
      warpers.add(Warper.noRepeatNgram(noRepeatNgram));
    }
    if (!badWords.isEmpty()) {
      warpers.add(Warper.badWords(badWords));
    }
    return warpers;
  }
}
