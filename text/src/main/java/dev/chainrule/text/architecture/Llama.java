package dev.chainrule.text.architecture;

import dev.chainrule.text.decoder.DecoderConfig;
import java.util.Map;

/**
 * LLaMA 2 and 3 (Touvron et al. 2023, Grattafiori et al. 2024), and all that are built alike:
 * SmolLM2, TinyLlama, the first Mistral in GGUF. GGUF has the rows of queries and keys interleaved.
 */
final class Llama implements Architecture {
  private static final DraftConfig.Defaults DEFAULTS =
      new DraftConfig.Defaults(32_000, 2048, 32, 4096, 11_008, 32, 0, 0, 10_000, false);

  @Override
  public String name() {
    return "llama";
  }

  @Override
  public String className() {
    return "LlamaForCausalLM";
  }

  @Override
  public DecoderConfig read(HubConfig c) {
    DraftConfig draft = DraftConfig.read(c, DEFAULTS);
    boolean attention = c.flag("attention_bias", false);
    draft.biases = new DecoderConfig.Biases(attention, attention, c.flag("mlp_bias", false));
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
    json.put("attention_bias", config.biases().qkv());
    json.put("mlp_bias", config.biases().mlp());
  }

  @Override
  public Place inGguf(String parameter, DecoderConfig config) {
    return CommonKeys.interleaved(parameter, config);
  }
}
