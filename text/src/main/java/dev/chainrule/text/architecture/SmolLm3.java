package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.text.decoder.DecoderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * SmolLM3 (Bakouch et al. 2025): LLaMA in which every fourth layer has no positions. GGUF does not
 * say which: it is always every fourth.
 */
final class SmolLm3 implements Architecture {
  private static final DraftConfig.Defaults DEFAULTS =
      new DraftConfig.Defaults(128_256, 32_768, 36, 2048, 11_008, 16, 4, 0, 2_000_000, true);

  private static final int INTERVAL = 4;

  @Override
  public String name() {
    return "smollm3";
  }

  @Override
  public String className() {
    return "SmolLM3ForCausalLM";
  }

  @Override
  public DecoderConfig read(HubConfig c) {
    DraftConfig draft = DraftConfig.read(c, DEFAULTS);
    boolean attention = c.flag("attention_bias", false);
    draft.biases = new DecoderConfig.Biases(attention, attention, c.flag("mlp_bias", false));
    List<Integer> rotated = c.integers("no_rope_layers");
    int interval = c.integer("no_rope_layer_interval", INTERVAL);
    if (interval < 1) {
      throw c.refused("no_rope_layer_interval", String.valueOf(interval), "1 or more");
    }
    if (rotated.isEmpty()) {
      draft.unrotated = every(interval, draft.numLayers);
    } else if (rotated.size() < draft.numLayers) {
      throw c.refused(
          "no_rope_layers", "a list of " + rotated.size(), draft.numLayers + " elements");
    } else {
      List<Integer> unrotated = new ArrayList<>();
      for (int layer = 0; layer < draft.numLayers; layer++) {
        if (rotated.get(layer) == 0) {
          unrotated.add(layer);
        }
      }
      draft.unrotated = unrotated;
    }
    List<Integer> without = draft.unrotated;
    int window = c.flag("use_sliding_window", false) ? c.integer("sliding_window", 0) : 0;
    draft.windows(c, window, without::contains);
    return draft.build();
  }

  private static List<Integer> every(int interval, int numLayers) {
    List<Integer> layers = new ArrayList<>();
    for (int layer = interval - 1; layer < numLayers; layer += interval) {
      layers.add(layer);
    }
    return layers;
  }

  @Override
  public DecoderConfig read(GgufConfig c) {
    DraftConfig draft = DraftConfig.readRotary(c);
    draft.unrotated = every(INTERVAL, draft.numLayers);
    return draft.build();
  }

  @Override
  public void write(DecoderConfig config, Map<String, Object> json) {
    CommonKeys.write(config, json);
    // Its configuration has no such key, and its heads always divide the width.
    json.remove("head_dim");
    CommonKeys.writeWindows(config, json);
    json.put("attention_bias", config.biases().qkv());
    json.put("mlp_bias", config.biases().mlp());
    List<Integer> rotated = new ArrayList<>();
    for (int layer = 0; layer < config.numLayers(); layer++) {
      rotated.add(config.isRotated(layer) ? 1 : 0);
    }
    json.put("no_rope_layers", rotated);
  }

  @Override
  public void write(DecoderConfig config, GgufWriter gguf) {
    if (!config.positions().unrotated().equals(every(INTERVAL, config.numLayers()))) {
      throw new InputException(
          "layers %s have no positions, expected every fourth: GGUF has no word for others"
              .formatted(config.positions().unrotated()));
    }
    CommonKeys.write(config, name(), layer -> 0, gguf);
  }

  @Override
  public Place inGguf(String parameter, DecoderConfig config) {
    return CommonKeys.interleaved(parameter, config);
  }
}
