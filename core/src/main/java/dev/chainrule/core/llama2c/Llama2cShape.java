package dev.chainrule.core.llama2c;

/**
 * The sizes of a model.
 *
 * @param width of the residual stream
 * @param hidden width of the gated network
 * @param layers how many
 * @param heads of queries, whose dimensions are the width together
 * @param kvHeads of keys and values, each for equally many of queries
 * @param vocabSize tokens there are
 * @param contextLength tokens seen at once
 * @param sharedClassifier whether logits come from the embedding's weights
 */
public record Llama2cShape(
    int width,
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int vocabSize,
    int contextLength,
    boolean sharedClassifier) {
  /** Refuses sizes of no model. */
  public Llama2cShape {
    int least =
        Math.min(
            Math.min(Math.min(width, hidden), Math.min(layers, heads)),
            Math.min(Math.min(kvHeads, vocabSize), contextLength));
    if (least < 1) {
      throw new IllegalArgumentException(
          ("width %d, hidden %d, %d layers, %d heads, %d of keys and values, %d tokens, context %d,"
                  + " expected 1 or more of each")
              .formatted(width, hidden, layers, heads, kvHeads, vocabSize, contextLength));
    }
    if (heads % kvHeads != 0 || width % heads != 0 || width / heads % 2 != 0) {
      throw new IllegalArgumentException(
          "width %d, %d heads, %d of keys and values, expected an even width of each head"
                  .formatted(width, heads, kvHeads)
              + " and equally many for each of keys and values");
    }
  }

  /** Dimensions of a head. */
  public int headDim() {
    return width / heads;
  }

  /** Dimensions of all heads of keys, or of values. */
  public int kvWidth() {
    return kvHeads * headDim();
  }
}
