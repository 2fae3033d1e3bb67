package dev.chainrule.text.gpt;

/**
 * The shape of a {@link Gpt}.
 *
 * @param vocabSize number of tokens V
 * @param contextLength most tokens seen at once, T
 * @param numLayers number of blocks L
 * @param numHeads attention heads NH of each block
 * @param embeddingDim width C of the residual stream, a multiple of the number of heads
 * @param dropout probability on embeddings and on the output of both halves of a block
 * @param bias whether linear maps and layer norms have a bias
 * @param tiedEmbeddings whether the output map is the token embedding
 */
public record GptConfig(
    int vocabSize,
    int contextLength,
    int numLayers,
    int numHeads,
    int embeddingDim,
    double dropout,
    boolean bias,
    boolean tiedEmbeddings) {

  public GptConfig {
    requirePositive("vocab_size", vocabSize);
    requirePositive("context_length", contextLength);
    requirePositive("num_layers", numLayers);
    requirePositive("num_heads", numHeads);
    requirePositive("embedding_dim", embeddingDim);
    if (embeddingDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "embedding_dim %d, expected a multiple of num_heads %d"
              .formatted(embeddingDim, numHeads));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout %s, expected at least 0 and less than 1".formatted(dropout));
    }
  }

  /** The public nanoGPT recipe for a CPU: 0.8 million parameters at 65 characters. */
  public static GptConfig nanoCpu(int vocabSize) {
    return new GptConfig(vocabSize, 64, 4, 4, 128, 0.0, false, true);
  }

  /** The public nanoGPT "baby" of 10.7 million parameters. */
  public static GptConfig baby(int vocabSize) {
    return new GptConfig(vocabSize, 256, 6, 6, 384, 0.2, false, true);
  }

  /** Size of a head, HS. */
  public int headDim() {
    return embeddingDim / numHeads;
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }
}
