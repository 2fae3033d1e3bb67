package dev.chainrule.text.architecture;

import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.text.decoder.DecoderConfig;
import java.util.Map;

/** Mistral 7B (Jiang et al. 2023): LLaMA with a window in all layers. */
final class Mistral implements Architecture {
  private static final DraftConfig.Defaults DEFAULTS =
      new DraftConfig.Defaults(32_000, 131_072, 32, 4096, 14_336, 32, 8, 0, 10_000, false);

  /** The window of a configuration that has no such key; one that is null has none. */
  private static final int DEFAULT_WINDOW = 4096;

  @Override
  public String name() {
    return "mistral";
  }

  @Override
  public String className() {
    return "MistralForCausalLM";
  }

  @Override
  public DecoderConfig read(HubConfig c) {
    DraftConfig draft = DraftConfig.read(c, DEFAULTS);
    int window = c.isNull("sliding_window") ? 0 : c.integer("sliding_window", DEFAULT_WINDOW);
    draft.windows(c, window, layer -> true);
    return draft.build();
  }

  @Override
  public DecoderConfig read(GgufConfig c) {
    DraftConfig draft = DraftConfig.readRotary(c);
    draft.sameWindow(c);
    return draft.build();
  }

  @Override
  public void write(DecoderConfig config, Map<String, Object> json) {
    CommonKeys.write(config, json);
    int window = DraftConfig.window(config);
    json.put("sliding_window", window > 0 ? window : null);
  }

  /** GGUF knows no Mistral but as a LLaMA. */
  @Override
  public void write(DecoderConfig config, GgufWriter gguf) {
    int window = DraftConfig.window(config);
    CommonKeys.write(config, "llama", layer -> window, gguf);
  }

  @Override
  public Place inGguf(String parameter, DecoderConfig config) {
    return CommonKeys.interleaved(parameter, config);
  }
}
