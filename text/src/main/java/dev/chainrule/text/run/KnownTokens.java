package dev.chainrule.text.run;

import dev.chainrule.core.sampling.Sampler;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws only tokens that the tokenizer has. A model's vocabulary may be larger, since some are
 * rounded up; the probabilities of the tokens that the tokenizer has then add up to 1. Used by one
 * thread at a time.
 */
final class KnownTokens implements Sampler {
  private final Sampler sampler;
  private final int known;
  private float[] masked = new float[0];

  /**
   * For a tokenizer.
   *
   * @param sampler draws from what is left
   * @param known tokens that the tokenizer has, the first of the vocabulary
   */
  KnownTokens(Sampler sampler, int known) {
    this.sampler = sampler;
    this.known = known;
  }

  @Override
  public double sample(float[] logits, RandomGenerator rng, double[] element) {
    if (logits.length == known) {
      return sampler.sample(logits, rng, element);
    }
    if (masked.length != logits.length) {
      masked = new float[logits.length];
    }
    System.arraycopy(logits, 0, masked, 0, known);
    mask(masked, known);
    return sampler.sample(masked, rng, element);
  }

  /** Makes logits of unknown tokens negative infinity. */
  static void mask(float[] logits, int known) {
    Arrays.fill(logits, known, logits.length, Float.NEGATIVE_INFINITY);
  }
}
