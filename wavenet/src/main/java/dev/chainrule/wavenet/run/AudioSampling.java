package dev.chainrule.wavenet.run;

import dev.chainrule.core.kernel.WeightFormat;
import java.util.Map;

/**
 * How sound is drawn.
 *
 * @param seed with a clip's number, the only source of its random numbers
 * @param temperature below 1 calmer, above 1 noisier; 0 always the most probable, which ends still
 * @param labels what is drawn, by the names of the model's labels
 * @param precision of the weights
 */
public record AudioSampling(
    long seed, double temperature, Map<String, String> labels, WeightFormat precision) {
  public AudioSampling {
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new IllegalArgumentException(
          "temperature %s, expected 0 to 100".formatted(temperature));
    }
    labels = Map.copyOf(labels);
  }

  /** As the model has it. */
  public static AudioSampling of(long seed) {
    return new AudioSampling(seed, 1, Map.of(), WeightFormat.FLOAT32);
  }

  /** At another temperature. */
  public AudioSampling withTemperature(double value) {
    return new AudioSampling(seed, value, labels, precision);
  }

  /** Of what these labels say. */
  public AudioSampling withLabels(Map<String, String> values) {
    return new AudioSampling(seed, temperature, values, precision);
  }

  /** With weights of fewer bits. */
  public AudioSampling withPrecision(WeightFormat other) {
    return new AudioSampling(seed, temperature, labels, other);
  }
}
