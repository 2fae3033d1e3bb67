package dev.chainrule.core.sampling;

import java.util.List;
import java.util.Locale;

/**
 * What a {@link SamplingConfig} does to logits, each in its place of a chain whose order the user
 * may choose: libraries differ, and a filter keeps other classes before a temperature than after.
 */
public enum SamplingStage {
  /** All of {@link Penalties}. */
  PENALTIES,
  /** {@link Warper#temperature}. */
  TEMPERATURE,
  /** {@link Warper#topK}. */
  TOP_K,
  /** {@link Warper#topP}. */
  TOP_P,
  /** {@link Warper#minP}. */
  MIN_P,
  /** {@link Warper#typical}. */
  TYPICAL,
  /** {@link Warper#epsilon}. */
  EPSILON,
  /** {@link Warper#eta}. */
  ETA;

  /** The order of Hugging Face's transformers, and the default. */
  public static final List<SamplingStage> TRANSFORMERS =
      List.of(PENALTIES, TEMPERATURE, TOP_K, TOP_P, MIN_P, TYPICAL, EPSILON, ETA);

  /** The order of llama.cpp. */
  public static final List<SamplingStage> LLAMA_CPP =
      List.of(PENALTIES, TOP_K, TYPICAL, TOP_P, MIN_P, TEMPERATURE);

  /** As options have it: {@code top-k}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
