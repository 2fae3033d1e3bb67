package dev.chainrule.text.architecture;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.nn.LayerNorm;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import java.util.List;
import java.util.Map;

/** A {@link Gpt} as the decoder that computes the same: GPT-2, whose biases may be 0. */
public final class GptAsDecoder {
  private GptAsDecoder() {}

  /** A copy of it. */
  public static DecoderModel of(Gpt gpt) {
    DecoderModel model = new DecoderModel(config(gpt.config()));
    model.parameters().allocate(DType.FLOAT32, 0);
    Map<String, Tensor> from = gpt.parameters().views(gpt.parameters().values().host());
    for (Parameter parameter : model.parameters().all()) {
      copy(parameter.name(), from, model.parameters().value(parameter));
    }
    return model;
  }

  private static DecoderConfig config(GptConfig c) {
    return new DecoderConfig(
        c.vocabSize(),
        c.contextLength(),
        c.numLayers(),
        c.embeddingDim(),
        4 * c.embeddingDim(),
        c.numHeads(),
        c.numHeads(),
        c.headDim(),
        new DecoderConfig.Norm(DecoderConfig.Norm.Kind.LAYER, LayerNorm.EPSILON, true),
        DecoderConfig.Positions.learned(),
        GateFunction.GELU_TANH,
        false,
        new DecoderConfig.Biases(true, true, true),
        false,
        false,
        List.of(),
        1,
        0,
        0,
        1,
        c.tiedEmbeddings(),
        0);
  }

  /** Copies {@code layers.3.q.weight} from a part of {@code h.3.attn.c_attn.weight}, and so on. */
  private static void copy(String name, Map<String, Tensor> from, Tensor to) {
    Tensor found = from.get(Names.GPT2.translate(name));
    float[] values = new float[Math.toIntExact(to.size())];
    if (found != null) {
      long begin = Math.max(0, Gpt2.QKV.indexOf(Names.inLayer(name))) * to.size();
      found.read(begin, values, 0, values.length);
    }
    to.write(0, values, 0, values.length);
  }
}
