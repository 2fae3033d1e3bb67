package dev.chainrule.text.run;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * How a language model is trained: a preset, changed where its user knows better.
 *
 * @param network its kind, and its shape once the vocabulary is known
 * @param tokens what a token is
 * @param glob which files of a folder, for instance {@code **.java}
 * @param validationFraction how much of the end of the text is held out
 * @param epochs if above 0, steps are as many as show each token so many times, on average
 * @param recipe batches, rates, length
 */
public record TextTraining(
    Network<?> network,
    Tokens tokens,
    String glob,
    double validationFraction,
    double epochs,
    Recipe recipe) {
  /** The tokenizers that need no training. */
  public enum Tokens {
    /** A token is a character of the text. */
    CHAR,
    /** A token is a byte of UTF-8. */
    BYTE;

    /** The tokenizer of this text. */
    Tokenizer of(String text) {
      return switch (this) {
        case CHAR -> CharTokenizer.of(text);
        case BYTE -> new ByteTokenizer();
      };
    }

    /** The name as the user writes it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A network.
   *
   * @param kind of model
   * @param shape by the number of tokens V
   */
  public record Network<C>(TextKind<C> kind, IntFunction<C> shape) {
    /** As the kind has it by itself. */
    public static <C> Network<C> of(TextKind<C> kind) {
      return new Network<>(kind, kind::defaults);
    }
  }

  public TextTraining {
    if (!(epochs >= 0)) {
      throw new IllegalArgumentException("epochs %s, expected 0 or more".formatted(epochs));
    }
  }

  /** nanoGPT's recipe for a CPU: 4 layers of width 128, context 64, 2,000 steps of 12 sequences. */
  public static TextTraining nanoCpu() {
    return gpt(GptConfig::nanoCpu, 12, 2000, 3e-3);
  }

  /** nanoGPT's "baby": 6 layers of width 384, context 256, 5,000 steps of 64 sequences. */
  public static TextTraining baby() {
    return gpt(GptConfig::baby, 64, 5000, 1e-3);
  }

  private static TextTraining gpt(
      IntFunction<GptConfig> shape, int batchSize, long steps, double rate) {
    return new TextTraining(
        new Network<>(new GptKind(), shape),
        Tokens.CHAR,
        Corpus.ALL_FILES,
        0.1,
        0,
        new Recipe(
            batchSize,
            new ScheduleConfig(ScheduleConfig.Kind.COSINE, rate, rate / 10, 100),
            new AdamW.Config(0.9, 0.99, 1e-8, 0.1),
            TrainConfig.of(
                1, TrainConfig.Limits.steps(steps), new TrainConfig.Cadence(10, 250, 500))));
  }

  /** Another network, trained alike. */
  public TextTraining withNetwork(Network<?> other) {
    return new TextTraining(other, tokens, glob, validationFraction, epochs, recipe);
  }

  /** Other tokens. */
  public TextTraining withTokens(Tokens other) {
    return new TextTraining(network, other, glob, validationFraction, epochs, recipe);
  }

  /** Other files of a folder. */
  public TextTraining withGlob(String pattern) {
    return new TextTraining(network, tokens, pattern, validationFraction, epochs, recipe);
  }

  /** Another part of the text held out. */
  public TextTraining withValidationFraction(double fraction) {
    return new TextTraining(network, tokens, glob, fraction, epochs, recipe);
  }

  /** As many steps as show each token so many times, on average. */
  public TextTraining withEpochs(double times) {
    return new TextTraining(network, tokens, glob, validationFraction, times, recipe);
  }

  /** This many optimiser steps. */
  public TextTraining withSteps(long steps) {
    return withRecipe(recipe.withSteps(steps));
  }

  /** Other random numbers. */
  public TextTraining withSeed(long seed) {
    return withRecipe(recipe.withSeed(seed));
  }

  /** Other batches, rates or length. */
  public TextTraining withRecipe(Recipe other) {
    return new TextTraining(network, tokens, glob, validationFraction, epochs, other);
  }
}
