package dev.chainrule.text.architecture;

import dev.chainrule.text.decoder.DecoderConfig;
import java.util.Map;

/** Qwen2 and 2.5 (Qwen Team 2024): LLaMA with biases of queries, keys and values. */
final class Qwen2 implements Architecture {
  private static final DraftConfig.Defaults DEFAULTS =
      new DraftConfig.Defaults(151_936, 32_768, 32, 4096, 22_016, 32, 32, 0, 10_000, false);

  @Override
  public String name() {
    return "qwen2";
  }

  @Override
  public String className() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public DecoderConfig read(HubConfig c) {
    DraftConfig draft = DraftConfig.read(c, DEFAULTS);
    draft.biases = new DecoderConfig.Biases(true, false, false);
    windows(draft, c);
    return draft.build();
  }

  /** Layers from a certain one on have a window, where windows are used. */
  static void windows(DraftConfig draft, HubConfig c) {
    int window = c.isNull("sliding_window") ? 0 : c.integer("sliding_window", 4096);
    int first = c.integer("max_window_layers", 28);
    draft.windows(c, c.flag("use_sliding_window", false) ? window : 0, layer -> layer >= first);
  }

  @Override
  public DecoderConfig read(GgufConfig c) {
    return DraftConfig.readRotary(c).build();
  }

  @Override
  public void write(DecoderConfig config, Map<String, Object> json) {
    CommonKeys.write(config, json);
    CommonKeys.writeWindows(config, json);
  }
}
