package dev.chainrule.text.decoder;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.quant.BlockMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Brings the weights of a file into a model, or says why they do not fit. */
final class WeightLoading {
  private static final int CHUNK = 1 << 14;

  /** From here on the bits of a float without its sign are infinity or no number. */
  private static final int INFINITY = 0x7F80_0000;

  private WeightLoading() {}

  static DecoderModel load(DecoderConfig config, WeightSource source) {
    DecoderModel model = declared(config, source);
    Parameters parameters = model.parameters();
    parameters.allocate(DType.FLOAT32);
    for (Parameter parameter : parameters.all()) {
      Tensor value = parameters.value(parameter);
      source.copyTo(parameter.name(), value);
      requireFinite(source, parameter.name(), value);
    }
    return model;
  }

  /** A model whose parameters are those of the source, without memory. */
  static DecoderModel declared(DecoderConfig config, WeightSource source) {
    DecoderModel model;
    try {
      model =
          Parameters.expecting(
              (name, shape) -> requireStored(source, name, shape), () -> new DecoderModel(config));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InputException(
          "%s: describes no model that can be built (%s)"
              .formatted(source.origin(), e.getMessage()),
          e);
    }
    List<String> names = model.parameters().all().stream().map(Parameter::name).toList();
    Set<String> unused = source.unused(names);
    if (!unused.isEmpty()) {
      throw new InputException(
          "%s: has the tensor %s, which has no place in a model of %d layers as it is described%s"
              .formatted(
                  source.origin(),
                  Excerpt.of(unused.iterator().next()),
                  config.numLayers(),
                  unused.size() == 1 ? "" : ", and %d more".formatted(unused.size() - 1)));
    }
    return model;
  }

  private static void requireStored(WeightSource source, String name, int[] shape) {
    if (!source.has(name)) {
      throw new InputException(
          "%s: has no tensor %s, expected one of shape %s"
              .formatted(source.origin(), source.describe(name), Arrays.toString(shape)));
    }
    long[] wanted = Arrays.stream(shape).asLongStream().toArray();
    if (!Arrays.equals(source.shape(name), wanted)) {
      throw new InputException(
          "%s: the tensor %s gives %s the shape %s, expected %s"
              .formatted(
                  source.origin(),
                  source.describe(name),
                  name,
                  Arrays.toString(source.shape(name)),
                  Arrays.toString(shape)));
    }
  }

  /** Refuses weights that are no numbers. */
  static void requireFinite(WeightSource source, String name, Tensor value) {
    float[] chunk = new float[CHUNK];
    for (long from = 0; from < value.size(); from += CHUNK) {
      int n = (int) Math.min(CHUNK, value.size() - from);
      value.read(from, chunk, 0, n);
      int largest = 0;
      for (int i = 0; i < n; i++) {
        largest = Math.max(largest, Float.floatToRawIntBits(chunk[i]) & Integer.MAX_VALUE);
      }
      if (largest >= INFINITY) {
        throw notFinite(source, name);
      }
    }
  }

  /** The same of a matrix as it lies in a file, unless its numbers are codes. */
  static void requireFinite(WeightSource source, String name, BlockMatrix matrix) {
    if (matrix.format().elements() == 1 && !matrix.isFinite()) {
      throw notFinite(source, name);
    }
  }

  private static InputException notFinite(WeightSource source, String name) {
    return new InputException(
        "%s: the tensor %s holds what is no number or infinite, expected numbers"
            .formatted(source.origin(), source.describe(name)));
  }
}
