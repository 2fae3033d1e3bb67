package dev.chainrule.text.run;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a language model is trained: a preset, changed where its user knows better.
 *
 * @param network its kind, and its shape once the vocabulary is known
 * @param tokens what a token is
 * @param reading what is learnt and what is held out
 * @param window tokens seen at once in training; null for the model's context length
 * @param epochs if above 0, steps are as many as show each token so many times, on average
 * @param recipe batches, rates, length
 */
public record TextTraining(
    Network<?> network,
    Tokens tokens,
    Reading reading,
    @Nullable Integer window,
    double epochs,
    Recipe recipe) {
  /** Which tokenizer a run has. */
  @FunctionalInterface
  public interface Tokens {
    /** A token is a character of the text. */
    Tokens CHAR = CharTokenizer::of;

    /** A token is a byte of UTF-8. */
    Tokens BYTE = text -> new ByteTokenizer();

    /** This tokenizer, whatever the text is. */
    static Tokens given(Tokenizer tokenizer) {
      return text -> tokenizer;
    }

    /** The tokenizer for a run that learns this text. */
    Tokenizer of(String text);
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

  /**
   * How a corpus becomes what is learnt and what is held out.
   *
   * @param glob which files of a folder, for instance {@code **.java}
   * @param documents what the documents of the corpus are
   * @param fimRate share of the documents whose middle is moved to the end, 0 for none
   * @param validationFraction how much is held out: of the end of one text, or of the documents
   * @param validationData instead, a file, folder or known name that is held out; null for none
   */
  public record Reading(
      String glob,
      Documents documents,
      double fimRate,
      double validationFraction,
      @Nullable String validationData) {
    /** All files, as their names say; a tenth is held out. */
    public static final Reading USUAL = new Reading(Corpus.ALL_FILES, Documents.AUTO, 0, 0.1, null);

    public Reading {
      if (!(fimRate >= 0 && fimRate <= 1)) {
        throw new IllegalArgumentException("fim_rate %s, expected 0 to 1".formatted(fimRate));
      }
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
        Reading.USUAL,
        null,
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
    return new TextTraining(other, tokens, reading, window, epochs, recipe);
  }

  /** Other tokens. */
  public TextTraining withTokens(Tokens other) {
    return new TextTraining(network, other, reading, window, epochs, recipe);
  }

  /** The same, of texts that are read otherwise. */
  public TextTraining withReading(Reading other) {
    return new TextTraining(network, tokens, other, window, epochs, recipe);
  }

  /** Other files of a folder. */
  public TextTraining withGlob(String pattern) {
    return withReading(
        new Reading(
            pattern,
            reading.documents,
            reading.fimRate,
            reading.validationFraction,
            reading.validationData));
  }

  /** Other documents. */
  public TextTraining withDocuments(Documents others) {
    return withReading(
        new Reading(
            reading.glob,
            others,
            reading.fimRate,
            reading.validationFraction,
            reading.validationData));
  }

  /** The middle of this share of the documents moved to the end. */
  public TextTraining withFillInTheMiddle(double rate) {
    return withReading(
        new Reading(
            reading.glob,
            reading.documents,
            rate,
            reading.validationFraction,
            reading.validationData));
  }

  /** Another part held out. */
  public TextTraining withValidationFraction(double fraction) {
    return withReading(
        new Reading(reading.glob, reading.documents, reading.fimRate, fraction, null));
  }

  /** Held out is what lies elsewhere, and all of the data is learnt. */
  public TextTraining withValidationData(String elsewhere) {
    return withReading(
        new Reading(
            reading.glob,
            reading.documents,
            reading.fimRate,
            reading.validationFraction,
            elsewhere));
  }

  /** So many tokens seen at once in training, where the model sees more. */
  public TextTraining withWindow(int tokensAtOnce) {
    return new TextTraining(network, tokens, reading, tokensAtOnce, epochs, recipe);
  }

  /** As many steps as show each token so many times, on average. */
  public TextTraining withEpochs(double times) {
    return new TextTraining(network, tokens, reading, window, times, recipe);
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
    return new TextTraining(network, tokens, reading, window, epochs, other);
  }
}
