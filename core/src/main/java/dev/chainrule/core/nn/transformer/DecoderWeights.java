package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights that a {@link DecoderStep} reads, by the names of a decoder's parameters ({@code
 * layers.0.q.weight}); matrices are [outputs, inputs]. They do not change, and what lies in a file
 * stays open.
 */
public interface DecoderWeights {
  /** Whether there are weights of this name. */
  boolean has(String name);

  /** A matrix, in whatever format it lies. */
  BlockMatrix matrix(String name);

  /** A vector, float32 in the processor's memory. */
  Tensor vector(String name);

  /** A vector, or null where there is none. */
  default @Nullable Tensor vectorIfAny(String name) {
    return has(name) ? vector(name) : null;
  }

  /** Float32 parameters in the processor's memory, read where they lie. */
  static DecoderWeights of(Parameters parameters) {
    Map<String, Tensor> views = parameters.views(parameters.values());
    return new DecoderWeights() {
      @Override
      public boolean has(String name) {
        return views.containsKey(name);
      }

      @Override
      public BlockMatrix matrix(String name) {
        Tensor weight = vector(name);
        int rows = weight.dim(0);
        return new BlockMatrix(
            BlockFormat.F32, rows, Math.toIntExact(weight.size() / rows), weight.segment());
      }

      @Override
      public Tensor vector(String name) {
        Tensor weight = views.get(name);
        if (weight == null) {
          throw new IllegalArgumentException("no weights %s, expected some".formatted(name));
        }
        return weight;
      }
    };
  }
}
