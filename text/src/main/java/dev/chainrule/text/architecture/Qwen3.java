package dev.chainrule.text.architecture;

import dev.chainrule.text.decoder.DecoderConfig;
import java.util.Map;

/**
 * Qwen3 (Qwen Team 2025): LLaMA with norms of queries and keys, and heads of a size of their own.
 */
final class Qwen3 implements Architecture {
  private static final DraftConfig.Defaults DEFAULTS =
      new DraftConfig.Defaults(151_936, 32_768, 32, 4096, 22_016, 32, 32, 128, 10_000, false);

  @Override
  public String name() {
    return "qwen3";
  }

  @Override
  public String className() {
    return "Qwen3ForCausalLM";
  }

  @Override
  public DecoderConfig read(HubConfig c) {
    DraftConfig draft = DraftConfig.read(c, DEFAULTS);
    boolean attention = c.flag("attention_bias", false);
    draft.biases = new DecoderConfig.Biases(attention, attention, false);
    draft.qkNorm = true;
    Qwen2.windows(draft, c);
    return draft.build();
  }

  @Override
  public DecoderConfig read(GgufConfig c) {
    DraftConfig draft = DraftConfig.readRotary(c);
    draft.qkNorm = true;
    return draft.build();
  }

  @Override
  public void write(DecoderConfig config, Map<String, Object> json) {
    CommonKeys.write(config, json);
    CommonKeys.writeWindows(config, json);
    json.put("attention_bias", config.biases().qkv());
  }
}
