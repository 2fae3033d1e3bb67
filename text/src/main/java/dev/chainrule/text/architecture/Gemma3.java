package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.Rotary;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gemma 3 (Gemma Team 2025), its text part: norms before and after both halves of a block and of
 * queries and keys, all with gains 1 + g of which Hugging Face keeps g and GGUF the sum; five
 * layers with a window and a base of their own to one without; tokens' vectors times the root of
 * the width.
 *
 * <p>Configurations name a cap of the attention's scores too, which transformers and llama.cpp take
 * no notice of in this architecture, nor does this.
 */
final class Gemma3 implements Architecture {
  private static final DraftConfig.Defaults DEFAULTS =
      new DraftConfig.Defaults(262_208, 131_072, 26, 2304, 9216, 8, 4, 256, 1e6, true);

  private static final double LOCAL_BASE = 10_000;
  private static final int PATTERN = 6;
  private static final String SLIDING = "sliding_attention";

  /** Layers of the largest, 27B, whose scale is another: GGUF does not say so. */
  private static final int LAYERS_27B = 62;

  @Override
  public String name() {
    return "gemma3";
  }

  @Override
  public Set<String> modelTypes() {
    return new LinkedHashSet<>(List.of("gemma3_text", "gemma3"));
  }

  @Override
  public String className() {
    return "Gemma3ForCausalLM";
  }

  @Override
  public DecoderConfig read(HubConfig whole) {
    // With images, the text part has a configuration within.
    HubConfig within = whole.part("text_config");
    HubConfig c = within == null ? whole : within;
    DraftConfig draft = DraftConfig.read(c, DEFAULTS);
    draft.activation = c.activation("hidden_activation", "gelu_pytorch_tanh");
    boolean attention = c.flag("attention_bias", false);
    draft.biases = new DecoderConfig.Biases(attention, attention, false);
    c.require("use_bidirectional_attention", false);
    double scalar = c.number("query_pre_attn_scalar", 256);
    draft.attentionScale = Math.sqrt(draft.headDim / scalar);
    draft.logitSoftcap = c.number("final_logit_softcapping", 0);
    draft.local = local(c);
    int pattern =
        c.integer("sliding_window_pattern", c.integer("_sliding_window_pattern", PATTERN));
    if (pattern < 1) {
      throw c.refused("sliding_window_pattern", String.valueOf(pattern), "1 or more");
    }
    draft.windows(c, c.integer("sliding_window", 4096), layer -> (layer + 1) % pattern != 0);
    return fixed(draft).build();
  }

  /** Fills in what no file says, since it is the same in all models of this architecture. */
  private static DraftConfig fixed(DraftConfig draft) {
    draft.qkNorm = true;
    draft.postNorms = true;
    draft.embeddingScale = Math.sqrt(draft.width);
    return draft;
  }

  /** Of layers with a window: scaling is for the others alone. */
  private static Rotary local(HubConfig c) {
    HubConfig parameters = c.part("rope_parameters");
    return parameters != null && parameters.has(SLIDING)
        ? Rope.read(c, SLIDING, LOCAL_BASE)
        : Rotary.of(c.number("rope_local_base_freq", LOCAL_BASE));
  }

  @Override
  public DecoderConfig read(GgufConfig c) {
    DraftConfig draft = DraftConfig.readRotary(c);
    draft.activation = GateFunction.GELU_TANH;
    if (!c.has("rope.freq_base")) {
      draft.full = new Rotary(1e6, draft.full.scaling());
    }
    draft.local = Rotary.of(c.number("rope.freq_base_swa", LOCAL_BASE));
    draft.attentionScale = scale(draft.numLayers, draft.headDim, draft.width, draft.numHeads);
    draft.logitSoftcap = c.number("final_logit_softcapping", 0);
    int window = c.integer("attention.sliding_window", 0);
    int pattern = c.integer("attention.sliding_window_pattern", PATTERN);
    if (pattern < 1) {
      throw c.refused("attention.sliding_window_pattern", String.valueOf(pattern), "1 or more");
    }
    draft.windows =
        window == 0
            ? List.of()
            : IntStream.range(0, Math.min(draft.numLayers, pattern))
                .mapToObj(layer -> (layer + 1) % pattern != 0 ? window : 0)
                .toList();
    return fixed(draft).build();
  }

  /** Of the scores, as GGUF's files mean it. */
  private static double scale(int numLayers, int headDim, int width, int numHeads) {
    return numLayers == LAYERS_27B
        ? Math.sqrt(headDim / ((double) width / Math.max(1, numHeads)))
        : 1;
  }

  @Override
  public void write(DecoderConfig config, Map<String, Object> json) {
    CommonKeys.write(config, json);
    json.remove("hidden_act");
    json.put("hidden_activation", CommonKeys.activation(config.activation()));
    json.put("attention_bias", config.biases().qkv());
    double scalar = config.headDim() / (config.attentionScale() * config.attentionScale());
    boolean whole = Math.abs(scalar - Math.rint(scalar)) < 1e-9 * scalar;
    json.put("query_pre_attn_scalar", whole ? (Object) Math.round(scalar) : (Object) scalar);
    json.put("final_logit_softcapping", orNone(config.logitSoftcap()));
    int window = DraftConfig.window(config);
    json.put("sliding_window", window > 0 ? window : config.contextLength());
    json.put("layer_types", DraftConfig.layerTypes(config));
    json.put("rope_local_base_freq", config.positions().local().base());
    json.put(
        "rope_parameters",
        Map.of(
            "full_attention",
            Rope.parameters(config.positions().full()),
            SLIDING,
            Rope.parameters(config.positions().local())));
  }

  @Override
  public void write(DecoderConfig config, GgufWriter gguf) {
    int window = DraftConfig.window(config);
    int period = window == 0 ? PATTERN : period(config);
    CommonKeys.write(
        config, name(), layer -> window > 0 && (layer + 1) % period != 0 ? window : 0, gguf);
    double scale = scale(config.numLayers(), config.headDim(), config.width(), config.numHeads());
    if (Math.abs(config.attentionScale() - scale) > 1e-6 * scale) {
      throw new InputException(
          "attention_scale is %s, expected %s: GGUF has no word for others in gemma3"
              .formatted(config.attentionScale(), scale));
    }
    if (period != PATTERN) {
      gguf.set(name() + ".attention.sliding_window_pattern", period);
    }
    gguf.set(name() + ".rope.freq_base_swa", (float) config.positions().local().base());
    if (config.logitSoftcap() > 0) {
      gguf.set(name() + ".final_logit_softcapping", (float) config.logitSoftcap());
    }
  }

  /** The first layer without a window, counted from 1: every such one has none. */
  private static int period(DecoderConfig config) {
    int layer = 1;
    while (layer <= config.numLayers() && config.window(layer - 1) != 0) {
      layer++;
    }
    return layer > config.numLayers() ? Math.max(PATTERN, layer) : layer;
  }

  private static @Nullable Object orNone(double cap) {
    return cap == 0 ? null : (Object) cap;
  }

  @Override
  public Place inHub(String parameter, DecoderConfig config) {
    Place place = Place.of(Names.GEMMA.translate(parameter));
    return parameter.endsWith("norm.weight") ? place.asPlus(1) : place;
  }

  @Override
  public boolean isIgnored(String tensor) {
    return Architecture.super.isIgnored(tensor)
        || tensor.startsWith("vision_tower.")
        || tensor.startsWith("multi_modal_projector.");
  }
}
