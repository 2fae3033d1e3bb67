package dev.chainrule.timeseries.deepar;

/**
 * The layers of a {@link DeepAr}.
 *
 * @param kind of layers
 * @param numLayers how many
 * @param units H of each
 * @param inputDim width of the map from features to the first layer
 * @param numHeads of a transformer's attention; of no meaning else
 * @param dropout probability between layers
 */
public record DeepArNetwork(
    Kind kind, int numLayers, int units, int inputDim, int numHeads, double dropout) {
  /** What carries the past. */
  public enum Kind {
    /** Long short-term memory. */
    LSTM,
    /** Gated recurrent units. */
    GRU,
    /** Causal self-attention. */
    TRANSFORMER
  }

  /** Rejects what cannot be built, naming it. */
  public DeepArNetwork {
    DeepArConfig.requirePositive("num_layers", numLayers);
    DeepArConfig.requirePositive("units", units);
    DeepArConfig.requirePositive("input_dim", inputDim);
    DeepArConfig.requirePositive("num_heads", numHeads);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout %s, expected at least 0 and less than 1".formatted(dropout));
    }
    if (kind == Kind.TRANSFORMER && inputDim != units) {
      throw new IllegalArgumentException(
          "input_dim %d, expected the %d units of a transformer".formatted(inputDim, units));
    }
    if (kind == Kind.TRANSFORMER && units % numHeads != 0) {
      throw new IllegalArgumentException(
          "units %d, expected a multiple of the %d heads".formatted(units, numHeads));
    }
  }

  /** Two recurrent layers of 40 units. */
  public static DeepArNetwork defaults() {
    return new DeepArNetwork(Kind.LSTM, 2, 40, 40, 4, 0.1);
  }
}
