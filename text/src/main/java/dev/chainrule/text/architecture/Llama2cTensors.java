package dev.chainrule.text.architecture;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.llama2c.Llama2cFile;
import dev.chainrule.core.llama2c.Llama2cPart;
import dev.chainrule.core.llama2c.Llama2cShape;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.text.decoder.DecoderConfig;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Those of a file of llama2.c, which has no names: they are the model's own. The rows of queries
 * and keys are interleaved.
 */
record Llama2cTensors(Llama2cFile file) implements ForeignTensors {
  private static final Map<String, Llama2cPart> OUTER =
      Map.of(
          "embed.weight", Llama2cPart.EMBEDDING,
          "norm.weight", Llama2cPart.NORM,
          "head.weight", Llama2cPart.CLASSIFIER);

  private static final Map<String, Llama2cPart> INNER =
      Map.of(
          "attn_norm", Llama2cPart.ATTENTION_NORM,
          "q", Llama2cPart.QUERY,
          "k", Llama2cPart.KEY,
          "v", Llama2cPart.VALUE,
          "o", Llama2cPart.OUTPUT,
          "mlp_norm", Llama2cPart.MLP_NORM,
          "gate", Llama2cPart.GATE,
          "down", Llama2cPart.DOWN,
          "up", Llama2cPart.UP);

  /** What a file describes: run.c has the rest in its code. */
  DecoderConfig config() {
    Llama2cShape shape = file.shape();
    DraftConfig draft = new DraftConfig();
    draft.vocabSize = shape.vocabSize();
    draft.contextLength = shape.contextLength();
    draft.numLayers = shape.layers();
    draft.width = shape.width();
    draft.hidden = shape.hidden();
    draft.numHeads = shape.heads();
    draft.numKvHeads = shape.kvHeads();
    draft.headDim = shape.headDim();
    draft.norm = DecoderConfig.Norm.rms(1e-5);
    draft.tiedEmbeddings = shape.sharedClassifier();
    return draft.build();
  }

  Place place(String parameter) {
    Place place = Place.of(parameter);
    return switch (Names.inLayer(parameter)) {
      case "q", "k" -> place.asInterleaved(file.shape().headDim());
      default -> place;
    };
  }

  private BlockMatrix matrix(String name) {
    String module = Names.inLayer(name);
    Llama2cPart part = module.isEmpty() ? OUTER.get(name) : INNER.get(module);
    if (part == null) {
      throw new IllegalArgumentException("no part of llama2.c is " + name);
    }
    int layer = module.isEmpty() ? 0 : Names.layer(name);
    return file.get(part, layer);
  }

  @Override
  public String origin() {
    return file.path().toString();
  }

  @Override
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(OUTER.keySet());
    if (file.shape().sharedClassifier()) {
      names.remove("head.weight");
    }
    for (int layer = 0; layer < file.shape().layers(); layer++) {
      for (String module : INNER.keySet()) {
        names.add("layers." + layer + "." + module + ".weight");
      }
    }
    return names;
  }

  @Override
  public boolean has(String name) {
    String module = Names.inLayer(name);
    return module.isEmpty()
        ? OUTER.containsKey(name)
            && !(name.equals("head.weight") && file.shape().sharedClassifier())
        : INNER.containsKey(module)
            && name.endsWith(".weight")
            && Names.layer(name) < file.shape().layers();
  }

  @Override
  public long[] shape(String name) {
    BlockMatrix matrix = matrix(name);
    boolean vector = name.endsWith("norm.weight");
    return vector ? new long[] {matrix.columns()} : new long[] {matrix.rows(), matrix.columns()};
  }

  @Override
  public float[] toFloats(String name) {
    BlockMatrix matrix = matrix(name);
    float[] all = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
    for (int r = 0; r < matrix.rows(); r++) {
      matrix.row(r, all, r * matrix.columns());
    }
    return all;
  }

  @Override
  public void copyTo(String name, Tensor target) {
    BlockMatrix matrix = matrix(name);
    float[] row = new float[matrix.columns()];
    for (int r = 0; r < matrix.rows(); r++) {
      matrix.row(r, row, 0);
      target.write((long) r * row.length, row, 0, row.length);
    }
  }

  @Override
  public Optional<BlockMatrix> blocks(String name) {
    return Optional.of(matrix(name));
  }

  @Override
  public void close() {
    file.close();
  }
}
