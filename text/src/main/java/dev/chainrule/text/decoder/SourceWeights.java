package dev.chainrule.text.decoder;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a configuration in a source, for a {@link CachedDecoder}: matrices as they lie in
 * the file, which stays open, where they lie there in a format of blocks, all else as float32.
 */
public final class SourceWeights implements DecoderWeights {
  private final WeightSource source;
  private final Map<String, int[]> shapes = new HashMap<>();

  /**
   * Weights.
   *
   * @throws dev.chainrule.base.InputException if weights are missing, of another shape, or too many
   */
  public SourceWeights(DecoderConfig config, WeightSource source) {
    this.source = source;
    for (Parameter parameter : WeightLoading.declared(config, source).parameters().all()) {
      shapes.put(parameter.name(), parameter.shape());
    }
  }

  @Override
  public boolean has(String name) {
    return shapes.containsKey(name);
  }

  @Override
  public BlockMatrix matrix(String name) {
    Optional<BlockMatrix> stored = source.blocks(name);
    stored.ifPresent(matrix -> WeightLoading.requireFinite(source, name, matrix));
    return stored.orElseGet(() -> widened(name));
  }

  private BlockMatrix widened(String name) {
    Tensor weight = vector(name);
    return new BlockMatrix(BlockFormat.F32, weight.dim(0), weight.dim(1), weight.segment());
  }

  @Override
  public Tensor vector(String name) {
    int[] shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no weights %s, expected some".formatted(name));
    }
    Tensor weight = Tensor.zeros(DType.FLOAT32, shape);
    source.copyTo(name, weight);
    WeightLoading.requireFinite(source, name, weight);
    return weight;
  }
}
