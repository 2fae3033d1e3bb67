package dev.chainrule.pixelcnn.run;

import org.jspecify.annotations.Nullable;

/**
 * How images are drawn.
 *
 * @param seed with an image's number, the only source of its random numbers
 * @param temperature divides logits: below 1 safer, above 1 wilder, 0 greedy; at most 100
 * @param label class of all images; null for all classes in turn
 */
public record PixelSampling(long seed, double temperature, @Nullable Integer label) {
  public PixelSampling {
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new IllegalArgumentException(
          "temperature %s, expected 0 to 100".formatted(temperature));
    }
  }

  /** As the model has them. */
  public static PixelSampling of(long seed) {
    return new PixelSampling(seed, 1, null);
  }

  /** At another temperature. */
  public PixelSampling withTemperature(double divisor) {
    return new PixelSampling(seed, divisor, label);
  }

  /** All of one class. */
  public PixelSampling withLabel(int number) {
    return new PixelSampling(seed, temperature, number);
  }
}
