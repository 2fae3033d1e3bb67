package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DecoderStep} has to know of a decoder beside its weights: which of its optional parts
 * there are (biases, gates, norms of heads and of branches) its {@link DecoderWeights} say.
 *
 * @param vocabSize tokens V
 * @param contextLength most tokens seen at once
 * @param width of the residual stream, C
 * @param hidden units between the two maps of a block's second half, H
 * @param headDim size of a head HS
 * @param layerNorm whether norms subtract the mean; otherwise they divide by the root mean square
 * @param epsilon of the norms
 * @param activation between the two maps of a block's second half
 * @param embeddingScale factor of the tokens' vectors
 * @param logitSoftcap logits x become {@code c tanh(x/c)}; 0 for no such cap
 * @param layers one for each block
 */
public record DecoderShape(
    int vocabSize,
    int contextLength,
    int width,
    int hidden,
    int headDim,
    boolean layerNorm,
    double epsilon,
    GateFunction activation,
    double embeddingScale,
    double logitSoftcap,
    List<Layer> layers) {
  public DecoderShape {
    layers = List.copyOf(layers);
  }

  /**
   * In what blocks differ.
   *
   * @param attention its heads and what they see
   * @param rotation of queries and keys; null where places are not told apart so
   */
  public record Layer(AttentionShape attention, @Nullable Rotation rotation) {}

  /**
   * Rotations: dimension i of a head, below HS/2, turns together with i + HS/2 by {@code
   * frequencies[i]} radians a position.
   *
   * @param frequencies [HS/2]
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Rotation(float[] frequencies) {}
}
