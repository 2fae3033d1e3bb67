package dev.chainrule.text.gpt;

import dev.chainrule.core.nn.transformer.TransformerConfig;

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
    if (vocabSize < 1) {
      throw new IllegalArgumentException("vocab_size %d, expected 1 or more".formatted(vocabSize));
    }
    transformer(contextLength, numLayers, numHeads, embeddingDim, dropout, bias);
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

  /** What lies between the embeddings and the output map. */
  TransformerConfig transformer() {
    return transformer(contextLength, numLayers, numHeads, embeddingDim, dropout, bias);
  }

  private static TransformerConfig transformer(
      int contextLength,
      int numLayers,
      int numHeads,
      int embeddingDim,
      double dropout,
      boolean bias) {
    return new TransformerConfig(contextLength, numLayers, numHeads, embeddingDim, dropout, bias);
  }
}
