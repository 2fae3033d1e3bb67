package dev.chainrule.text.architecture;

import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.text.decoder.DecoderConfig;
import java.util.Map;
import java.util.Set;

/**
 * A family of published models: how its files describe one, and where they keep its weights. What
 * is said here once, for LLaMA, holds for all that follow it; each of the others says where it
 * differs.
 */
interface Architecture {
  /** As GGUF's {@code general.architecture} has it. */
  String name();

  /** As {@code model_type} in {@code config.json} has it; the first is the one that is written. */
  default Set<String> modelTypes() {
    return Set.of(name());
  }

  /** The class of transformers, as {@code architectures} in {@code config.json} has it. */
  String className();

  /** The configuration that a {@code config.json} describes. */
  DecoderConfig read(HubConfig config);

  /** The configuration that a GGUF file describes. */
  DecoderConfig read(GgufConfig config);

  /**
   * Writes what {@link #read(HubConfig)} reads, for this and older versions of transformers. What
   * the architecture cannot say it leaves out: who writes reads it again to see.
   */
  void write(DecoderConfig config, Map<String, Object> json);

  /** Writes what {@link #read(GgufConfig)} reads. */
  default void write(DecoderConfig config, GgufWriter gguf) {
    CommonKeys.write(config, name(), layer -> 0, gguf);
  }

  /** Where a Hugging Face folder keeps a parameter, its name without {@link #prefix}. */
  default Place inHub(String parameter, DecoderConfig config) {
    return Place.of(Names.LLAMA.translate(parameter));
  }

  /** What names of all weights but those of the head begin with, in a Hugging Face folder. */
  default String prefix() {
    return "model.";
  }

  /** Where a GGUF file keeps a parameter. */
  default Place inGguf(String parameter, DecoderConfig config) {
    return Place.of(Names.GGUF.translate(parameter));
  }

  /** Whether a tensor of a Hugging Face folder is none of the model's weights. */
  default boolean isIgnored(String tensor) {
    return tensor.endsWith(".rotary_emb.inv_freq");
  }
}
