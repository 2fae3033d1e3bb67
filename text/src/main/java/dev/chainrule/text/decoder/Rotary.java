package dev.chainrule.text.decoder;

import java.util.List;

/**
 * Rotary positions (Su et al. 2021): dimension i of a head, below HS/2, turns together with i +
 * HS/2 by an angle of {@code t base^(-2i/HS)} at position t.
 *
 * @param base of the frequencies, often named theta
 * @param scaling by which a longer context than the first is reached
 */
public record Rotary(double base, Scaling scaling) {
  /** How frequencies are changed. */
  public enum Kind {
    /** Not at all. */
    NONE,
    /** All divided by the factor (Chen et al. 2023). */
    LINEAR,
    /** The slow ones divided by the factor, the fast ones kept, between them both (LLaMA 3.1). */
    LLAMA3,
    /** Each divided by one of a list. */
    FACTORS
  }

  /**
   * A change of the frequencies.
   *
   * @param kind which
   * @param factor of LINEAR and LLAMA3
   * @param lowFrequencyFactor of LLAMA3: waves longer than the original context divided by it are
   *     slow
   * @param highFrequencyFactor of LLAMA3: waves shorter than the original context divided by it are
   *     fast
   * @param originalContext tokens, of LLAMA3
   * @param factors of FACTORS [HS/2], else empty
   */
  public record Scaling(
      Kind kind,
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalContext,
      List<Double> factors) {
    /** No change. */
    public static final Scaling NONE = new Scaling(Kind.NONE, 1, 1, 1, 1, List.of());

    public Scaling {
      factors = List.copyOf(factors);
      if (!(factor > 0 && factor < 1e9)) {
        throw new IllegalArgumentException(
            "factor %s of rotary scaling, expected a positive number".formatted(factor));
      }
      if (kind == Kind.LLAMA3
          && !(lowFrequencyFactor > 0
              && highFrequencyFactor > lowFrequencyFactor
              && originalContext > 0)) {
        throw new IllegalArgumentException(
            "rotary scaling of low_frequency_factor %s, high_frequency_factor %s, original_context"
                    .formatted(lowFrequencyFactor, highFrequencyFactor)
                + " %d, expected 0 < low < high and a positive context".formatted(originalContext));
      }
      if ((kind == Kind.FACTORS) == factors.isEmpty()) {
        throw new IllegalArgumentException(
            "%d factors for rotary scaling %s, expected some for FACTORS alone"
                .formatted(factors.size(), kind));
      }
      for (double each : factors) {
        if (!(each > 0 && each < 1e9)) {
          throw new IllegalArgumentException(
              "factor %s of rotary scaling, expected a positive number".formatted(each));
        }
      }
    }

    /** All frequencies divided by a factor. */
    public static Scaling linear(double factor) {
      return new Scaling(Kind.LINEAR, factor, 1, 1, 1, List.of());
    }

    /** LLaMA 3.1's. */
    public static Scaling llama3(double factor, double low, double high, int originalContext) {
      return new Scaling(Kind.LLAMA3, factor, low, high, originalContext, List.of());
    }

    /** Each frequency divided by a factor of its own. */
    public static Scaling factors(List<Double> factors) {
      return new Scaling(Kind.FACTORS, 1, 1, 1, 1, factors);
    }
  }

  public Rotary {
    if (!(base > 0 && base < 1e300)) {
      throw new IllegalArgumentException(
          "base %s of rotary positions, expected a positive number".formatted(base));
    }
  }

  /** Without scaling. */
  public static Rotary of(double base) {
    return new Rotary(base, Scaling.NONE);
  }

  /**
   * The frequencies in radians a position, in float32 as PyTorch computes them: a model has learnt
   * with their rounding.
   *
   * @param headDim HS, even
   * @return [HS/2]
   */
  public float[] frequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (float) (2 * i) / headDim;
      float frequency = 1f / (float) Math.pow((float) base, exponent);
      frequencies[i] = scaled(frequency, i);
    }
    return frequencies;
  }

  private float scaled(float frequency, int i) {
    return switch (scaling.kind()) {
      case NONE -> frequency;
      case LINEAR -> frequency / (float) scaling.factor();
      case FACTORS -> frequency / scaling.factors().get(i).floatValue();
      case LLAMA3 -> llama3(frequency);
    };
  }

  private float llama3(float frequency) {
    double wave = 2 * Math.PI / frequency;
    double context = scaling.originalContext();
    double low = scaling.lowFrequencyFactor();
    double high = scaling.highFrequencyFactor();
    if (wave < context / high) {
      return frequency;
    }
    if (wave > context / low) {
      return (float) (frequency / scaling.factor());
    }
    double fast = (context / wave - low) / (high - low);
    return (float) ((1 - fast) * frequency / scaling.factor() + fast * frequency);
  }
}
