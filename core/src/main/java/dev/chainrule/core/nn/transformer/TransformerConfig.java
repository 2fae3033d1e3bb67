package dev.chainrule.core.nn.transformer;

/**
 * The shape of a {@link Transformer}.
 *
 * @param contextLength most elements seen at once, T
 * @param numLayers number of blocks L
 * @param numHeads attention heads NH of each block
 * @param width of the residual stream C, a multiple of the number of heads
 * @param dropout probability on the output of both halves of a block
 * @param bias whether linear maps and layer norms have a bias
 */
public record TransformerConfig(
    int contextLength, int numLayers, int numHeads, int width, double dropout, boolean bias) {
  /** Wider ones have no place in an array. */
  private static final int MAX_WIDTH = 1 << 20;

  public TransformerConfig {
    requirePositive("context_length", contextLength);
    requirePositive("num_layers", numLayers);
    requirePositive("num_heads", numHeads);
    requirePositive("embedding_dim", width);
    if (width > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "embedding_dim %d, expected at most %d".formatted(width, MAX_WIDTH));
    }
    if (width % numHeads != 0) {
      throw new IllegalArgumentException(
          "embedding_dim %d, expected a multiple of num_heads %d".formatted(width, numHeads));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout %s, expected at least 0 and less than 1".formatted(dropout));
    }
  }

  /** Size of a head, HS. */
  public int headDim() {
    return width / numHeads;
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }
}
