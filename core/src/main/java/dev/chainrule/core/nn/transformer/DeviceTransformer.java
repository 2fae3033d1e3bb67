package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.nn.LayerNorm;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link Transformer} between its {@link TransformerStep.Ends}. */
final class DeviceTransformer implements DeviceNetwork {
  private final Kernels kernels;
  private final Parameters parameters;
  private final TransformerStep.Ends ends;
  private final AttentionShape attention;
  private final List<Block> blocks = new ArrayList<>();
  private final List<KeyValues> caches = new ArrayList<>();
  private final LayerNorm finalNorm;
  private final DeviceMap head;

  /** [rows]. */
  private final Tensor mean;

  private final Tensor deviation;

  /** [rows, width]. */
  private final Tensor stream;

  private final Tensor other;
  private final Tensor normed;
  private final Tensor qkv;
  private final Tensor hidden;

  private record Block(
      TransformerBlock model,
      DeviceMap qkv,
      DeviceMap projection,
      DeviceMap expand,
      DeviceMap contract) {}

  DeviceTransformer(
      Transformer model,
      Parameters parameters,
      TransformerStep.Ends ends,
      int streams,
      int rows,
      Engine engine) {
    this.parameters = parameters;
    this.ends = ends;
    kernels = engine.kernels(0);
    TransformerConfig config = model.config();
    int heads = config.numHeads();
    int width = config.width();
    attention = new AttentionShape(heads, heads, 0, 1 / Math.sqrt(config.headDim()), 0);
    int[] cache = {streams, heads, config.contextLength(), config.headDim()};
    for (TransformerBlock block : model.blocks) {
      blocks.add(
          new Block(
              block,
              map(block.attention.qkv()),
              map(block.attention.projection()),
              map(block.expand),
              map(block.contract)));
      caches.add(
          new KeyValues(engine.zeros(DType.FLOAT32, cache), engine.zeros(DType.FLOAT32, cache)));
    }
    finalNorm = model.finalNorm;
    head = DeviceMap.of(kernels, ends.head(), null);
    mean = engine.zeros(DType.FLOAT32, rows);
    deviation = engine.zeros(DType.FLOAT32, rows);
    stream = engine.zeros(DType.FLOAT32, rows, width);
    other = engine.zeros(DType.FLOAT32, rows, width);
    normed = engine.zeros(DType.FLOAT32, rows, width);
    qkv = engine.zeros(DType.FLOAT32, rows, 3 * width);
    hidden = engine.zeros(DType.FLOAT32, rows, 4 * width);
  }

  private DeviceMap map(Linear map) {
    return DeviceMap.of(kernels, parameters.value(map.weight()), value(map.bias()));
  }

  private @Nullable Tensor value(@Nullable Parameter parameter) {
    return parameter == null ? null : parameters.value(parameter);
  }

  @Override
  public int vocabSize() {
    return ends.head().dim(0);
  }

  @Override
  public List<KeyValues> caches() {
    return caches;
  }

  @Override
  public void forward(Step step) {
    int count = step.count();
    boolean matrices = step.matrices();
    Tensor x = stream.slice(0, count);
    Tensor spare = other.slice(0, count);
    Tensor normal = normed.slice(0, count);
    Tensor heads = qkv.slice(0, count);
    Tensor wide = hidden.slice(0, count);
    kernels.linear().embedding(x, step.tokens(), ends.tokens());
    kernels.linear().embedding(spare, step.positions(), ends.positions());
    kernels.arrays().addScaled(x, spare, 1);
    int width = x.dim(1);
    Rows query = new Rows(heads, 0, 3L * width);
    Rows key = new Rows(heads, width, 3L * width);
    Rows value = new Rows(heads, 2L * width, 3L * width);
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      KeyValues seen = caches.get(i);
      norm(normal, x, block.model.norm1);
      block.qkv.product(heads, false, normal, matrices);
      kernels
          .caches()
          .cachedAttention(
              spare,
              seen.keys(),
              seen.values(),
              query,
              key,
              value,
              step.streams(),
              step.positions(),
              attention);
      block.projection.product(x, true, spare, matrices);
      norm(normal, x, block.model.norm2);
      block.expand.product(wide, false, normal, matrices);
      kernels.activations().gelu(wide, wide);
      block.contract.product(x, true, wide, matrices);
    }
  }

  @Override
  public void logits(Tensor out, Tensor wanted) {
    Tensor chosen = other.slice(0, out.dim(0));
    Tensor last = normed.slice(0, out.dim(0));
    kernels.linear().embedding(chosen, wanted, stream);
    norm(last, chosen, finalNorm);
    head.product(out, false, last, false);
  }

  private void norm(Tensor y, Tensor x, LayerNorm norm) {
    int count = y.dim(0);
    kernels
        .attention()
        .layerNorm(
            y,
            mean.slice(0, count),
            deviation.slice(0, count),
            x,
            parameters.value(norm.gain()),
            value(norm.bias()),
            LayerNorm.EPSILON);
  }
}
