package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.text.decoder.DecoderConfig;
import java.util.List;
import java.util.Map;

/**
 * GPT-2 (Radford et al. 2019): learned positions, layer norms, biases everywhere. Hugging Face
 * keeps matrices as [inputs, outputs], and queries, keys and values in one; GGUF does the latter
 * too.
 */
final class Gpt2 implements Architecture {
  static final List<String> QKV = List.of("q", "k", "v");

  @Override
  public String name() {
    return "gpt2";
  }

  @Override
  public String className() {
    return "GPT2LMHeadModel";
  }

  @Override
  public DecoderConfig read(HubConfig c) {
    DraftConfig draft = new DraftConfig();
    draft.vocabSize = c.integer("vocab_size", 50_257);
    draft.contextLength = c.integer("n_positions", 1024);
    draft.numLayers = c.integer("n_layer", 12);
    draft.width = c.integer("n_embd", 768);
    draft.hidden = c.integer("n_inner", Math.multiplyExact(4, Math.min(draft.width, 1 << 28)));
    draft.numHeads = c.integer("n_head", 12);
    draft.norm = layer(c.number("layer_norm_epsilon", 1e-5));
    draft.activation = c.activation("activation_function", "gelu_new");
    draft.tiedEmbeddings = c.flag("tie_word_embeddings", true);
    c.require("scale_attn_weights", true);
    c.require("scale_attn_by_inverse_layer_idx", false);
    c.require("add_cross_attention", false);
    draft.biases = new DecoderConfig.Biases(true, true, true);
    return fixed(draft).build();
  }

  private static DecoderConfig.Norm layer(double epsilon) {
    return new DecoderConfig.Norm(DecoderConfig.Norm.Kind.LAYER, epsilon, true);
  }

  /** Fills in what no file says, since it is the same in all models of this architecture. */
  private static DraftConfig fixed(DraftConfig draft) {
    draft.numKvHeads = draft.numHeads;
    draft.headDim = draft.width / Math.max(1, draft.numHeads);
    draft.learnedPositions = true;
    draft.gatedMlp = false;
    return draft;
  }

  @Override
  public DecoderConfig read(GgufConfig c) {
    DraftConfig draft = DraftConfig.read(c);
    draft.norm = layer(c.number("attention.layer_norm_epsilon"));
    draft.activation = GateFunction.GELU_TANH;
    return fixed(draft).build();
  }

  @Override
  public void write(DecoderConfig config, Map<String, Object> json) {
    json.put("vocab_size", config.vocabSize());
    json.put("n_positions", config.contextLength());
    json.put("n_ctx", config.contextLength());
    json.put("n_layer", config.numLayers());
    json.put("n_embd", config.width());
    json.put("n_inner", config.hidden());
    json.put("n_head", config.numHeads());
    json.put("layer_norm_epsilon", config.norm().epsilon());
    boolean usual = config.activation() == GateFunction.GELU_TANH;
    json.put(
        "activation_function", usual ? "gelu_new" : CommonKeys.activation(config.activation()));
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("embd_pdrop", config.dropout());
    json.put("resid_pdrop", config.dropout());
    json.put("attn_pdrop", 0.0);
  }

  @Override
  public void write(DecoderConfig config, GgufWriter gguf) {
    CommonKeys.writeSizes(config, name(), gguf);
    gguf.set(name() + ".attention.layer_norm_epsilon", (float) config.norm().epsilon());
    if (config.activation() != GateFunction.GELU_TANH) {
      throw new InputException(
          "activation %s, expected GELU_TANH: GGUF has no word for others"
              .formatted(config.activation()));
    }
  }

  @Override
  public String prefix() {
    return "transformer.";
  }

  @Override
  public Place inHub(String parameter, DecoderConfig config) {
    Place place = Place.of(Names.GPT2.translate(parameter));
    String module = Names.inLayer(parameter);
    if (module.isEmpty() || module.endsWith("norm")) {
      return place;
    }
    Place matrix = parameter.endsWith(".weight") ? place.asTransposed() : place;
    int part = QKV.indexOf(module);
    return part < 0 ? matrix : matrix.asPart(part, QKV.size());
  }

  @Override
  public Place inGguf(String parameter, DecoderConfig config) {
    int part = QKV.indexOf(Names.inLayer(parameter));
    if (part < 0) {
      return Place.of(Names.GGUF.translate(parameter));
    }
    String fused = Names.GGUF.translate(parameter).replace(".attn_" + QKV.get(part), ".attn_qkv");
    return Place.of(fused).asPart(part, QKV.size());
  }

  /** Old files have the mask of the attention among their tensors. */
  @Override
  public boolean isIgnored(String tensor) {
    return tensor.endsWith(".attn.bias") || tensor.endsWith(".attn.masked_bias");
  }
}
