package dev.chainrule.experiments.bench;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Weights of a decoder in a format, made up: speed does not depend on their values, as long as they
 * are numbers of the size that weights have. A few random rows are repeated.
 */
final class RandomBlocks implements DecoderWeights {
  private static final int ROWS = 16;
  private static final double DEVIATION = 0.02;

  private final Map<String, int[]> shapes = new HashMap<>();
  private final BlockFormat format;
  private final long seed;

  RandomBlocks(DecoderConfig config, BlockFormat format, long seed) {
    this.format = format;
    this.seed = seed;
    for (Parameter parameter : new DecoderModel(config).parameters().all()) {
      shapes.put(parameter.name(), parameter.shape());
    }
  }

  @Override
  public boolean has(String name) {
    return shapes.containsKey(name);
  }

  @Override
  public BlockMatrix matrix(String name) {
    CounterRandom random = CounterRandom.of(seed, name.hashCode());
    int[] shape = shape(name);
    int rows = shape[0];
    int columns = shape[1];
    float[] values = new float[ROWS * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (DEVIATION * random.nextGaussian());
    }
    long rowBytes = format.bytes(columns);
    MemorySegment data = Memory.allocate(rows * rowBytes);
    int first = Math.min(ROWS, rows);
    format.quantize(values, 0, data, 0, first * columns);
    for (long row = first; row < rows; row++) {
      MemorySegment.copy(data, row % ROWS * rowBytes, data, row * rowBytes, rowBytes);
    }
    return new BlockMatrix(format, rows, columns, data.asSlice(0, rows * rowBytes));
  }

  @Override
  public Tensor vector(String name) {
    Tensor vector = Tensor.zeros(DType.FLOAT32, shape(name));
    vector.fill(1);
    return vector;
  }

  private int[] shape(String name) {
    int[] shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no weights %s, expected some".formatted(name));
    }
    return shape;
  }
}
